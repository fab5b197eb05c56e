import { withEscapes } from './hidden-characters.ts';

/** Bytes as a string of one character per byte, so that comparing characters is comparing bytes. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The bytes that a latin1 string stands for. */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Unicode text (from JSON) as the latin1 string of its UTF-8 bytes. */
export function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** For people's eyes only: bytes read as UTF-8, what is no UTF-8 shown as U+FFFD. */
export function legible(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** Bytes quoted on one line of a message, at most `limit` characters, what does not show shown as escapes. */
export function quoted(text: string, limit = 80): string {
  const whole = legible(text);
  const cut = whole.length > limit ? `${whole.slice(0, limit)}…` : whole;
  return withEscapes(JSON.stringify(cut));
}
