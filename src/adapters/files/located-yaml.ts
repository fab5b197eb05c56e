import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';
import { type Located, MAX_DEPTH, type ReadData } from '../../core/change/formats/data/located.ts';

/** Half a second of parsing for the worst that fits. */
const LONGEST = 64 * 1024;
/** Aliases make small texts large, and finding what one stands for takes a walk through the whole document. */
const MOST_ALIASES = 20;

/** YAML 1.2 with unique keys and the core schema, as plain data in which each part knows its lines. Never throws. */
export function readLocatedYaml(text: string): ReadData {
  if (text.length > LONGEST) {
    const problem = `the YAML has ${text.length} characters, and at most ${LONGEST} are read; send longer content as JSON`;
    return { kind: 'unreadable', line: 1, column: null, problem };
  }
  const lines = new LineCounter();
  // Unique keys are looked for below: the package compares each with each. So is the place of an error, which its
  // pretty messages take from all of the text, once for each.
  const document = parseDocument(text, {
    ...{ uniqueKeys: false, strict: true, prettyErrors: false, version: '1.2', lineCounter: lines },
  });
  const [error] = [...document.errors, ...document.warnings];
  try {
    if (error !== undefined) throw new Unreadable(error.pos[0], problemOf(error.message));
    return { kind: 'data', data: new Walk(document, lines).locate(document.contents, 1) };
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    const { line, col } = lines.linePos(problem.offset);
    // Before its first line break a text has no line that the counter knows.
    const at = { line: Math.max(line, 1), column: line === 0 ? problem.offset + 1 : col };
    return { kind: 'unreadable', ...at, problem: problem.message };
  }
}

/** The package's own parser recurses, and catches itself. */
function problemOf(message: string): string {
  const [line = ''] = message.split('\n');
  return line.includes('call stack') ? TOO_DEEP : line;
}

const TOO_DEEP = `the YAML is nested more than ${MAX_DEPTH} levels deep`;

class Unreadable extends Error {
  readonly offset: number;

  constructor(offset: number, problem: string) {
    super(problem);
    this.offset = offset;
  }
}

class Walk {
  readonly #document: Document;
  readonly #lines: LineCounter;
  #aliases = 0;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  /** @throws Unreadable */
  locate(node: unknown, depth: number): Located {
    const offset = startOf(node);
    if (depth > MAX_DEPTH) throw new Unreadable(offset, TOO_DEEP);
    const span = this.#spanOf(node);
    if (isAlias(node)) return this.locate(this.#aliased(node), depth + 1);
    if (isSeq(node))
      return { kind: 'list', span, items: node.items.map((item) => this.locate(item, depth + 1)) };
    if (isMap(node)) return { kind: 'object', span, members: this.#membersOf(node.items, depth) };
    return scalarOf(isScalar(node) ? node.value : null, { span, offset });
  }

  #aliased(alias: { readonly source: string; resolve(document: Document): unknown }): unknown {
    this.#aliases++;
    const offset = startOf(alias);
    if (this.#aliases > MOST_ALIASES) throw new Unreadable(offset, `more than ${MOST_ALIASES} aliases`);
    const node = alias.resolve(this.#document);
    if (node === undefined) throw new Unreadable(offset, `the alias *${alias.source} has no anchor`);
    return node;
  }

  #membersOf(pairs: readonly Pair[], depth: number): ReadonlyMap<string, Located> {
    const members = new Map<string, Located>();
    for (const { key, value } of pairs) {
      const name = keyOf(key);
      if (members.has(name))
        throw new Unreadable(startOf(key), `the key ${JSON.stringify(name)} stands here twice`);
      members.set(name, this.locate(value, depth + 1));
    }
    return members;
  }

  #spanOf(node: unknown) {
    const [start, end] = rangeOf(node);
    return { firstLine: this.#lineAt(start), lastLine: this.#lineAt(Math.max(start, end - 1)) };
  }

  #lineAt(offset: number): number {
    return Math.max(this.#lines.linePos(offset).line, 1);
  }
}

function keyOf(key: unknown): string {
  const value = isScalar(key) ? key.value : undefined;
  if (typeof value === 'string' && value.isWellFormed()) return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Unreadable(startOf(key), 'a key is no plain text');
}

function scalarOf(
  value: unknown,
  { span, offset }: { readonly span: Located['span']; readonly offset: number },
): Located {
  if (typeof value === 'string') {
    if (value.isWellFormed()) return { kind: 'text', span, text: value };
    throw new Unreadable(offset, 'the text has half of a surrogate pair, which no file can hold');
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'number')
    return { kind: 'other', span, value };
  throw new Unreadable(offset, 'the value is no plain data');
}

function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  return Array.isArray(range) ? [range[0], range[1]] : [0, 0];
}
