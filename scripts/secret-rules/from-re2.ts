/*
 * Expressions of Go (RE2 syntax) as JavaScript takes them, also in a Node that knows no `(?i:...)`: where case is ignored
 * in a part only, each letter of that part becomes a class of two. A leading `(?i)` in the result stands for the flag.
 */

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
}

const NAMED: Readonly<Record<string, string>> = { alnum: 'a-zA-Z0-9', alpha: 'a-zA-Z', digit: '0-9' };
/** RE2 takes these as white space, JavaScript more. */
const SPACE = String.raw`\t\n\f\r `;
/** Of no use but to tell more of a line in a report, and the reason why an expression begins everywhere. */
const LEAD = String.raw`[\w.-]{0,50}?`;

/** @throws Error for what has no counterpart */
export function fromRe2(pattern: string, lead: 'kept' | 'dropped' = 'kept'): string {
  const whole = /^\(\?i\)/.test(pattern) && !/\(\?[^:)]*-?[a-z]/.test(pattern.slice(4));
  const text = whole ? pattern.slice(4) : pattern;
  const read = new Translator(text).all({ ignoreCase: false, dotAll: false });
  const short = lead === 'dropped' && read.startsWith(LEAD) ? read.slice(LEAD.length) : read;
  const result = whole ? `(?i)${short}` : short;
  compile(result);
  return result;
}

function compile(pattern: string): RegExp {
  return pattern.startsWith('(?i)') ? new RegExp(pattern.slice(4), 'i') : new RegExp(pattern);
}

class Translator {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(flags: Flags): string {
    const read = this.#group(flags);
    if (this.#at < this.#text.length) throw new Error(`a bracket too many at ${this.#at}`);
    return read;
  }

  /** Up to the bracket that closes the group: `(?i)` within it holds to its end. */
  #group(given: Flags): string {
    let flags = given;
    let read = '';
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')') {
      const set = this.#take(/\(\?(-?[a-z]+)\)/y);
      if (set) flags = withFlags(flags, set[1] ?? '');
      else read += this.#part(flags);
    }
    return read;
  }

  #part(flags: Flags): string {
    const named = this.#take(/\(\?P<\w+>/y);
    const opened = named ?? this.#take(/\(\?(-?[a-z]*):/y) ?? this.#take(/\((?!\?)/y);
    if (opened) {
      const inner = this.#group(withFlags(flags, named ? '' : (opened[1] ?? '')));
      this.#need(/\)/y, 'a closing bracket');
      return `${opened[0].startsWith('(?') && !named ? '(?:' : '('}${inner})`;
    }
    const next = this.#text[this.#at];
    if (next === '[') return this.#class(flags);
    return next === '\\' ? this.#escape() : this.#character(flags);
  }

  #character(flags: Flags): string {
    // What is counted is no letter, and `{` that counts nothing is itself in both.
    const counted = this.#take(/\{\d+(?:,\d*)?\}/y);
    if (counted) return counted[0];
    const char = this.#need(/[^(]/y, 'a character that is known')[0];
    if (char === '.') return flags.dotAll ? String.raw`[\s\S]` : String.raw`[^\n]`;
    return flags.ignoreCase && /[a-z]/i.test(char) ? `[${char.toLowerCase()}${char.toUpperCase()}]` : char;
  }

  #escape(): string {
    const found = this.#need(/\\(?:x[0-9a-fA-F]{2}|[^x])/y, 'an escape')[0];
    const plain: Readonly<Record<string, string>> = {
      ...{ '\\z': '$', '\\A': '^' },
      ...{ '\\s': `[${SPACE}]`, '\\S': `[^${SPACE}]` },
    };
    if (/\\[a-zA-Z]/.test(found) && !/\\[wWdDbBnrtfvxsSzA]/.test(found))
      throw new Error(`${found} is not known`);
    return plain[found] ?? found;
  }

  #class(flags: Flags): string {
    const open = this.#need(/\[\^?/y, 'a class')[0];
    // A bracket that comes first is a member to RE2, and the end of the class to JavaScript.
    const parts: string[] = this.#take(/\]/y) ? [String.raw`\]`] : [];
    let extra = '';
    while (this.#text[this.#at] !== ']') {
      const named = this.#take(/\[:(\w+):\]/y);
      if (named) {
        const means = NAMED[named[1] ?? ''];
        if (means === undefined) throw new Error(`${named[0]} is not known`);
        parts.push(means);
        continue;
      }
      const one = String.raw`(?:\\x[0-9a-fA-F]{2}|\\[^x]|[^\\\]])`;
      const [range, from = '', to] = this.#need(new RegExp(`(${one})(?:-(${one}))?`, 'y'), 'a class member');
      parts.push(range === String.raw`\s` ? SPACE : range);
      if (flags.ignoreCase) extra += otherCase(from, to ?? from);
    }
    this.#at += 1;
    return `${open}${parts.join('')}${extra}]`;
  }

  #take(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text);
    if (found) this.#at += found[0].length;
    return found;
  }

  #need(form: RegExp, what: string): RegExpExecArray {
    const found = this.#take(form);
    if (found === null) throw new Error(`expected ${what} at ${this.#at}`);
    return found;
  }
}

function withFlags(flags: Flags, set: string): Flags {
  const [on = '', off = ''] = set.split('-');
  if (/[^is]/.test(on + off)) throw new Error(`flags ${set} are not known`);
  return {
    ignoreCase: (flags.ignoreCase || on.includes('i')) && !off.includes('i'),
    dotAll: (flags.dotAll || on.includes('s')) && !off.includes('s'),
  };
}

/** What a range of a class means besides itself where case is ignored. */
function otherCase(from: string, to: string): string {
  if (from.length > 1 || to.length > 1) return '';
  return (
    [...overlap(from, to, 'a', 'z')].map(upperRange).join('') +
    overlap(from, to, 'A', 'Z').map(lowerRange).join('')
  );
}

function overlap(
  from: string,
  to: string,
  first: string,
  last: string,
): readonly (readonly [string, string])[] {
  const low = from > first ? from : first;
  const high = to < last ? to : last;
  return low <= high ? [[low, high]] : [];
}

function upperRange([low, high]: readonly [string, string]): string {
  return low === high ? low.toUpperCase() : `${low.toUpperCase()}-${high.toUpperCase()}`;
}

function lowerRange([low, high]: readonly [string, string]): string {
  return low === high ? low.toLowerCase() : `${low.toLowerCase()}-${high.toLowerCase()}`;
}
