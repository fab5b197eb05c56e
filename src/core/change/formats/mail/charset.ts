import { bytesOf } from '../../bytes.ts';

/** Declared by programs that never looked at what they send. */
const SAYS_NOTHING = new Set(['us-ascii', 'ascii', 'unknown-8bit', 'x-unknown', '']);

/**
 * Bytes of a mail as Unicode text. Where no charset is told, or none that is known here, bytes that are UTF-8 are taken
 * for it and others for Latin-1, as git does.
 */
export function textIn(bytes: string, charset: string | null): string {
  const named = charset === null || SAYS_NOTHING.has(charset.toLowerCase()) ? null : decoderOf(charset);
  const decoder = named ?? (isUtf8(bytes) ? decoderOf('utf-8') : null);
  return decoder === null ? bytes : decoder.decode(bytesOf(bytes));
}

type Decoder = InstanceType<typeof TextDecoder>;

/** Null where the platform does not know the charset. */
function decoderOf(charset: string): Decoder | null {
  try {
    return new TextDecoder(charset);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isUtf8(bytes: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(bytes));
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
