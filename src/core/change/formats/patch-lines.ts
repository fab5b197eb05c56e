/** One line of the patch text, without its line end; `eol` says how it ended. */
export interface PatchLine {
  readonly text: string;
  readonly eol: '\n' | '\r\n' | '';
}

/**
 * Splits at `\n`; a `\r` right before it, or at the very end of the text, belongs to the line end. Text that ends in a
 * line end has no line after it.
 */
export function patchLines(text: string): PatchLine[] {
  const lines: PatchLine[] = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    if (end < 0) {
      const cut = text.endsWith('\r');
      lines.push({ text: text.slice(start, cut ? -1 : undefined), eol: cut ? '\r\n' : '' });
      break;
    }
    const crlf = end > start && text[end - 1] === '\r';
    lines.push({ text: text.slice(start, crlf ? end - 1 : end), eol: crlf ? '\r\n' : '\n' });
    start = end + 1;
  }
  return lines;
}
