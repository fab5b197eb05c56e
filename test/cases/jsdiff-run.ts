/** One recorded call of a function of jsdiff. Callbacks could not be recorded and stand there as `[function]`. */
export interface Call {
  readonly test: string;
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly result?: unknown;
  readonly error?: string;
}

/** A patch as jsdiff holds it. */
export interface Structured {
  readonly hunks: readonly StructuredHunk[];
}
export interface StructuredHunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** With their signs, without line ends. */
  readonly lines: readonly string[];
}

export function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function isStructured(value: unknown): value is Structured {
  return typeof value === 'object' && value !== null && Array.isArray(Reflect.get(value, 'hunks'));
}

const HEADER = '--- a/f\n+++ b/f\n';

/**
 * The recorded patch as bytes about one file, `f`, whatever jsdiff calls it, to which names mean nothing here; null where
 * there is no patch.
 */
export function aboutOneFile(patch: unknown): string | null {
  if (typeof patch === 'string') return latin1(withOneName(patch));
  const structured: unknown = Array.isArray(patch) ? patch[0] : patch;
  return isStructured(structured) ? latin1(HEADER + hunksText(structured.hunks)) : null;
}

function withOneName(patch: string): string {
  const eol = /^@@[^\n]*\r\n/m.test(patch) ? '\r\n' : '\n';
  const header = HEADER.replaceAll('\n', eol);
  const headers = /^--- [^\n]*\n\+\+\+ [^\n]*\n/m;
  return headers.test(patch) ? patch.replace(headers, header) : header + patch;
}

/** Hunks as jsdiff writes them: an empty side is told with the line before it, where jsdiff holds the line after. */
function hunksText(hunks: readonly StructuredHunk[]): string {
  return hunks
    .map(({ lines, oldStart, oldLines, newStart, newLines }) => {
      const old = `${oldLines === 0 ? oldStart - 1 : oldStart},${oldLines}`;
      const now = `${newLines === 0 ? newStart - 1 : newStart},${newLines}`;
      return `@@ -${old} +${now} @@\n${lines.map((line) => `${line}\n`).join('')}`;
    })
    .join('');
}

/** The text with one name for each section that names two or none, as `diff -u foo bar` does, and says nothing of a rename. */
export function oneNameEach(patch: string): string {
  const headed = /^(?:--- |diff --git )/m.test(patch) ? patch : patch.replace(/^(?=@@ )/m, HEADER);
  const lines = headed.split('\n');
  let git = -1;
  let told = false;
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('diff --git ')) [git, told] = [at, false];
    if (/^(?:rename|copy|new file|deleted file) /.test(line)) told = true;
    if (told || !namesTwo(lines, at)) continue;
    lines[at] = `--- a/f${at}`;
    lines[at + 1] = `+++ b/f${at}`;
    if (git >= 0) lines[git] = `diff --git a/f${at} b/f${at}`;
    git = -1;
  }
  return lines.join('\n');
}

function namesTwo(lines: readonly string[], at: number): boolean {
  const [old = '', now = ''] = [lines[at], lines[at + 1]];
  if (!old.startsWith('--- ') || !now.startsWith('+++ ') || lines[at - 1]?.startsWith('@@')) return false;
  const names = [old, now].map((line) =>
    line
      .slice(4)
      .split('\t')[0]
      ?.replace(/^[ab]\//, ''),
  );
  return names[0] === '' || (names[0] !== names[1] && !names.includes('/dev/null'));
}

/** A file in which one side of all hunks stands at its lines, and between them lines like no other. */
export function fileOf(hunks: readonly StructuredHunk[], side: '-' | '+'): string {
  const lines: string[] = [];
  for (const hunk of hunks) {
    const start = side === '-' ? hunk.oldStart : hunk.newStart;
    while (lines.length < start - 1) lines.push(`between ${start} ${lines.length}`);
    const shown = hunk.lines.filter((line) => line.startsWith(' ') || line.startsWith(side));
    lines.push(...shown.map((line) => line.slice(1)));
  }
  const end = hunks.at(-1)?.lines ?? [];
  const isOpen = end.some(
    (line, at) => line.startsWith('\\') && /^ /.test(end[at - 1] ?? '') !== (end[at - 1]?.[0] === side),
  );
  return latin1(lines.join('\n') + (isOpen || lines.length === 0 ? '' : '\n'));
}
