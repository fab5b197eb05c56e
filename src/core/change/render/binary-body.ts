import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { BinaryContent } from '../change.ts';

/** The digits of git's base 85. Source: git's base85.c. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
/** Bytes on one line of a binary patch. */
const WIDTH = 52;

/** `index` line and `GIT binary patch` of a content, or of two whole ones. Source: git's diff.c, emit_binary_diff. */
export function binaryBody(change: BinaryContent | { readonly from: string; readonly to: string }): string {
  if ('from' in change) {
    const index = `index ${sha1Blob(change.from)}..${sha1Blob(change.to)}\n`;
    return `${index}GIT binary patch\n${block('literal', change.to)}${block('literal', change.from)}`;
  }
  const { form, data, oldBlob, newBlob } = change;
  const index = oldBlob === null || newBlob === null ? '' : `index ${oldBlob}..${newBlob}\n`;
  return `${index}GIT binary patch\n${block(form, data)}`;
}

/** git reads a content that is nothing as the id of zeros. */
function sha1Blob(content: string): string {
  if (content === '') return '0'.repeat(40);
  const bytes = Buffer.from(content, 'latin1');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function block(form: 'literal' | 'delta', data: string): string {
  const deflated = deflateSync(Buffer.from(data, 'latin1'));
  const lines: string[] = [];
  for (let at = 0; at < deflated.length; at += WIDTH)
    lines.push(base85Line(deflated.subarray(at, at + WIDTH)));
  return `${form} ${data.length}\n${lines.join('')}\n`;
}

function base85Line(bytes: Uint8Array): string {
  const { length } = bytes;
  const size = length <= 26 ? String.fromCharCode(64 + length) : String.fromCharCode(96 + length - 26);
  let digits = '';
  for (let at = 0; at < length; at += 4) {
    let word = 0;
    for (let one = 0; one < 4; one++) word = word * 256 + (bytes[at + one] ?? 0);
    digits += base85Word(word);
  }
  return `${size}${digits}\n`;
}

/** Five digits, the most significant one first. */
function base85Word(word: number): string {
  let [rest, digits] = [word, ''];
  for (let one = 0; one < 5; one++) {
    digits = DIGITS.charAt(rest % 85) + digits;
    rest = Math.floor(rest / 85);
  }
  return digits;
}
