import { latin1 } from '../bytes.ts';
import { eolOf, fileLines } from '../file-lines.ts';

/** What the lines of a text end in; null for a text without any line end. */
export function lineEndsOf(text: string): 'LF' | 'CRLF' | 'mixed' | null {
  const eols = new Set(fileLines(text).map(eolOf));
  eols.delete('');
  if (eols.size === 0) return null;
  if (eols.size === 2) return 'mixed';
  return eols.has('\n') ? 'LF' : 'CRLF';
}

/** Whether a text has lines, and all of them end in `\r\n`. */
export function isAllCrlf(bytes: Uint8Array): boolean {
  return bytes.includes(0x0d) && lineEndsOf(latin1(bytes)) === 'CRLF';
}
