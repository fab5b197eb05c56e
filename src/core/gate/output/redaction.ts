import { secretForms } from './secret-forms.ts';
import { HIDDEN, hideTokens, KEY_BEGINS, KEY_ENDS, LEAD_IN } from './token-shapes.ts';

/** No token is longer; what has no white space for so long is no word, and is let through but for its end. */
const LONGEST_WORD = 16 * 1024;
/** A private key without an end would else hide all that comes after it. */
const LONGEST_KEY = 16 * 1024;
const LONGEST_LEAD_IN = 80;

/**
 * Replaces secrets in a stream by `***`, wherever its chunks are cut: what comes out does not depend on that. The last word is
 * held back until it is whole, and so is what may be the beginning of a secret.
 */
export class Redaction {
  readonly #forms: readonly string[];
  readonly #longest: number;
  #held = '';
  /** Bytes hidden of the private key that the stream is in; null outside of one. */
  #ofKey: number | null = null;

  /** @param secrets values that are hidden in every form they are likely to be printed in */
  constructor(secrets: readonly string[]) {
    this.#forms = secretForms(secrets);
    this.#longest = this.#forms[0]?.length ?? 0;
  }

  /** What can be told of the stream so far, beyond what was told before. */
  push(chunk: Uint8Array): Uint8Array {
    const text = this.#held + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    const cut = this.#cutOf(text);
    this.#held = text.slice(cut);
    return this.#clear(text.slice(0, cut));
  }

  /** The rest. */
  end(): Uint8Array {
    const rest = this.#held;
    this.#held = '';
    return this.#clear(rest);
  }

  /** Up to where nothing can come that would change what is hidden. Moves to the left only, so that it ends. */
  #cutOf(text: string): number {
    let cut = text.length;
    for (;;) {
      const next = this.#beforeSecret(text, beforeLeadIn(text, beforeWord(text, cut)));
      if (next === cut) return cut;
      // A word without an end is not held for ever; a secret that is known is, up to its length.
      if (text.length - next > LONGEST_WORD + this.#longest) return this.#beforeSecret(text, cut);
      cut = next;
    }
  }

  /** Left of every known secret that `cut` would tear, or that the end of the text may be the beginning of. */
  #beforeSecret(text: string, cut: number): number {
    let least = cut;
    for (const form of this.#forms) {
      const first = form[0] ?? '';
      let at = text.indexOf(first, Math.max(0, cut - form.length + 1));
      for (; at >= 0 && at < least; at = text.indexOf(first, at + 1)) if (isBegun(text, at, form)) least = at;
    }
    return least;
  }

  #clear(text: string): Uint8Array {
    let clear = '';
    let rest = this.#forms.reduce((one, form) => one.replaceAll(form, HIDDEN), text);
    while (rest !== '') {
      if (this.#ofKey !== null) rest = this.#hideKey(rest, this.#ofKey);
      const { index, 0: mark } = KEY_BEGINS.exec(rest) ?? { index: rest.length, 0: '' };
      clear += hideTokens(rest.slice(0, index));
      rest = rest.slice(index + mark.length);
      if (mark === '') break;
      clear += HIDDEN;
      this.#ofKey = 0;
    }
    return Buffer.from(clear, 'latin1');
  }

  /** What comes after the key, or after as much of it as is believed. */
  #hideKey(text: string, hidden: number): string {
    const ends = KEY_ENDS.exec(text);
    const most = LONGEST_KEY - hidden;
    if (ends !== null && ends.index <= most) {
      this.#ofKey = null;
      return text.slice(ends.index + ends[0].length);
    }
    this.#ofKey = text.length > most ? null : hidden + text.length;
    return text.slice(most);
  }
}

function isBegun(text: string, at: number, form: string): boolean {
  return text.length - at >= form.length ? text.startsWith(form, at) : form.startsWith(text.slice(at));
}

/** Where the word begins that stands at the end of the first `end` characters. */
function beforeWord(text: string, end: number): number {
  let at = end;
  const least = Math.max(0, end - LONGEST_WORD - 1);
  while (at > least && !isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** Tab, line feed, vertical tab, form feed, carriage return, space, and the space of latin1 that a pattern takes for one. */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160;
}

function beforeLeadIn(text: string, end: number): number {
  const from = Math.max(0, end - LONGEST_LEAD_IN);
  const found = LEAD_IN.exec(text.slice(from, end));
  return found === null ? end : from + found.index;
}
