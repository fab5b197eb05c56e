import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../../test/conformance/random.ts';
import { gitBytes, type History } from './history.ts';
import { inventChange, type Kind, REFUSED_AS } from './invented-change.ts';
import { type InventedTree, inventTree } from './invented-tree.ts';

export interface InventedHistory extends History {
  readonly seed: number;
  /** By commit: the code with which its patch has to be refused, or null when it has to land. */
  readonly expected: ReadonlyMap<string, string | null>;
}

/** Commit `n` is about entry `n` of this, again and again; the rare things come soon, so that a small sample has them. */
const PROGRAMME: readonly Kind[] = [
  ...mixed(3),
  'file becomes folder',
  'merge',
  'empty',
  ...mixed(4),
  'link out of the tree',
  'folder becomes file',
  ...mixed(3),
  'binary',
  'merge',
  ...mixed(4),
  'file becomes link',
  'too large',
  ...mixed(2),
  'name that Windows forbids',
  ...mixed(3),
  'link with a second climb',
  ...mixed(10),
];
const FIRST_FILES = 50;
const BORN = 1_700_000_000;

/** Writes a repository with `commits` changes after the first commit into `folder`. The same seed gives the same ids. */
export function inventHistory(
  folder: string,
  { commits, seed }: { commits: number; seed: number },
): InventedHistory {
  const random = seeded(seed);
  const stream = [
    commitOf({ mark: 1, before: new Map(), after: inventTree(random, FIRST_FILES), merged: null }),
  ];
  const kinds: Kind[] = [];
  let tree = inventTree(seeded(seed), FIRST_FILES);
  for (let at = 0; at < commits; at += 1) {
    const kind = PROGRAMME[at % PROGRAMME.length] ?? 'mixed';
    const after = inventChange(kind, tree, random);
    stream.push(step({ mark: 2 + 2 * at, before: tree, after, kind }));
    kinds.push(kind);
    tree = after;
  }
  const ids = imported(folder, Buffer.concat(stream), kinds.length);
  const expected = new Map(kinds.map((kind, at) => [ids[at + 1] ?? '', REFUSED_AS[kind]]));
  return { name: `invented with seed ${seed}`, repository: folder, commits: ids, seed, expected };
}

function mixed(count: number): readonly Kind[] {
  return Array.from({ length: count }, () => 'mixed');
}

interface InventedCommit {
  readonly mark: number;
  readonly before: InventedTree;
  readonly after: InventedTree;
  readonly merged: number | null;
}

/** A merge takes in a commit of a side branch that begins, like everything here, at the commit before. */
function step({ kind, ...commit }: Omit<InventedCommit, 'merged'> & { readonly kind: Kind }): Buffer {
  if (kind !== 'merge') return commitOf({ ...commit, merged: null });
  const side = commit.mark + 1;
  const from = Math.max(1, commit.mark - 2);
  const aside = [
    `commit refs/heads/side\nmark :${side}\n`,
    person(side),
    message('Aside'),
    `from :${from}\n\n`,
  ];
  return Buffer.concat([...aside.map((text) => Buffer.from(text)), commitOf({ ...commit, merged: side })]);
}

/** In the language of git-fast-import(1). What goes is told before what comes, so that a file can become a folder. */
function commitOf({ mark, before, after, merged }: InventedCommit): Buffer {
  const gone = [...before.keys()].filter((path) => !after.has(path));
  const changed = [...after].filter(([path, file]) => before.get(path) !== file);
  const parents = mark === 1 ? '' : `from :${Math.max(1, mark - 2)}\n`;
  const text = [
    `commit refs/heads/main\nmark :${mark}\n`,
    person(mark),
    message(`Change ${mark}`),
    parents,
    merged === null ? '' : `merge :${merged}\n`,
    ...gone.map((path) => `D ${quoted(path)}\n`),
    ...changed.map(
      ([path, { mode, content }]) => `M ${mode} inline ${quoted(path)}\ndata ${content.length}\n${content}\n`,
    ),
    '\n',
  ];
  return Buffer.from(text.join(''), 'latin1');
}

function person(mark: number): string {
  return `committer Someone <someone@example.org> ${BORN + mark} +0000\n`;
}

function message(text: string): string {
  return `data ${text.length}\n${text}\n`;
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&')}"`;
}

function imported(folder: string, stream: Buffer, commits: number): readonly string[] {
  gitBytes(folder, ['init', '-q', '--bare', '-b', 'main', '.']);
  const marks = join(folder, 'marks');
  gitBytes(folder, ['fast-import', '--quiet', `--export-marks=${marks}`], stream);
  const ids = new Map(
    readFileSync(marks, 'utf8')
      .split('\n')
      .map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
  );
  return Array.from({ length: commits + 1 }, (_, at) => ids.get(`:${Math.max(1, 2 * at)}`) ?? '');
}
