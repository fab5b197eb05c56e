/* How the body of a mail is packed for its journey. Source: RFC 2045, 6. */

/** `=C3` as the byte it stands for, in text that is otherwise left alone; null where `=` is not followed by two digits. */
export function unescaped(text: string): string | null {
  if (!text.includes('=')) return text;
  const [first = '', ...rest] = text.split('=');
  const parts = [first];
  for (const piece of rest) {
    const digits = piece.slice(0, 2);
    if (!/^[0-9a-f]{2}$/i.test(digits)) return null;
    parts.push(String.fromCharCode(Number.parseInt(digits, 16)), piece.slice(2));
  }
  return parts.join('');
}

export type Unpacked =
  | { readonly kind: 'text'; readonly text: string }
  /** `at`: index of the first line that is not of that encoding. */
  | { readonly kind: 'broken'; readonly at: number };

/** Lines of a quoted-printable body as one text. A `=` at the end of a line takes the line end away. */
export function fromQuotedPrintable(lines: readonly string[]): Unpacked {
  const parts: string[] = [];
  for (const [at, line] of lines.entries()) {
    const trimmed = line.trimEnd();
    const soft = trimmed.endsWith('=');
    const bytes = unescaped(soft ? trimmed.slice(0, -1) : line);
    if (bytes === null) return { kind: 'broken', at };
    parts.push(soft ? bytes : `${bytes}\n`);
  }
  return { kind: 'text', text: parts.join('') };
}

/** Lines of a base64 body as one text. Nothing but blank lines may follow its padding. */
export function fromBase64(lines: readonly string[]): Unpacked {
  const digits: string[] = [];
  let padded = false;
  for (const [at, line] of lines.entries()) {
    const packed = line.trim();
    if (packed === '') continue;
    if (padded || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return { kind: 'broken', at };
    padded = packed.endsWith('=');
    digits.push(packed);
  }
  const packed = digits.join('');
  if (packed.replace(/=+$/, '').length % 4 === 1) return { kind: 'broken', at: lines.length - 1 };
  return { kind: 'text', text: Buffer.from(packed, 'base64').toString('latin1') };
}
