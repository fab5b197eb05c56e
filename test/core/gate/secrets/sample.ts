/*
 * Text that an expression matches, made from the expression itself: classes, groups, choices and repeats as the rules for
 * secrets have them. Look-arounds and backward references are not known.
 */

/** From 0 to below 1. */
export type Random = () => number;

/** A generator of pseudo-random numbers with a seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function sampleOf(pattern: RegExp, random: Random): string {
  const parser = new Sampler(pattern.source, random);
  return parser.choice();
}

const ALL = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at));
const WORD = ALL.filter((char) => /\w/.test(char));
const DIGIT = [...'0123456789'];
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  ...{
    w: WORD,
    d: DIGIT,
    s: [' '],
    S: ALL,
    n: ['\n'],
    r: ['\r'],
    t: ['\t'],
    f: ['\f'],
    b: [''],
    D: ['a'],
    W: ['-'],
  },
};

class Sampler {
  readonly #text: string;
  readonly #random: Random;
  #at = 0;

  constructor(text: string, random: Random) {
    this.#text = text;
    this.#random = random;
  }

  choice(): string {
    const branches = [this.#row()];
    while (this.#text[this.#at] === '|') {
      this.#at += 1;
      branches.push(this.#row());
    }
    return this.#one(branches);
  }

  #row(): string {
    let made = '';
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at] ?? '')) {
      const from = this.#at;
      const first = this.#atom();
      const times = this.#times();
      const end = this.#at;
      made += times > 0 ? first : '';
      for (let time = 1; time < times; time++) {
        this.#at = from;
        made += this.#atom();
      }
      this.#at = end;
    }
    return made;
  }

  #times(): number {
    const found = /^(?:([*+?])|\{(\d+)(?:,(\d*))?\})\??/.exec(this.#text.slice(this.#at));
    if (found === null) return 1;
    this.#at += found[0].length;
    const [, sign, least, most] = found;
    if (sign !== undefined) return sign === '+' ? 4 : 0;
    const low = Number(least);
    const high = most === undefined ? low : most === '' ? low + 8 : Math.min(Number(most), low + 30);
    // More than the least where it can be: entropy comes with length.
    return low === 0 ? 0 : high;
  }

  #atom(): string {
    const char = this.#text[this.#at] ?? '';
    if (char === '(') return this.#group();
    if (char === '[') return this.#one(this.#class());
    this.#at += 1;
    if (char === '^' || char === '$') return '';
    if (char === '\\') return this.#one(this.#escape());
    return char === '.' ? this.#one(WORD) : char;
  }

  #group(): string {
    this.#at += this.#text.startsWith('(?:', this.#at) ? 3 : 1;
    const made = this.choice();
    this.#at += 1;
    return made;
  }

  #escape(): readonly string[] {
    const char = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (char !== 'x') return KNOWN[char] ?? [char];
    this.#at += 2;
    return [String.fromCharCode(Number.parseInt(this.#text.slice(this.#at - 2, this.#at), 16))];
  }

  #class(): readonly string[] {
    this.#at += 1;
    const isNot = this.#text[this.#at] === '^';
    if (isNot) this.#at += 1;
    const members = new Set<string>();
    while (this.#text[this.#at] !== ']') {
      const from = this.#member();
      if (this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']' && from.length === 1) {
        this.#at += 1;
        const [to = ''] = this.#member();
        for (let code = from[0]?.charCodeAt(0) ?? 0; code <= to.charCodeAt(0); code++)
          members.add(String.fromCharCode(code));
      } else for (const char of from) members.add(char);
    }
    this.#at += 1;
    return isNot ? ALL.filter((char) => !members.has(char)) : [...members];
  }

  #member(): readonly string[] {
    const char = this.#text[this.#at] ?? '';
    this.#at += 1;
    return char === '\\' ? this.#escape() : [char];
  }

  #one(from: readonly string[]): string {
    return from[Math.floor(this.#random() * from.length)] ?? '';
  }
}
