import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export function page(name: string): string {
  return readFileSync(`${ROOT}${name}`, 'utf8');
}

/** What stands under a heading, down to the next one of any level. */
export function section(text: string, heading: string): string {
  const lines = text.split('\n');
  const at = lines.indexOf(heading);
  if (at < 0) throw new Error(`there is no heading ${heading}`);
  const isCode = codeLines(lines);
  const end = lines.findIndex((line, index) => index > at && !isCode[index] && /^#+ /.test(line));
  return lines.slice(at + 1, end < 0 ? undefined : end).join('\n');
}

/** Headings outside of code, each as it stands. */
export function headings(text: string): readonly string[] {
  const lines = text.split('\n');
  const isCode = codeLines(lines);
  return lines.filter((line, index) => !isCode[index] && /^#+ /.test(line));
}

/** Cells of the rows of the first table that has this head, backquotes taken off. */
export function table(text: string, ...head: readonly string[]): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => cells(line).join('|') === head.join('|'));
  if (at < 0) throw new Error(`there is no table with the head ${head.join(', ')}`);
  const rows = lines.slice(at + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map(cells);
}

/** The first column of such a table. */
export function firstColumn(text: string, ...head: readonly string[]): readonly string[] {
  return table(text, ...head).map(([first = '']) => first);
}

/** Contents of the fenced blocks in one language. */
export function blocks(text: string, language: string): readonly string[] {
  return fences(text).flatMap(({ info, content }) => (info === language ? [content] : []));
}

/** Every fenced block: what stands behind its opening fence, and its content. Four backquotes may hold three. */
export function fences(text: string): readonly { readonly info: string; readonly content: string }[] {
  return [...text.matchAll(/^(`{3,})([^`\n]*)\n([\s\S]*?)^\1$/gm)].map(([, , info = '', content = '']) => ({
    info,
    content,
  }));
}

function cells(line: string): readonly string[] {
  if (!line.startsWith('|')) return [];
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'));
}

function codeLines(lines: readonly string[]): readonly boolean[] {
  let inside = false;
  return lines.map((line) => {
    if (!line.startsWith('```')) return inside;
    inside = !inside;
    return true;
  });
}
