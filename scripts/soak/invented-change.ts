import { pick } from '../../test/conformance/random.ts';
import {
  editFile,
  freePath,
  type InventedFile,
  type InventedTree,
  inventFile,
  type Random,
  upTo,
} from './invented-tree.ts';

/** What a commit is about. All but `mixed` and `merge` are one thing that is rare in histories and easily got wrong. */
export type Kind =
  | 'mixed'
  | 'merge'
  | 'folder becomes file'
  | 'file becomes folder'
  | 'empty'
  | 'binary'
  | 'too large'
  | 'name that Windows forbids'
  | 'link out of the tree'
  | 'link with a second climb'
  | 'file becomes link';

/** Why a patch of that kind does not land, as a code; null when it has to. */
export const REFUSED_AS: Readonly<Record<Kind, string | null>> = {
  mixed: null,
  merge: null,
  'file becomes folder': null,
  'folder becomes file': null,
  'file becomes link': null,
  empty: 'empty_patch',
  binary: null,
  'too large': 'body_too_large',
  'name that Windows forbids': 'path_refused',
  'link out of the tree': 'path_refused',
  'link with a second climb': 'path_refused',
};

type Files = Map<string, InventedFile>;
type Act = (files: Files, random: Random) => void;

const MOST_FILES = 90;
const FEWEST_FILES = 40;
const MOST_LINKS = 12;
/** Above the 512 KiB that the gateway takes. */
const LARGE_BYTES = 600 * 1024;

const ACTS: readonly Act[] = [edit, edit, edit, edit, add, remove, rename, rename, copy, chmod, link];

/** The tree after a commit of that kind. */
export function inventChange(kind: Kind, tree: InventedTree, random: Random): InventedTree {
  const files: Files = new Map(tree);
  SPECIAL[kind]?.(files, random);
  if (kind !== 'mixed' && kind !== 'merge') return files;
  for (let acts = upTo(random, 4); acts > 0 || isSame(files, tree); acts -= 1)
    pick(ACTS, random)(files, random);
  return files;
}

const SPECIAL: Partial<Readonly<Record<Kind, Act>>> = {
  binary: (files, random) => put(files, 'binary.bin', `\0${random()}\n`),
  'too large': (files, random) => put(files, 'large.txt', `${random()} `.repeat(LARGE_BYTES / 18)),
  'name that Windows forbids': (files, random) => put(files, 'quo"te.txt', `${random()}\n`),
  'link out of the tree': (files, random) => putLink(files, 'leaving.link', `/etc/${random()}`),
  'link with a second climb': (files, random) => putLink(files, 'climbing.link', `src/../../${random()}`),
  'file becomes link': (files, random) => {
    const path = pick(plainFiles(files), random);
    putLink(files, path, `target${Math.floor(random() * 10_000)}`);
  },
  'folder becomes file': (files, random) => {
    const inside = [...files.keys()].filter((path) => path.startsWith('swapped/'));
    for (const path of inside) files.delete(path);
    files.set('swapped', inventFile(random));
  },
  'file becomes folder': (files, random) => {
    files.delete('swapped');
    for (let left = 3; left > 0; left -= 1) files.set(`swapped/${left}.txt`, inventFile(random));
  },
};

function put(files: Files, path: string, content: string): void {
  files.set(path, { mode: '100644', content });
}

function putLink(files: Files, path: string, target: string): void {
  files.set(path, { mode: '120000', content: target });
}

function edit(files: Files, random: Random): void {
  const path = pick([...files.keys()].filter(isOrdinary), random);
  const file = files.get(path);
  if (file) files.set(path, editFile(file, random));
}

function add(files: Files, random: Random): void {
  if (files.size < MOST_FILES) files.set(freePath(files, random), inventFile(random));
}

function remove(files: Files, random: Random): void {
  if (files.size > FEWEST_FILES) files.delete(pick([...files.keys()].filter(isOrdinary), random));
}

function rename(files: Files, random: Random): void {
  files.delete(copyOne(files, random));
}

function copy(files: Files, random: Random): void {
  if (files.size < MOST_FILES) copyOne(files, random);
}

/** Copies a file, as it is or with edits, and tells which. A link stays in its folder: elsewhere it may leave the tree. */
function copyOne(files: Files, random: Random): string {
  const [from, file] = pick(
    [...files].filter(([path]) => isOrdinary(path)),
    random,
  );
  const free = freePath(files, random);
  const to = file.mode === '120000' ? `${from}${Math.floor(random() * 10_000)}` : free;
  files.set(to, random() < 0.5 ? file : editFile(file, random));
  return from;
}

function chmod(files: Files, random: Random): void {
  const path = pick(plainFiles(files), random);
  const file = files.get(path);
  if (file) files.set(path, { ...file, mode: file.mode === '100644' ? '100755' : '100644' });
}

/** A link to a file of the tree, from the same folder or from one above; with enough of them, one goes instead. */
function link(files: Files, random: Random): void {
  const links = [...files].filter(([, { mode }]) => mode === '120000').map(([path]) => path);
  if (links.length >= MOST_LINKS) {
    files.delete(pick(links, random));
    return;
  }
  const path = freePath(files, random);
  const climb = '../'.repeat(path.split('/').length - 1);
  putLink(files, path, `${climb}${pick(plainFiles(files), random)}`);
}

function plainFiles(files: Files): readonly string[] {
  return [...files].filter(([path, { mode }]) => isOrdinary(path) && mode !== '120000').map(([path]) => path);
}

/** The paths of the special kinds are theirs alone. */
function isOrdinary(path: string): boolean {
  return !/^(?:binary\.bin|large\.txt|quo"te\.txt|(?:leaving|climbing)\.link|swapped(?:$|\/))/.test(path);
}

function isSame(files: Files, tree: InventedTree): boolean {
  return files.size === tree.size && [...files].every(([path, file]) => isAlike(file, tree.get(path)));
}

function isAlike(file: InventedFile, other: InventedFile | undefined): boolean {
  return file.mode === other?.mode && file.content === other.content;
}
