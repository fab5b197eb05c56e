export type Eol = '\n' | '\r\n' | '';

const BOM = '\xef\xbb\xbf';

/** A file's lines, each with its own line end; only the last may lack one. Empty text has no lines. */
export function fileLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const next = end < 0 ? text.length : end + 1;
    lines.push(text.slice(start, next));
    start = next;
  }
  return lines;
}

export function eolOf(line: string): Eol {
  if (!line.endsWith('\n')) return '';
  return line.endsWith('\r\n') ? '\r\n' : '\n';
}

/** The last line lacks a line end. */
export function isOpen(lines: readonly string[]): boolean {
  return eolOf(lines.at(-1) ?? '\n') === '';
}

export function withoutEol(line: string): string {
  return line.slice(0, line.length - eolOf(line).length);
}

export function hasBom(line: string): boolean {
  return line.startsWith(BOM);
}

/** Takes a UTF-8 byte order mark off. */
export function withoutBom(line: string): string {
  return hasBom(line) ? line.slice(BOM.length) : line;
}

export function bomOf(line: string): string {
  return hasBom(line) ? BOM : '';
}

/** The line end that most lines have; `\n` when they are even or there is none. */
export function dominantEol(lines: readonly string[]): '\n' | '\r\n' {
  let balance = 0;
  for (const line of lines) {
    const eol = eolOf(line);
    if (eol === '\r\n') balance++;
    if (eol === '\n') balance--;
  }
  return balance > 0 ? '\r\n' : '\n';
}

/** Whether all lines end alike, the last one too, and no byte order mark stands before them. */
export function isEven(lines: readonly string[]): boolean {
  const [first = ''] = lines;
  return !hasBom(first) && lines.every((line) => eolOf(line) !== '' && eolOf(line) === eolOf(first));
}
