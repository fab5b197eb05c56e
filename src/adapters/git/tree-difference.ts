import { isDirectory, type TreeEntry } from './tree-object.ts';
import type { TreeEntries, Trees } from './trees.ts';

/** What makes one tree of another. Paths are bytes as latin1; what is inside of a directory that is gone is not told. */
export type Difference =
  | { readonly kind: 'gone'; readonly path: string }
  | { readonly kind: 'new'; readonly path: string; readonly entry: TreeEntry };

const NOTHING: TreeEntries = new Map();

/**
 * Every file, link and submodule of `to` that is not the same in `from`, and every name that is no more, by what differs: a
 * directory that is the same is not read. Null where there are more than `most`, or what git would not write to a disk.
 */
export async function differenceOf(
  trees: Trees,
  from: string,
  to: string,
  most: number,
): Promise<readonly Difference[] | null> {
  const found: Difference[] = [];
  const steps: Step[] = [{ from: await trees.entries(from), to: await trees.entries(to), above: '' }];
  for (const step of steps) {
    found.push(...goneIn(step));
    for (const entry of changedIn(step)) {
      const path = step.above + entry.name;
      if (isDirectory(entry)) steps.push(await into(trees, path, step.from.get(entry.name), entry));
      else found.push({ kind: 'new', path, entry });
      if (!isWritable(entry.name)) return null;
    }
    if (found.length > most || isEmpty(step)) return null;
  }
  return found;
}

interface Step {
  readonly from: TreeEntries;
  readonly to: TreeEntries;
  readonly above: string;
}

async function into(
  trees: Trees,
  path: string,
  before: TreeEntry | undefined,
  entry: TreeEntry,
): Promise<Step> {
  const from = before && isDirectory(before) ? await trees.entries(before.id) : NOTHING;
  return { from, to: await trees.entries(entry.id), above: `${path}/` };
}

function goneIn({ from, to, above }: Step): readonly Difference[] {
  const names = [...from.keys()].filter((name) => !to.has(name));
  return names.map((name) => ({ kind: 'gone', path: above + name }));
}

function changedIn({ from, to }: Step): readonly TreeEntry[] {
  return [...to.values()].filter(({ name, id, mode }) => {
    const before = from.get(name);
    return before?.id !== id || before.mode !== mode;
  });
}

/** git writes no directory for an empty tree, and nothing that stood in its place may show. */
function isEmpty({ to, above }: Step): boolean {
  return to.size === 0 && above !== '';
}

function isWritable(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !/^\.git$/i.test(name);
}
