/*
 * A modest part of UTS #39: words of code that mix letters which look alike. Not found are words of which all letters
 * come from one other script ("сор" in Cyrillic), and look-alikes within one script ("l" and "I").
 */

/** Letters of other scripts that most fonts draw as Latin ones. Source: confusables.txt of UTS #39, 16.0. */
const LOOKS_LATIN =
  /[\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b1\u03b3\u03b9\u03bd\u03bf\u03c1\u03c3\u03c5\u0405\u0406\u0408\u0410\u0412\u0415\u041a\u041c-\u041e\u0420-\u0423\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u050d\u051b\u051d\u0555\u0578\u057d\u0581\u0585\u13a0-\u13a2\u13a5\u13a9-\u13ac\u13b3\u13b7\u13bb\u13c0\u13c3\u13c6\u13da\u13df\u13e2]/u;
const LATIN = /\p{Script=Latin}/u;
/** Letters that a compiler may take for the plain ones which they stand for: 𝐚, ａ, ﬁ. */
const DRESSED = /\p{L}/gu;
const WORD = /[\p{L}\p{Nl}_$][\p{L}\p{Nl}\p{M}\p{Nd}\p{Pc}$]*/gu;

export interface OddWord {
  readonly word: string;
  /** The letter that gives it away. */
  readonly letter: string;
  readonly why: 'looks Latin' | 'dressed up';
}

/** Words of one line (Unicode) in which a letter is not what it looks like, each once. */
export function oddWords(text: string): readonly OddWord[] {
  const words = new Set(text.match(WORD) ?? []);
  return [...words].flatMap((word): OddWord[] => {
    const foreign = LATIN.test(word) ? LOOKS_LATIN.exec(word)?.[0] : undefined;
    if (foreign !== undefined) return [{ word, letter: foreign, why: 'looks Latin' }];
    const dressed = (word.match(DRESSED) ?? []).find(isDressed);
    return dressed === undefined ? [] : [{ word, letter: dressed, why: 'dressed up' }];
  });
}

function isDressed(letter: string): boolean {
  const plain = letter.normalize('NFKC');
  return plain !== letter && /^[A-Za-z]+$/.test(plain);
}
