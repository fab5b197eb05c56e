import { bytesOf, legible } from '../bytes.ts';
import type { Copy, Format, Modification, Rung } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { linkFault } from '../faults/link-fault.ts';
import { sideBytes, sideLines } from '../hunk-sides.ts';
import { type Bench, foundAt, standingAt } from './bench.ts';
import { applyBinary } from './binary.ts';
import { putNew } from './create-file.ts';
import { fitHunks } from './fit-hunks.ts';
import { OpenFile } from './open-file.ts';
import { done, type EditOutcome, faulty } from './outcome.ts';
import { modeFault, occupied, sourceOf, twiceFault } from './standing.ts';

/** A file with other lines, another name or another mode; or a second file made of one. */
export function rewriteFile(edit: Modification | Copy, bench: Bench): EditOutcome {
  if (isLateCreation(edit, bench)) {
    const content = edit.hunks.flatMap((hunk) => sideBytes(hunk, 'new')).join('');
    return putNew(edit, { mode: '100644', bytes: bytesOf(content) }, bench);
  }
  const source = sourceOf(bench, edit.from ?? edit.path, edit);
  if ('code' in source) return faulty(source);
  const faults = [...namingFaults(edit, bench), ...modeFaults(edit, source)];
  if (faults.length > 0) return faulty(...faults);
  const filled = newContent(edit, source, bench);
  if (filled.kind === 'faulty') return filled;
  const file = filled.file.withMode(edit.newMode ?? source.mode);
  const { path, from } = edit;
  if (from === null) return done([{ kind: 'changed', path, file }], filled);
  const put = { kind: 'put', path, file, from } as const;
  const effects = edit.kind === 'copy' ? [put] : [{ kind: 'taken', path: from } as const, put];
  return done(effects, filled);
}

/**
 * A plain diff may name a file on both sides that does not exist yet, with `@@ -0,0` to say so, and git reads it so too. A
 * plain section may stand between sections of git, which tell a blob.
 */
function isLateCreation(edit: Modification | Copy, bench: Bench): boolean {
  const [hunk, second] = edit.hunks;
  return (
    DIFFS.has(bench.format) &&
    edit.from === null &&
    edit.preimage === null &&
    hunk !== undefined &&
    second === undefined &&
    hunk.oldStart === 0 &&
    hunk.countsAgree &&
    sideLines(hunk, 'old').length === 0 &&
    foundAt(bench, edit.path).kind === 'absent'
  );
}

const DIFFS: ReadonlySet<Format> = new Set(['unified-diff', 'git-diff', 'mail']);

/** Why the new name, or the loss of the old one, cannot be. */
function namingFaults(edit: Modification | Copy, bench: Bench): Fault[] {
  if (edit.from === null) return [];
  const target = occupied(bench, edit, null);
  const twice =
    edit.kind === 'modify' && bench.spent.has(edit.from) ? twiceFault(bench, edit, edit.from) : null;
  return [target, twice].filter((fault) => fault !== null);
}

/** Lines of a link are its target, so a diff has to know that it is one. */
function modeFaults(edit: Modification | Copy, source: OpenFile): Fault[] {
  const where = edit.from ?? edit.path;
  const got = source.mode;
  const oldMode = edit.kind === 'modify' ? edit.oldMode : null;
  if (oldMode !== null && oldMode !== got) {
    if (got === '120000') return [linkFault(edit, where, source.bytes)];
    return [modeFault(edit, where, { got, expected: oldMode })];
  }
  const blind = oldMode === null && got === '120000' && (edit.hunks.length > 0 || edit.binary !== null);
  const retyped = edit.newMode !== null && (edit.newMode === '120000') !== (got === '120000');
  if (blind || (retyped && got === '120000')) return [linkFault(edit, where, source.bytes)];
  return retyped ? [modeFault(edit, where, { got, expected: 'a symbolic link' })] : [];
}

type Filled =
  | {
      readonly kind: 'filled';
      readonly file: OpenFile;
      readonly rung: Rung | null;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

function newContent(edit: Modification | Copy, source: OpenFile, bench: Bench): Filled {
  const path = edit.from ?? edit.path;
  if (edit.binary !== null) {
    const outcome = applyBinary(edit.binary, source.bytes);
    return outcome.kind === 'bytes'
      ? { kind: 'filled', file: new OpenFile(source.mode, outcome, bench.work), rung: null, notes: [] }
      : { kind: 'faulty', faults: [binaryFault(edit, outcome.why)] };
  }
  if (edit.hunks.length === 0) return { kind: 'filled', file: source, rung: null, notes: [] };
  const { hunks, order } = edit;
  const base = baseOf(edit, bench);
  const hunked = { path, content: source, hunks, order, loosest: bench.loosest, base };
  const fit = fitHunks(hunked, bench.work, bench.room);
  if (fit.kind === 'faulty') return fit;
  return { kind: 'filled', file: source.withLines(fit.lines), rung: fit.rung, notes: fit.notes };
}

/** Whether the file is the one, by its blob, that the hunks were made from, as far as the patch tells. */
function baseOf({ path, from, preimage }: Modification | Copy, bench: Bench): 'known' | 'unknown' | 'other' {
  if (preimage === null || (from === null && bench.now.has(path))) return 'unknown';
  const standing = standingAt(bench.base, from ?? path);
  return standing.kind === 'file' && standing.blob.startsWith(preimage) ? 'known' : 'other';
}

function binaryFault(edit: Modification | Copy, why: string): Fault {
  const path = edit.from ?? edit.path;
  return faultOf(
    'content_differs',
    {
      message: `${placeName(path, edit.span)} ${why}.`,
      hint: `Make the diff of ${legible(path)} again from the current tree, with git diff --binary --full-index.`,
    },
    { path, patchLine: edit.span.firstLine },
  );
}
