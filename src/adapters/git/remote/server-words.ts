import { redactText } from '../../../platform/redact.ts';

const LONGEST = 600;

// Control characters with the escapes of terminals, and what hides or reorders text.
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** What stands behind the word is one if it is set off from it, or holds what no word of a sentence does. */
const PASSWORD =
  /\b(pass(?:word|wd|phrase|code))(\s?[:=]\s?["']?|\s["'])[^\s"']+|\b(password)\s(?=[^\s]*[\d$!#%^&*_])[^\s"']+/gi;

/** What a server said, fit to be shown: one line of plain text without secrets. */
export function plainWords(text: string): string {
  const plain = text.replaceAll(HIDDEN, ' ').replaceAll(/\s+/g, ' ').trim();
  const words = redactText(plain).replaceAll(PASSWORD, hidden);
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

function hidden(
  _: string,
  first: string | undefined,
  between: string | undefined,
  second: string | undefined,
) {
  return first === undefined ? `${second} ***` : `${first}${between}***`;
}
