import { bytesOf, latin1, legible } from '../bytes.ts';
import type { Writing } from '../change.ts';
import { linkFault } from '../faults/link-fault.ts';
import { bomOf, fileLines, withoutBom } from '../file-lines.ts';
import { type Bench, foundAt } from './bench.ts';
import { putNew } from './create-file.ts';
import { lineEndsOf } from './line-ends.ts';
import { done, type EditOutcome, faulty } from './outcome.ts';

/** The whole content of a path, whether a file stands there or not. */
export function writeFile(edit: Writing, bench: Bench): EditOutcome {
  const found = foundAt(bench, edit.path);
  if (found.kind !== 'file') {
    return putNew(edit, { mode: edit.mode ?? '100644', bytes: bytesOf(edit.content) }, bench);
  }
  if (found.mode === '120000' && edit.mode === null) {
    return faulty(linkFault(edit, edit.path, found.bytes));
  }
  const isText = edit.mode !== '120000' && found.mode !== '120000' && !edit.content.includes('\0');
  const file = latin1(found.bytes);
  const dressed =
    isText && edit.lineEnds === 'file' ? inFileDress(edit.content, file) : asGiven(edit.content);
  const told = [...dressed.notes, ...(isText ? changeNotes(file, dressed.text) : [])];
  const now = { mode: edit.mode ?? found.mode, bytes: bytesOf(dressed.text) };
  const notes = told.map((note) => `${legible(edit.path)}: ${note}`);
  return done([{ kind: 'changed', path: edit.path, file: now }], { notes });
}

interface Dressed {
  readonly text: string;
  readonly notes: readonly string[];
}

function asGiven(text: string): Dressed {
  return { text, notes: [] };
}

/** Text from a chat has its own line ends and no byte order mark, whatever the file had that its author was shown. */
function inFileDress(text: string, file: string): Dressed {
  const [own, fresh] = [lineEndsOf(file), lineEndsOf(text)];
  const turned = (own === 'CRLF' && fresh === 'LF') || (own === 'LF' && fresh === 'CRLF');
  const bom = withoutBom(text) === text ? bomOf(file) : '';
  const kept = [...(turned ? [`${own} line ends`] : []), ...(bom === '' ? [] : ['byte order mark'])];
  const lf = turned ? text.replaceAll('\r\n', '\n') : text;
  return {
    text: bom + (turned && own === 'CRLF' ? lf.replaceAll('\n', '\r\n') : lf),
    notes: kept.length === 0 ? [] : [`written with the ${kept.join(' and the ')} of the file it replaces`],
  };
}

/** Of smaller files most lines may go without a word. */
const MANY_LINES = 20;

/** What becomes of a file that its author may not have looked at: its line ends, its last newline, most of its lines. */
function changeNotes(file: string, text: string): string[] {
  const notes: string[] = [];
  const [own, fresh] = [lineEndsOf(file), lineEndsOf(text)];
  if (own !== null && fresh !== null && own !== fresh) {
    notes.push(`its line ends become ${fresh}; they were ${own}`);
  }
  if (bomOf(file) !== bomOf(text)) {
    notes.push(bomOf(text) === '' ? 'loses its byte order mark' : 'gets a byte order mark');
  }
  if (file.endsWith('\n') && text !== '' && !text.endsWith('\n')) {
    notes.push('ends without a newline; the file it replaces has one');
  }
  const had = fileLines(file).map((line) => line.trim());
  if (had.length <= MANY_LINES) return notes;
  const kept = new Map<string, number>();
  for (const line of fileLines(text)) kept.set(line.trim(), (kept.get(line.trim()) ?? 0) + 1);
  const gone = had.filter((line) => {
    const left = kept.get(line) ?? 0;
    kept.set(line, left - 1);
    return left <= 0;
  });
  if (3 * gone.length > 2 * had.length) {
    notes.push(`${gone.length} of the ${had.length} lines of the file it replaces are gone`);
  }
  return notes;
}
