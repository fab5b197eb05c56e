import type { Tree } from '../core/change/world.ts';

/** Text, or bytes that are no text. */
export type Content = string | { readonly b64: string };

/** What a recorder saw at a path. Folders and other things have neither content nor target. */
interface Entry {
  readonly mode: string;
  readonly content?: Content;
  readonly target?: Content;
}
export type Entries = Readonly<Record<string, Entry>>;

/** Recorded content as one character per byte. */
export function bytes(content: Content): string {
  return Buffer.from(
    typeof content === 'string' ? content : content.b64,
    typeof content === 'string' ? 'utf8' : 'base64',
  ).toString('latin1');
}

/** The files and links among recorded entries. `except` leaves names out. */
export function treeOf(entries: Entries, except: (path: string) => boolean = () => false): Tree {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([path, { mode, content, target }]) => {
      const held = content ?? target;
      if (held === undefined || except(path)) return [];
      return [[bytes(path), mode === '100644' ? bytes(held) : { mode, text: bytes(held) }]];
    }),
  );
}

/** Which paths differ between two trees, in bytes, mode or kind; empty when they are the same. */
export function differences(got: Tree, expected: Tree): string[] {
  const paths = new Set([...Object.keys(got), ...Object.keys(expected)]);
  return [...paths]
    .filter((path) => JSON.stringify(entryOf(got, path)) !== JSON.stringify(entryOf(expected, path)))
    .map((path) => `${path}: got ${shown(entryOf(got, path))}, expected ${shown(entryOf(expected, path))}`);
}

function entryOf(tree: Tree, path: string): Tree[string] | undefined {
  return Object.hasOwn(tree, path) ? tree[path] : undefined;
}

function shown(entry: Tree[string] | undefined): string {
  return (JSON.stringify(entry) ?? 'nothing').slice(0, 200);
}
