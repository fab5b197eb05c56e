import { textIn } from './charset.ts';
import { unescaped } from './transfer.ts';

/** `=?UTF-8?q?Gr=C3=BC=C3=9Fe?=`: charset, perhaps with a language, encoding, and the packed text. */
const WORD = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,60})?\?([bq])\?([^?]*)\?=/gi;

/**
 * A header's value (latin1) as Unicode text. White space between two encoded words is part of neither, and a character
 * may be split between two of the same charset. `bare` is the charset of what is not encoded. Source: RFC 2047.
 */
export function decodedHeader(value: string, bare: string | null = null): string {
  return runsOf(value, bare)
    .map(({ bytes, charset }) => textIn(bytes, charset))
    .join('');
}

/** Bytes of one charset. */
interface Run {
  readonly bytes: string;
  readonly charset: string | null;
  readonly encoded: boolean;
}

function runsOf(value: string, bare: string | null): Run[] {
  const runs: Run[] = [];
  let done = 0;
  for (const match of value.matchAll(WORD)) {
    const [whole, name = '', encoding = '', packed = ''] = match;
    const between = value.slice(done, match.index);
    const last = runs.at(-1);
    done = match.index + whole.length;
    if (between.trim() !== '' || last?.encoded !== true)
      runs.push({ bytes: between, charset: bare, encoded: false });
    const charset = name.toLowerCase();
    const word = { bytes: unpacked(packed, encoding), charset, encoded: true };
    const before = runs.at(-1);
    if (before?.encoded === true && before.charset === charset)
      runs.splice(-1, 1, { ...word, bytes: before.bytes + word.bytes });
    else runs.push(word);
  }
  return [...runs, { bytes: value.slice(done), charset: bare, encoded: false }];
}

function unpacked(packed: string, encoding: string): string {
  if (encoding.toLowerCase() === 'b') return Buffer.from(packed, 'base64').toString('latin1');
  const spaced = packed.replaceAll('_', ' ');
  return unescaped(spaced) ?? spaced;
}
