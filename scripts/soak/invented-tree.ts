import { pick } from '../../test/conformance/random.ts';

export interface InventedFile {
  readonly mode: '100644' | '100755' | '120000';
  /** One character per byte. */
  readonly content: string;
}

/** Files by path; a path is UTF-8, one character per byte. */
export type InventedTree = ReadonlyMap<string, InventedFile>;
export type Random = () => number;

const WORDS =
  'patch gate ledger lease fence tree blob lane queue runner relay verdict token branch commit'.split(' ');
/** Lines that stand in many places of a file, so that only a header tells which one a hunk means. */
const COMMON = ['', '}', '  return null;', '  }', '// ---'];
/** Single bytes that are no UTF-8, and a character of three bytes. */
const ODD = ['caf\xe9 \xff', latin1('größer – 幽霊')];
const FOLDERS = ['', 'src/', 'src/core/', 'docs/', 'with space/', latin1('grün/幽霊/'), 'a/b/c/d/e/'];
const STEMS = [
  'plain',
  'two words',
  latin1('naïve'),
  latin1('幽霊'),
  "it's",
  'com~ma,',
  'UPPER',
  '.dot',
  'x+y=z',
  'ends in space ',
];
const ENDINGS = ['\n', '\n', '\n', '\n', '\r\n'];

export function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function upTo(random: Random, most: number): number {
  return 1 + Math.floor(random() * most);
}

export function inventTree(random: Random, files: number): InventedTree {
  const tree = new Map<string, InventedFile>();
  while (tree.size < files) tree.set(freePath(tree, random), inventFile(random));
  return tree;
}

/** A path that is not there, below nothing that is a file, and above nothing. */
export function freePath(tree: InventedTree, random: Random): string {
  for (;;) {
    const path = `${pick(FOLDERS, random)}${pick(STEMS, random)}${Math.floor(random() * 10_000)}.txt`;
    if (!tree.has(path)) return path;
  }
}

export function inventFile(random: Random): InventedFile {
  const end = pick(ENDINGS, random);
  const lines = Array.from({ length: Math.floor(random() * 60) }, () => inventLine(random, end));
  const whole = lines.join('');
  const content = random() < 0.1 ? whole.slice(0, -end.length) : whole;
  return { mode: random() < 0.1 ? '100755' : '100644', content };
}

/** The same file with one to three stretches of lines put in, taken out or replaced; sometimes its last line end too. */
export function editFile(file: InventedFile, random: Random): InventedFile {
  if (file.mode === '120000') return { ...file, content: `elsewhere${Math.floor(random() * 10_000)}` };
  const lines = file.content.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const end = lines[0]?.endsWith('\r\n') ? '\r\n' : '\n';
  for (let stretch = upTo(random, 3); stretch > 0; stretch -= 1) {
    const at = Math.floor(random() * (lines.length + 1));
    const gone = Math.floor(random() * 3);
    const fresh = Array.from({ length: Math.floor(random() * 4) }, () => inventLine(random, end));
    lines.splice(at, gone, ...fresh);
  }
  const whole = lines.join('');
  const content = random() < 0.1 ? whole.replace(/\r?\n$/, '') : whole;
  return { ...file, content };
}

function inventLine(random: Random, end: string): string {
  const roll = random();
  if (roll < 0.25) return `${pick(COMMON, random)}${end}`;
  if (roll < 0.3) return `${pick(ODD, random)}${end}`;
  const words = Array.from({ length: upTo(random, 8) }, () => pick(WORDS, random));
  return `${' '.repeat(2 * Math.floor(random() * 4))}${words.join(' ')} ${Math.floor(random() * 1e6)}${end}`;
}
