import { paintWord } from './colour.ts';
import type { CliHost } from './host.ts';
import { plainJson, plainLine, plainText } from './plain-text.ts';

/**
 * How a command speaks: data goes to standard output and nothing else does. With `--json` data is one document, or a
 * line each for a stream, and `table` and `text` are silent.
 */
export interface Print {
  readonly json: boolean;
  /** One document for programs, and the same for people. */
  answer(document: unknown, forPeople: () => void): void;
  /** One element of a stream. */
  element(document: unknown, forPeople: () => void): void;
  text(text: string): void;
  table(heads: readonly string[], rows: readonly (readonly string[])[]): void;
  /** Bytes as they are: for a pipe; a terminal gets them with control characters shown. */
  bytes(bytes: Uint8Array): void;
  /** Progress and advice, on standard error. */
  note(text: string): void;
}

export function printer({ stdout, stderr }: Pick<CliHost, 'stdout' | 'stderr'>, json: boolean): Print {
  const coloured = stdout.isTTY === true;
  // A pipe is read by programs, or wrapped by whoever shows it.
  const columns = (coloured ? stdout.columns : undefined) ?? Number.POSITIVE_INFINITY;
  const document = (value: unknown, forPeople: () => void) => {
    if (json) stdout.write(`${plainJson(value)}\n`);
    else forPeople();
  };
  return {
    json,
    answer: document,
    element: document,
    text: (text) => void stdout.write(`${plainText(text)}\n`),
    table: (heads, rows) => void stdout.write(renderTable([heads, ...rows], { coloured, columns })),
    bytes: (bytes) => void stdout.write(coloured ? plainText(new TextDecoder().decode(bytes)) : bytes),
    note: (text) => void stderr.write(`${plainText(text)}\n`),
  };
}

/** Where the terminal is too narrow for a row, as on a phone, each row is a block of lines with the heads before its cells. */
function renderTable(
  rows: readonly (readonly string[])[],
  { coloured, columns }: { readonly coloured: boolean; readonly columns: number },
): string {
  const [heads = [], ...plain] = rows.map((row) => row.map(plainLine));
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...plain.map((row) => (row[column] ?? '').length)),
  );
  const width = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length);
  if (width > columns && plain.length > 0)
    return plain.map((row) => renderBlock(heads, row, coloured)).join('\n');
  return [heads, ...plain]
    .map((row, index) => renderRow(row, { widths, coloured: coloured && index > 0 }))
    .join('');
}

const GAP = '  ';

function renderBlock(heads: readonly string[], row: readonly string[], coloured: boolean): string {
  const width = Math.max(...heads.map(({ length }) => length));
  return row
    .map((cell, column) => ({ head: heads[column] ?? '', cell }))
    .filter(({ cell }) => cell !== '')
    .map(({ head, cell }) => `${head.padEnd(width)}${GAP}${coloured ? paintWord(cell) : cell}\n`)
    .join('');
}

function renderRow(
  row: readonly string[],
  { widths, coloured }: { readonly widths: readonly number[]; readonly coloured: boolean },
): string {
  const cells = row.map((cell, column) => {
    const padding = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - cell.length);
    return `${coloured ? paintWord(cell) : cell}${padding}`;
  });
  return `${cells.join(GAP)}\n`;
}
