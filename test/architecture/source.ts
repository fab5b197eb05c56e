/**
 * A source text made easy to match: comments are gone, tokens stand apart by one space, the nth string literal is
 * written as its number in quotes, and a regular expression or the fixed part of a template as `''`. What a template
 * interpolates is code like any other.
 */
export type Source = { readonly code: string; readonly strings: readonly string[] };

const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const STRING = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/y;
const REGEX = /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const REGEX_MAY_FOLLOW = /^(?:[([{},;=:!&|?+\-*%<>~^]|=>|return|case|typeof)?$/;
const TEMPLATE_PART = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$)/y;
const TOKEN = /[\w$]+|=>|\?\.|\S/y;

export function readSource(text: string): Source {
  return new Reader(text).read();
}

class Reader {
  readonly #text: string;
  readonly #tokens: string[] = [];
  readonly #strings: string[] = [];
  readonly #braces: ('block' | 'interpolation')[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Source {
    this.#match(SPACE);
    while (this.#at < this.#text.length) {
      if (!this.#readString() && !this.#readRegex()) this.#readToken();
      this.#match(SPACE);
    }
    return { code: this.#tokens.join(' '), strings: this.#strings };
  }

  #readString(): boolean {
    const match = this.#match(STRING);
    if (!match) return false;
    this.#tokens.push(`'${this.#strings.push(match[1] ?? match[2] ?? '') - 1}'`);
    return true;
  }

  #readRegex(): boolean {
    if (!REGEX_MAY_FOLLOW.test(this.#tokens.at(-1) ?? '') || !this.#match(REGEX)) return false;
    this.#tokens.push("''");
    return true;
  }

  #readToken(): void {
    const token = this.#match(TOKEN)?.[0] ?? '';
    const closed = token === '}' ? this.#braces.pop() : undefined;
    if (token === '{') this.#braces.push('block');
    if (token === '`' || closed === 'interpolation') this.#readTemplatePart();
    else this.#tokens.push(token);
  }

  #readTemplatePart(): void {
    const part = this.#match(TEMPLATE_PART)?.[0] ?? '';
    if (part.endsWith('${')) this.#braces.push('interpolation');
    this.#tokens.push("''");
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }
}

const NAMES_A_MODULE = /(?<!\. )\b(?:from|import|import \() '(\d+)'/g;
const NAMES_A_FILE = /\bnew URL \( '(\d+)'/g;

/** Every module that a source names: imports of values and types, re-exports, `import('x')`, `new URL('./x.ts')`. */
export function specifiersOf({ code, strings }: Source): string[] {
  const named = (pattern: RegExp): string[] =>
    [...code.matchAll(pattern)].map(([, index]) => strings[Number(index)] ?? '');
  return [...named(NAMES_A_MODULE), ...named(NAMES_A_FILE).filter((name) => /^\..*\.[jt]sx?$/.test(name))];
}

/** The statements of the top level, with `{}` and `()` in place of whatever their brackets hold. */
export function statementsOf({ code }: Source): string[] {
  let flat = code;
  for (let before = ''; before !== flat; ) {
    before = flat;
    flat = flat.replace(/\{[^(){}[\]]*\}/g, '¶').replace(/[([][^(){}[\]]*[)\]]/g, '§');
  }
  const statements = flat.split(/;|(?<=¶) (?!(?:from|extends|is)\b)(?=\w)/);
  return statements.map((each) => each.trim().replaceAll('¶', '{}').replaceAll('§', '()')).filter(Boolean);
}
