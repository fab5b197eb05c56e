import { type Located, MAX_DEPTH, type ReadData } from './located.ts';

/**
 * Reads JSON (RFC 8259) with the lines of every part. Takes what `JSON.parse` takes and refuses what it refuses, and
 * beyond that two members of one name, half of a surrogate pair, and more than 64 levels. Linear; nothing is repaired.
 */
export function readJsonText(text: string): ReadData {
  const reader = new JsonReader(text);
  try {
    return { kind: 'data', data: reader.whole() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { line, column, problem } = error;
    return { kind: 'unreadable', line, column, problem };
  }
}

class Unreadable extends Error {
  readonly line: number;
  readonly column: number;
  readonly problem: string;

  constructor(at: { readonly line: number; readonly column: number }, problem: string) {
    super(problem);
    this.line = at.line;
    this.column = at.column;
    this.problem = problem;
  }
}

const WHITE = /[ \t\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[A-Za-z_$][A-Za-z0-9_$]{0,40}/y;
const HEX = /[0-9a-fA-F]{4}/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const WORDS: ReadonlyMap<string, null | boolean> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
]);

class JsonReader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Located {
    const value = this.#value(1);
    this.#space();
    if (this.#at < this.#text.length) {
      throw this.#wrong(`the JSON is complete, and ${this.#seen()} follows it`);
    }
    return value;
  }

  #value(depth: number): Located {
    this.#space();
    if (depth > MAX_DEPTH) throw this.#wrong(`the JSON is nested more than ${MAX_DEPTH} levels deep`);
    const char = this.#text[this.#at];
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#list(depth);
    if (char === '"') return { kind: 'text', span: this.#here(), text: this.#string() };
    return this.#scalar();
  }

  #object(depth: number): Located {
    const firstLine = this.#line;
    const members = new Map<string, Located>();
    this.#at++;
    for (let first = true; !this.#closes('}', first); first = false) {
      if (this.#text[this.#at] !== '"')
        throw this.#wrong(`expected a name in double quotes, got ${this.#seen()}`);
      const start = this.#at;
      const name = this.#string();
      if (members.has(name)) {
        this.#at = start;
        throw this.#wrong(`the object has two members ${JSON.stringify(name.slice(0, 60))}`);
      }
      this.#space();
      if (this.#text[this.#at] !== ':') {
        throw this.#wrong(`expected : behind ${JSON.stringify(name.slice(0, 60))}, got ${this.#seen()}`);
      }
      this.#at++;
      members.set(name, this.#value(depth + 1));
    }
    return { kind: 'object', span: { firstLine, lastLine: this.#line }, members };
  }

  #list(depth: number): Located {
    const firstLine = this.#line;
    const items: Located[] = [];
    this.#at++;
    for (let first = true; !this.#closes(']', first); first = false) items.push(this.#value(depth + 1));
    return { kind: 'list', span: { firstLine, lastLine: this.#line }, items };
  }

  /** Steps over the bracket that closes, or over the comma in front of what comes next. */
  #closes(bracket: string, first: boolean): boolean {
    this.#space();
    if (this.#text[this.#at] === bracket) {
      this.#at++;
      return true;
    }
    if (first) return false;
    if (this.#text[this.#at] !== ',') throw this.#wrong(`expected , or ${bracket}, got ${this.#seen()}`);
    const comma = { at: this.#at, line: this.#line, lineStart: this.#lineStart };
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === bracket) {
      [this.#at, this.#line, this.#lineStart] = [comma.at, comma.line, comma.lineStart];
      throw this.#wrong(`a comma stands before ${bracket}; JSON has none behind the last one`);
    }
    return false;
  }

  #scalar(): Located {
    const span = this.#here();
    const number = this.#match(NUMBER);
    if (number !== '' && !/[0-9A-Za-z_.]/.test(this.#text[this.#at + number.length] ?? '')) {
      this.#at += number.length;
      return { kind: 'other', span, value: Number(number) };
    }
    const word = this.#match(WORD);
    const value = WORDS.get(word);
    if (value === undefined) throw this.#wrong(`expected a value, got ${this.#seen()}`);
    this.#at += word.length;
    return { kind: 'other', span, value };
  }

  #string(): string {
    const start = this.#at;
    const parts: string[] = [];
    this.#at++;
    for (;;) {
      parts.push(this.#plain());
      const char = this.#text[this.#at];
      if (char === '"') break;
      if (char !== '\\') throw this.#brokenString(char);
      parts.push(this.#escape());
    }
    this.#at++;
    const text = parts.join('');
    if (text.isWellFormed()) return text;
    this.#at = start;
    throw this.#wrong('the text has half of a surrogate pair (\\ud800 to \\udfff), which no file can hold');
  }

  /** What stands for itself: no quote, no backslash, no control character. */
  #plain(): string {
    const start = this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code < 0x20 || code === QUOTE || code === BACKSLASH) break;
    }
    return this.#text.slice(start, this.#at);
  }

  #brokenString(char: string | undefined): Unreadable {
    if (char === undefined) return this.#wrong('the text ends inside a string; its closing " is missing');
    if (char === '\n') return this.#wrong('the line ends inside a string; write \\n for a line break');
    return this.#wrong(`a string has the control character ${codePoint(char)}; write it as an escape`);
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const plain = ESCAPES[letter];
    if (plain !== undefined) {
      this.#at += 2;
      return plain;
    }
    HEX.lastIndex = this.#at + 2;
    const hex = letter === 'u' ? HEX.exec(this.#text)?.[0] : undefined;
    if (hex === undefined) {
      throw this.#wrong(`\\${letter} is no escape of JSON; a backslash itself is written \\\\`);
    }
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0] ?? '';
  }

  #space(): void {
    for (;;) {
      this.#at += this.#match(WHITE).length;
      if (this.#text[this.#at] !== '\n') return;
      this.#at++;
      this.#line++;
      this.#lineStart = this.#at;
    }
  }

  #here() {
    return { firstLine: this.#line, lastLine: this.#line };
  }

  /** What stands where something else was expected, with the mistakes that are made most. */
  #seen(): string {
    const char = this.#text[this.#at];
    if (char === undefined) return 'the end of the text';
    const two = this.#text.slice(this.#at, this.#at + 2);
    if (two === '//' || two === '/*' || char === '#') return `the comment ${two}; JSON has no comments`;
    if (char === "'") return "a single quote '; JSON takes double quotes only";
    const word = this.#match(WORD);
    if (word !== '') return `the bare word ${word}`;
    return JSON.stringify(String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0));
  }

  #wrong(problem: string): Unreadable {
    return new Unreadable({ line: this.#line, column: this.#at - this.#lineStart + 1 }, problem);
  }
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
