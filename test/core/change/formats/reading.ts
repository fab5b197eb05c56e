import assert from 'node:assert/strict';
import type { Change, Format, Hunk, HunkLine } from '../../../../src/core/change/change.ts';
import type { Fault } from '../../../../src/core/change/fault.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';

/** The change that a text (latin1) holds; fails where it is refused. */
export function changeOf(text: string, format: Format | null = null): Change {
  const parsed = parseChange(Buffer.from(text, 'latin1'), { format });
  if (parsed.kind === 'change') return parsed.change;
  return assert.fail(parsed.faults.map(({ message }) => message).join('\n'));
}

/** Why a text is refused; fails where it is read. */
export function faultsOf(text: string, format: Format | null = null): readonly Fault[] {
  const parsed = parseChange(Buffer.from(text, 'latin1'), { format });
  assert.equal(parsed.kind, 'faulty');
  return parsed.kind === 'faulty' ? parsed.faults : [];
}

/** `malformed at 3: message`, each on a line. */
export function refusalOf(text: string, format: Format | null = null): string {
  return faultsOf(text, format)
    .map(({ code, patchLine, message }) => `${code} at ${patchLine}: ${message}`)
    .join('\n');
}

/** An edit in a few words: `modify a.c: -x +y` with hunks separated by `|`. */
export function told(change: Change): string[] {
  return change.edits.map((edit) => {
    const from = 'from' in edit && edit.from !== null ? ` from ${edit.from}` : '';
    const said = `${edit.kind} ${edit.path}${from}`;
    if ('hunks' in edit) return `${said}: ${edit.hunks.map(toldHunk).join(' | ')}`;
    if (edit.kind === 'create' || edit.kind === 'write') return `${said}: ${JSON.stringify(edit.content)}`;
    return said;
  });
}

const SIGNS: Readonly<Record<HunkLine['kind'], string>> = { context: '=', removed: '-', added: '+' };

function toldHunk({ anchors, lines, atEnd }: Hunk): string {
  const said = lines.map(({ kind, text }) => `${SIGNS[kind]}${text}`);
  return [...anchors.map((anchor) => `@${anchor}`), ...said, ...(atEnd ? ['$'] : [])].join(' ');
}
