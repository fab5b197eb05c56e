import type { Tree } from '../core/change/world.ts';
import { type NamePlace, renamed, reversed, stripped } from './diff-options.ts';
import { bytes, type Content, type Entries, treeOf } from './recorded.ts';

/** One run of GNU patch, with the folder around it. */
export interface PatchRun {
  readonly test: string;
  readonly args: readonly string[];
  readonly stdin: Content;
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly before: Entries;
  readonly after: Entries;
}

interface Options {
  readonly flags: ReadonlySet<string>;
  /** Values of options by their letter. */
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

const WITH_VALUE = new Set(['-i', '-o', '-r', '-B', '-Y', '-z']);

export function optionsOf({ args }: PatchRun): Options {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (WITH_VALUE.has(arg)) values.set(arg, args[++at] ?? '');
    else if (/^-[pF]./.test(arg)) values.set(arg.slice(0, 2), arg.slice(2));
    else if (arg.startsWith('-')) flags.add(arg);
    else operands.push(arg);
  }
  return { flags, values, operands };
}

/** The patch text as the options let patch read it; null where the file of the patch is none. */
export function patchOf(run: PatchRun): string | null {
  const { flags, values, operands } = optionsOf(run);
  const file = values.get('-i') ?? operands[1];
  const content = file === undefined ? run.stdin : run.before[file]?.content;
  if (content === undefined) return null;
  const [only] = operands;
  const text = only === undefined ? named(bytes(content), values.get('-p')) : aimed(bytes(content), only);
  return flags.has('-R') ? reversed(text) : text;
}

/** Without -p the last segment of a name counts alone. A name that -p leaves nothing of does not count at all. */
function named(text: string, strip: string | undefined): string {
  let other = '';
  const to = (name: string, where: NamePlace): string => {
    if (where === 'bare') return name;
    const rest = stripped(name, strip === undefined ? name.split('/').length - 1 : Number(strip));
    other = rest ?? other;
    return rest ?? other;
  };
  const once = renamed(text, to);
  // Once more, for a name that is left over only behind the one that is not.
  return renamed(once, (name, where) => (where === 'bare' ? name : stripped(name, 1) || other));
}

/** A file on the command line is changed by all sections, whatever they name. */
function aimed(text: string, file: string): string {
  const headed = /^--- [^\n]*\n\+\+\+ /m.test(text)
    ? text
    : text.replace(/^(?=@@ )/m, `--- a/${file}\n+++ b/${file}\n`);
  return renamed(headed, () => file);
}

/** The tree before and after, without what patch keeps beside it: backups and rejected hunks. */
export function treesOf(run: PatchRun): { readonly before: Tree; readonly after: Tree } {
  const { values } = optionsOf(run);
  const [prefix, suffix] = [values.get('-B'), values.get('-z') ?? '.orig'];
  const folder = values.get('-Y');
  const beside = (path: string): boolean =>
    path.endsWith(suffix) ||
    /(?:\.orig|\.rej|\.bak|~\d*~)$/.test(path) ||
    (prefix !== undefined && path.startsWith(prefix)) ||
    (folder !== undefined && path.includes(folder));
  return { before: treeOf(run.before, beside), after: treeOf(run.after, beside) };
}
