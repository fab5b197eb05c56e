import type { Path } from '../../git.ts';
import { latin1, legible } from '../bytes.ts';
import type { Hunk, Snapshot } from '../change.ts';
import type { ClosestWindow, Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import { fileLines, withoutEol } from '../file-lines.ts';
import { sideLines } from '../hunk-sides.ts';
import { findRuns, type LineIndex, lineIndex } from '../place/line-index.ts';
import { newWork, type Work } from '../work.ts';
import { closestWindow, type Familiar, familiar } from './closest.ts';

/** What is known about the files of one patch while its faults are told; each file is prepared once. */
export interface Clinic {
  readonly snapshot: Snapshot;
  readonly indexes: Map<Path, LineIndex>;
  readonly familiars: Map<Path, Familiar>;
  readonly work: Work;
  /** Hunks told in full so far. */
  told: number;
}

/** Beyond these a fault names its hunk and no more: the author repairs the first ones and asks again. */
const MAX_TOLD = 50;
const MAX_EXPECTED = 200;
const DIAGNOSIS_LIMIT = 10_000_000;

export function clinic(snapshot: Snapshot): Clinic {
  return { snapshot, indexes: new Map(), familiars: new Map(), work: newWork(DIAGNOSIS_LIMIT), told: 0 };
}

/** Which hunk of which file a fault is about. `number` counts from 1. */
export interface Patient {
  readonly path: Path;
  readonly number: number;
  readonly hunk: Hunk;
}

/** The fault of a hunk whose old lines stand nowhere in its file. `file` is that file's text. */
export function missingHunk(where: Patient, file: string, room: Clinic): Fault {
  const old = texts(where.hunk, 'old');
  const base = { path: where.path, hunk: where.number, patchLine: where.hunk.span.firstLine };
  const name = `${legible(where.path)}, hunk ${where.number} (patch line ${base.patchLine})`;
  room.told++;
  if (room.told > MAX_TOLD) {
    const message = `${name}: its old lines do not stand in the file.`;
    return faultOf('hunk_not_found', { message, hint: READ_AGAIN }, base);
  }
  const expected = old.slice(0, MAX_EXPECTED).map(legible);
  const applied = appliedAt(where.hunk, indexOf(where.path, file, room), room.work);
  if (applied !== null) {
    const message = `${name}: its new lines already stand at line ${applied + 1}, and its old lines nowhere.`;
    const hint =
      'Leave this hunk out if the change is there; otherwise make the diff again from the current file.';
    return faultOf(
      'hunk_already_applied',
      { message, hint },
      { ...base, expected, candidates: [applied + 1] },
    );
  }
  const closest = closestWindow(old, familiarWith(where.path, file, room));
  const foundIn = foundElsewhere(old, where.path, room);
  return faultOf('hunk_not_found', words(name, old.length, { closest, foundIn }), {
    ...base,
    expected,
    closest,
    foundIn,
  });
}

const READ_AGAIN = 'Read the file again and make this hunk from its current lines.';

function words(
  name: string,
  count: number,
  found: { readonly closest: ClosestWindow | null; readonly foundIn: Path | null },
): { readonly message: string; readonly hint: string } {
  const missing = `${name}: its ${count === 1 ? 'old line does' : `${count} old lines do`} not stand in the file`;
  if (found.foundIn !== null) {
    const other = legible(found.foundIn);
    return {
      message: `${missing}; they stand in ${other}.`,
      hint: `Put the hunk under the header of ${other}.`,
    };
  }
  if (found.closest === null) {
    return { message: `${missing}, and nothing in it is like them.`, hint: `Check the path. ${READ_AGAIN}` };
  }
  const { firstLine, lines, diff } = found.closest;
  const wrong = diff.filter((line) => line.startsWith('-')).length;
  const range = `lines ${firstLine}-${firstLine + lines.length - 1}`;
  const spaces = onlySpaceDiffers(diff) ? ', in white space only' : '';
  return {
    message: `${missing}; ${range} are closest, where ${wrong} of them differ${spaces}.`,
    hint: `Copy the context and removed lines from ${range} of the file exactly as they stand there.`,
  };
}

function onlySpaceDiffers(diff: readonly string[]): boolean {
  const squeezed = (sign: string) =>
    diff.flatMap((line) => (line.startsWith(sign) ? [line.slice(1).replace(/\s/g, '')] : [])).join('\n');
  return squeezed('-') === squeezed('+');
}

/** Index of the line at which the hunk's new side stands; null unless that means anything. */
function appliedAt(hunk: Hunk, index: LineIndex, work: Work): number | null {
  const fresh = texts(hunk, 'new');
  const adds = hunk.lines.some(({ kind, text }) => kind === 'added' && text.trim() !== '');
  if (fresh.length === 0 || (!adds && fresh.length < 2)) return null;
  const [first, second] = findRuns(index, fresh, work) ?? [];
  return first !== undefined && (adds || second === undefined) ? first : null;
}

/** The other file of the snapshot in which the lines stand exactly once; null when none does, or several do. */
export function foundElsewhere(lines: readonly string[], not: Path, room: Clinic): Path | null {
  if (!lines.some((line) => /\w/.test(line))) return null;
  const found: Path[] = [];
  for (const [path, standing] of room.snapshot) {
    if (path === not || standing.kind !== 'file' || room.work.spent > room.work.limit) continue;
    const index = indexOf(path, latin1(standing.bytes), room);
    if (findRuns(index, lines, room.work)?.length === 1) found.push(path);
  }
  return found.length === 1 ? (found[0] ?? null) : null;
}

function indexOf(path: Path, text: string, room: Clinic): LineIndex {
  const known = room.indexes.get(path);
  if (known !== undefined) return known;
  const index = lineIndex(fileLines(text).map(withoutEol));
  room.work.spent += index.ids.length;
  room.indexes.set(path, index);
  return index;
}

export function familiarWith(path: Path, text: string, room: Clinic): Familiar {
  const known = room.familiars.get(path);
  if (known !== undefined) return known;
  const fresh = familiar(fileLines(text));
  room.familiars.set(path, fresh);
  return fresh;
}

function texts(hunk: Hunk, side: 'old' | 'new'): string[] {
  return sideLines(hunk, side).map(({ text }) => text);
}
