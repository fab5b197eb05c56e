import { bytesOf, latin1, legible } from '../bytes.ts';
import type { Writing } from '../change.ts';
import { bomOf, eolOf, fileLines, withoutBom } from '../file-lines.ts';
import { type Bench, foundAt } from './bench.ts';
import { putNew } from './create-file.ts';
import { done, type EditOutcome, faulty } from './outcome.ts';
import { modeFault } from './standing.ts';

/** The whole content of a path, whether a file stands there or not. */
export function writeFile(edit: Writing, bench: Bench): EditOutcome {
  const found = foundAt(bench, edit.path);
  if (found.kind !== 'file') {
    return putNew(edit, { mode: edit.mode ?? '100644', bytes: bytesOf(edit.content) }, bench);
  }
  if (found.mode === '120000' && edit.mode === null) {
    return faulty(modeFault(edit, edit.path, { got: found.mode, expected: 'a regular file' }));
  }
  const own = edit.lineEnds === 'file' && edit.mode !== '120000';
  const dressed = own ? inFileDress(edit.content, latin1(found.bytes)) : { text: edit.content, note: null };
  const file = { mode: edit.mode ?? found.mode, bytes: bytesOf(dressed.text) };
  const notes = dressed.note === null ? [] : [`${legible(edit.path)}: ${dressed.note}`];
  return done([{ kind: 'changed', path: edit.path, file }], { notes });
}

/** Text from a chat has neither CRLF nor a byte order mark, whatever the file had that its author was shown. */
function inFileDress(text: string, file: string): { readonly text: string; readonly note: string | null } {
  const crlf = isAllCrlf(file) && text.includes('\n') && !text.includes('\r');
  const bom = withoutBom(text) === text ? bomOf(file) : '';
  const kept = [...(crlf ? ['CRLF line ends'] : []), ...(bom === '' ? [] : ['byte order mark'])];
  return {
    text: bom + (crlf ? text.replaceAll('\n', '\r\n') : text),
    note: kept.length === 0 ? null : `written with the ${kept.join(' and the ')} of the file it replaces`,
  };
}

function isAllCrlf(file: string): boolean {
  const lines = fileLines(file).map(eolOf);
  return lines[0] === '\r\n' && !lines.includes('\n');
}
