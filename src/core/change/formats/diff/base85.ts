const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
/** By character code. */
const DIGIT_OF: readonly number[] = Array.from({ length: 256 }, (_, code) =>
  ALPHABET.indexOf(String.fromCharCode(code)),
);

/** Bytes that five digits stand for. */
const GROUP_BYTES = 4;
const GROUP_DIGITS = 5;
const LARGEST_GROUP = 0xffff_ffff;

/**
 * One line of a `GIT binary patch`: a letter for the number of bytes (`A` is 1, `z` is 52), then groups of five digits,
 * each four bytes, the last filled up. Null when the line is not of that form. Source of the format: git's base85.c.
 */
export function decodeBase85Line(line: string): Uint8Array | null {
  const size = sizeOf(line.charAt(0));
  if (size === null || line.length !== 1 + Math.ceil(size / GROUP_BYTES) * GROUP_DIGITS) return null;
  const bytes = Buffer.alloc(Math.ceil(size / GROUP_BYTES) * GROUP_BYTES);
  for (let at = 1, to = 0; at < line.length; at += GROUP_DIGITS, to += GROUP_BYTES) {
    const value = groupOf(line, at);
    if (value === null) return null;
    bytes.writeUInt32BE(value, to);
  }
  return bytes.subarray(0, size);
}

function sizeOf(letter: string): number | null {
  if (letter >= 'A' && letter <= 'Z') return letter.charCodeAt(0) - 'A'.charCodeAt(0) + 1;
  if (letter >= 'a' && letter <= 'z') return letter.charCodeAt(0) - 'a'.charCodeAt(0) + 27;
  return null;
}

function groupOf(line: string, at: number): number | null {
  let value = 0;
  for (let digit = at; digit < at + GROUP_DIGITS; digit++) {
    const worth = DIGIT_OF[line.charCodeAt(digit)] ?? -1;
    if (worth < 0) return null;
    value = value * ALPHABET.length + worth;
  }
  return value > LARGEST_GROUP ? null : value;
}
