import { createHash } from 'node:crypto';
import { applyChange, pathsOf } from '../../../src/core/change/apply/apply.ts';
import { legible } from '../../../src/core/change/bytes.ts';
import {
  type Change,
  type Edit,
  type Format,
  type Rung,
  type Snapshot,
  type Standing,
  TOP,
} from '../../../src/core/change/change.ts';
import type { Fault } from '../../../src/core/change/fault.ts';
import { parseChange } from '../../../src/core/change/parse.ts';
import type { BlobId, FileMode, Path } from '../../../src/core/git.ts';

/** Files by path. Paths and contents are latin1, one character per byte. A bare text is a plain file. */
export type Tree = Readonly<Record<string, string | { readonly mode: string; readonly text: string }>>;

/** What the repository would answer for `paths` and all directories above them. */
export function snapshotOf(tree: Tree, paths: readonly string[]): Snapshot {
  const asked = new Set(paths.flatMap((path) => [path, ...above(path)]));
  const top = { kind: 'directory', names: namesBelow(tree, '') } as const;
  return new Map([[TOP, top], ...[...asked].map((path) => [path as Path, standing(tree, path)] as const)]);
}

function above(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/'));
}

function standing(tree: Tree, path: string): Standing {
  const entry = Object.hasOwn(tree, path) ? tree[path] : undefined;
  if (entry === undefined) {
    const names = namesBelow(tree, `${path}/`);
    return names.length === 0 ? { kind: 'absent' } : { kind: 'directory', names };
  }
  const { mode, text } = typeof entry === 'string' ? { mode: '100644', text: entry } : entry;
  if (mode === '160000') return { kind: 'gitlink' };
  const bytes = Buffer.from(text, 'latin1');
  return { kind: 'file', mode: mode as FileMode, blob: blobIdOf(bytes), bytes };
}

function blobIdOf(bytes: Uint8Array): BlobId {
  const hash = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes);
  return hash.digest('hex') as BlobId;
}

function namesBelow(tree: Tree, prefix: string): string[] {
  const below = Object.keys(tree).filter((name) => name.startsWith(prefix));
  return [...new Set(below.map((name) => name.slice(prefix.length).split('/')[0] ?? ''))];
}

export type Result =
  | {
      readonly kind: 'applied';
      readonly tree: Tree;
      readonly rungs: readonly Rung[];
      readonly notes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly codes: readonly string[]; readonly faults: readonly Fault[] };

interface Options {
  readonly format?: Format;
  readonly allowPaths?: readonly string[] | 'all';
  readonly loosest?: Rung;
}

/** Parses and applies patch text (latin1) to a tree: the whole tree afterwards, or the faults. */
export function run(tree: Tree, patch: string, options: Options = {}): Result {
  const parsed = parseChange(Buffer.from(patch, 'latin1'), { format: options.format ?? null });
  return parsed.kind === 'faulty' ? refused(parsed.faults) : runChange(tree, parsed.change, options);
}

/** What every edit may leave out here: where it stands in the patch text. */
export type BareEdit = Edit extends infer One ? (One extends Edit ? Omit<One, 'span'> : never) : never;

/** The same for edits without a patch text, the first on its line 1, the second on its line 2. */
export function runEdits(tree: Tree, edits: readonly BareEdit[], options: Options = {}): Result {
  const spanned = edits.map((edit, at) => ({ ...edit, span: { firstLine: at + 1, lastLine: at + 1 } }));
  const facts = { title: null, externalId: null, notes: [], mail: null, checks: [] };
  return runChange(tree, { ...facts, format: 'json-edits', edits: spanned }, options);
}

function runChange(tree: Tree, change: Change, options: Options): Result {
  const paths = pathsOf(change);
  const allowPaths = options.allowPaths === 'all' ? paths.map(legible) : (options.allowPaths ?? []);
  const { loosest = 'gap' } = options;
  const applied = applyChange(change, snapshotOf(tree, paths), { allowPaths, loosest });
  if (applied.kind === 'faulty') return refused(applied.faults);
  const after: Record<string, Tree[string]> = { ...tree };
  for (const file of applied.files) {
    delete after[file.path];
    if (file.after === null) continue;
    const text = Buffer.from(file.after.bytes).toString('latin1');
    after[file.path] = file.after.mode === '100644' ? text : { mode: file.after.mode, text };
  }
  return {
    kind: 'applied',
    tree: after,
    rungs: applied.rungs.map(({ rung }) => rung),
    notes: [...change.notes, ...applied.notes],
  };
}

function refused(faults: readonly Fault[]): Result {
  return { kind: 'refused', codes: faults.map(({ code }) => code), faults };
}
