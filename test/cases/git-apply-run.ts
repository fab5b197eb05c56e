import type { Tree } from '../core/change/world.ts';
import type { Outcome } from './cases.ts';
import { renamed, reversed, stripped } from './diff-options.ts';
import { bytes, type Content, type Entries, treeOf } from './recorded.ts';

/** One run of `git apply`, with the work tree and the index around it. */
export interface GitRun {
  readonly id: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly stdin: Content;
  readonly argfiles: Readonly<Record<string, Content>>;
  readonly config: Readonly<Record<string, string>>;
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly before: Entries;
  readonly after: Entries;
  readonly index_before: readonly IndexRow[];
  readonly index_after: readonly IndexRow[];
  readonly blobs: Readonly<Record<string, Content>>;
}
type IndexRow = readonly [mode: string, blob: string, stage: number, path: string];

/** The options of a run, told apart; `files` are the patches. */
export interface GitOptions {
  readonly flags: ReadonlySet<string>;
  /** As given; null where the run does not say. */
  readonly strip: string | null;
  readonly directory: string;
  readonly files: readonly string[];
}

export function optionsOf(run: GitRun): GitOptions {
  const flags = new Set<string>();
  const files: string[] = [];
  let strip: string | null = null;
  let directory = '';
  const args = run.args.slice(1);
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '-p') strip = args[++at] ?? '';
    else if (/^-p./.test(arg)) strip = arg.slice(2);
    else if (arg.startsWith('--directory=')) directory = arg.slice(12);
    else if (arg === '-' || !arg.startsWith('-')) files.push(arg);
    else flags.add(arg);
  }
  return { flags, strip, directory, files };
}

/** The patch text as the options let git read it, or the reason why it cannot be told to Ghost. */
export function patchOf(run: GitRun, options: GitOptions): string | Outcome {
  const given = options.files.length === 0 ? ['-'] : options.files;
  const texts = given.map((file) => {
    const content = file === '-' ? run.stdin : (run.argfiles[file] ?? run.before[file]?.content);
    return content === undefined ? null : bytes(content);
  });
  if (texts.includes(null)) return { kind: 'another tool', rule: 'the patch file does not exist' };
  if (!/^\d+$/.test(options.strip ?? '1')) return { kind: 'another tool', rule: 'a bad number behind -p' };
  const text = named(texts.join(''), run, options);
  return options.flags.has('-R') || options.flags.has('--reverse') ? reversed(text) : text;
}

function named(text: string, run: GitRun, { strip, directory }: GitOptions): string {
  const below = run.cwd === '.' ? '' : `${run.cwd}/`;
  if (strip === null && directory === '' && below === '') return text;
  const root = directory === '' ? '' : `${normal(directory)}/`;
  return renamed(text, (name, where) => {
    const guessed = where === 'plain' && below !== '' ? guess(name, below) : 1;
    const count = strip === null ? guessed : Number(strip);
    const rest = stripped(name, where === 'bare' ? count - 1 : count);
    return `${where === 'plain' ? below : ''}${root}${rest ?? ''}`;
  });
}

/** How much git takes off a name in a plain diff, run in the folder `below`. Source: git's apply.c, guess_p_value. */
function guess(name: string, below: string): number {
  if (!name.includes('/')) return 0;
  const depth = below.split('/').length - 1;
  if (name.startsWith(below)) return depth;
  return name.slice(name.indexOf('/') + 1).startsWith(below) ? depth + 1 : 1;
}

function normal(directory: string): string {
  const segments: string[] = [];
  for (const segment of directory.split('/')) {
    if (segment === '..' && segments.length > 0) segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

/** What git read from and wrote to: the index with --cached, else the work tree; modes are the index's where git trusts those. */
export function treesOf(run: GitRun, { flags }: GitOptions): { readonly before: Tree; readonly after: Tree } {
  if (flags.has('--cached')) {
    return { before: indexTree(run, run.index_before), after: indexTree(run, run.index_after) };
  }
  return {
    before: { ...treeOf(run.before), ...indexed(run, run.before, run.index_before) },
    after: { ...treeOf(run.after), ...indexed(run, run.after, run.index_after) },
  };
}

/** Submodules, and without core.filemode the modes that the index remembers. */
function indexed(run: GitRun, entries: Entries, rows: readonly IndexRow[]): Tree {
  return Object.fromEntries(
    rows.flatMap(([mode, , , path]) => {
      if (mode === '160000') return [[path, { mode, text: '' }]];
      const content = entries[path]?.content;
      if (run.config['core.filemode'] !== 'false' || content === undefined) return [];
      return [[path, mode === '100644' ? bytes(content) : { mode, text: bytes(content) }]];
    }),
  );
}

function indexTree(run: GitRun, rows: readonly IndexRow[]): Tree {
  return Object.fromEntries(
    rows.map(([mode, blob, , path]) => {
      const text = bytes(run.blobs[blob] ?? '');
      return [Buffer.from(path, 'utf8').toString('latin1'), mode === '100644' ? text : { mode, text }];
    }),
  );
}
