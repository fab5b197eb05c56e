import type { Path } from '../../git.ts';
import { latin1, legible, quoted } from '../bytes.ts';
import type { Format, Hunk, Snapshot } from '../change.ts';
import type { ClosestWindow, Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import { fileLines, withoutEol } from '../file-lines.ts';
import { sideLines } from '../hunk-sides.ts';
import { findRuns, type LineIndex, lineIndex } from '../place/line-index.ts';
import { newWork, type Work } from '../work.ts';
import { closestWindow, type Familiar, familiar } from './closest.ts';
import { lineDiff } from './line-diff.ts';
import { likeliestLine, nearMiss, type Squeezed, squeezed, strayPiece } from './near-miss.ts';
import { anchorFault, type Patient } from './place-faults.ts';
import { oldLinesDo, sayLines, type Wording, wordingOf } from './wording.ts';

/** What is known about the files of one patch while its faults are told; each file is prepared once. */
export interface Clinic {
  readonly snapshot: Snapshot;
  readonly indexes: Map<Path, LineIndex>;
  readonly familiars: Map<Path, Familiar>;
  readonly squeezeds: Map<Path, Squeezed>;
  /** The words of the form that the patch has. */
  readonly wording: Wording;
  readonly work: Work;
  /** Faults told in full so far. */
  told: number;
}

/** Beyond these a fault names its hunk and no more: the author repairs the first ones and asks again. */
const MAX_TOLD = 50;
const MAX_EXPECTED = 200;
const DIAGNOSIS_LIMIT = 10_000_000;

export function clinic(snapshot: Snapshot, format: Format, limit = DIAGNOSIS_LIMIT): Clinic {
  return {
    snapshot,
    indexes: new Map(),
    familiars: new Map(),
    squeezeds: new Map(),
    wording: wordingOf(format),
    work: newWork(limit),
    told: 0,
  };
}

/** Counts one more fault that would be told in full; whether it is one too many. */
export function isTold(room: Clinic): boolean {
  room.told++;
  return room.told > MAX_TOLD;
}

/** The fault of a hunk whose old lines stand nowhere in its file. `file` is that file's text. */
export function missingHunk(where: Patient, file: string, room: Clinic): Fault {
  const old = texts(where.hunk, 'old');
  const { wording } = room;
  const base = { path: where.path, hunk: where.number, patchLine: where.hunk.span.firstLine };
  const name = `${legible(where.path)}, ${wording.unit} ${where.number} (patch line ${base.patchLine})`;
  const missing = `${name}: ${oldLinesDo(wording, old.length)} not stand in the file`;
  if (isTold(room))
    return faultOf('hunk_not_found', { message: `${missing}.`, hint: readAgain(wording) }, base);
  const told = { ...base, expected: old.slice(0, MAX_EXPECTED).map(legible) };
  const applied = appliedAt(where.hunk, indexOf(where.path, file, room), room.work);
  if (applied !== null) return appliedFault(name, applied + 1, { ...told, wording });
  return (
    strayPieceFault(where, missing, { told, file, room }) ??
    nearMissFault(where, missing, { told, file, room }) ??
    unlikeFault(where, missing, { told, file, room })
  );
}

/** The fault of a hunk that names a line above it which is not there. `file` is its file's text. */
export function missingAnchor(where: Patient, anchor: string, { file, room }: Omit<Telling, 'told'>): Fault {
  const fault = anchorFault(where, anchor);
  const meant = likeliestLine(anchor, squeezedOf(where.path, file, room));
  if (meant === null) return fault;
  const hint = `Did you mean ${quoted(meant.text)}, on line ${meant.at}? ${fault.hint}`;
  return { ...fault, hint, candidates: [meant.at] };
}

/** What all faults of one hunk tell, and what they look at. */
interface Telling {
  readonly told: Partial<Fault>;
  readonly file: string;
  readonly room: Clinic;
}

function appliedFault(
  name: string,
  line: number,
  { wording, ...told }: Partial<Fault> & { readonly wording: Wording },
): Fault {
  const message = `${name}: ${wording.fresh} already stand at line ${line}, and ${wording.old[1]} nowhere.`;
  const hint = `Leave this ${wording.unit} out if the change is there; otherwise make it again from the current file.`;
  return faultOf('hunk_already_applied', { message, hint }, { ...told, candidates: [line] });
}

/** Of a hunk that leaves lines out, the piece that is not there, or there too often. */
function strayPieceFault(where: Patient, missing: string, { told, file, room }: Telling): Fault | null {
  const stray = strayPiece(where.hunk, squeezedOf(where.path, file, room), room.work);
  if (stray === null) return null;
  const { lines, candidates } = stray;
  const piece = `what stands beside "..." from ${quoted(lines[0] ?? '')} on (${sayCount(lines.length)})`;
  const more = { ...told, expected: lines.slice(0, MAX_EXPECTED).map(legible), candidates };
  if (candidates.length > 1) {
    const message = `${missing} with "..." for lines left out: ${piece} stands in ${candidates.length} places, from lines ${candidates.join(', ')}; expected one.`;
    return faultOf('hunk_ambiguous', { message, hint: ELISION_HINT }, more);
  }
  const closest = closestWindow(lines, familiarWith(where.path, file, room));
  const near =
    closest === null ? '' : `; ${sayWindow(closest)} ${closest.lines.length === 1 ? 'is' : 'are'} closest`;
  const message = `${missing} with "..." for lines left out: ${piece} stands nowhere${near}.`;
  return faultOf('hunk_not_found', { message, hint: ELISION_HINT }, { ...more, closest });
}

const ELISION_HINT =
  'Each piece between two "..." has to stand in the file once. Write the lines out, or take more of them into the piece.';

/** The lines are there but for white space, or in another place than the hunk says. */
function nearMissFault(where: Patient, missing: string, { told, file, room }: Telling): Fault | null {
  const near = nearMiss(where.hunk, squeezedOf(where.path, file, room), room.work);
  if (near === null) return null;
  const { candidates, but, place } = near;
  const where1 = sayLines(candidates[0] ?? 1, texts(where.hunk, 'old').length);
  const hint = candidates.length > 1 ? room.wording.moreContext : room.wording.copy(where1);
  const closest = place === null ? null : windowAt(where, place, file);
  return faultOf('hunk_not_found', { message: `${missing}${but}.`, hint }, { ...told, candidates, closest });
}

function windowAt(
  where: Patient,
  { first, count }: { readonly first: number; readonly count: number },
  file: string,
): ClosestWindow {
  const lines = fileLines(file)
    .slice(first - 1, first - 1 + Math.min(count, MAX_EXPECTED))
    .map(withoutEol);
  const diff = lineDiff(texts(where.hunk, 'old').slice(0, MAX_EXPECTED), lines);
  return { firstLine: first, lines: lines.map(legible), diff: diff.map(legible) };
}

function unlikeFault(where: Patient, missing: string, { told, file, room }: Telling): Fault {
  const old = texts(where.hunk, 'old');
  const closest = closestWindow(old, familiarWith(where.path, file, room));
  const foundIn = foundElsewhere(old, where.path, room);
  const says = unlikeWords(missing, { closest, foundIn, wording: room.wording });
  return faultOf('hunk_not_found', says, { ...told, closest, foundIn });
}

function unlikeWords(
  missing: string,
  found: {
    readonly closest: ClosestWindow | null;
    readonly foundIn: Path | null;
    readonly wording: Wording;
  },
): { readonly message: string; readonly hint: string } {
  const { closest, foundIn, wording } = found;
  if (foundIn !== null) {
    const other = legible(foundIn);
    return { message: `${missing}; they stand in ${other}.`, hint: wording.moveTo(other) };
  }
  if (closest === null) {
    const hint = `Check the path. ${readAgain(wording)}`;
    return { message: `${missing}, and nothing in it is like them.`, hint };
  }
  const wrong = closest.diff.filter((line) => line.startsWith('-')).length;
  const range = sayWindow(closest);
  const differ = `${closest.lines.length === 1 ? 'is' : 'are'} closest, where ${sayCount(wrong)} ${wrong === 1 ? 'differs' : 'differ'}`;
  const spaces = onlySpaceDiffers(closest.diff) ? ', in white space only' : '';
  return { message: `${missing}; ${range} ${differ}${spaces}.`, hint: wording.copy(range) };
}

function readAgain({ unit }: Wording): string {
  return `Read the file again and make this ${unit} from its current lines.`;
}

function sayWindow({ firstLine, lines }: ClosestWindow): string {
  return sayLines(firstLine, lines.length);
}

function sayCount(lines: number): string {
  return lines === 1 ? '1 line' : `${lines} lines`;
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

function squeezedOf(path: Path, text: string, room: Clinic): Squeezed {
  const known = room.squeezeds.get(path);
  if (known !== undefined) return known;
  const fresh = squeezed(text);
  room.work.spent += fresh.lines.length;
  room.squeezeds.set(path, fresh);
  return fresh;
}

function texts(hunk: Hunk, side: 'old' | 'new'): string[] {
  return sideLines(hunk, side).map(({ text }) => text);
}
