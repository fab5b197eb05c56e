import { latin1, legible } from '../bytes.ts';
import type { Hunk } from '../change.ts';
import type { ClosestWindow, Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import { lineDiff } from '../faults/line-diff.ts';
import { fileLines, withoutEol } from '../file-lines.ts';
import { type LineChange, type LineRange, sayRange, touches } from './line-change.ts';
import type { Misfit } from './misfit.ts';

/** A merge that was tried and conflicts: both versions of the file, and where they part. */
export interface Conflict {
  readonly misfit: Misfit;
  readonly preimage: Uint8Array;
  /** Index of the line of the preimage at which each hunk starts. */
  readonly starts: readonly number[];
  readonly changed: readonly LineChange[];
}

/** One fault for each hunk whose lines were changed in the file as well; one for the file where none can be told. */
export function conflictFaults(conflict: Conflict): readonly Fault[] {
  const { misfit, preimage } = conflict;
  const versions = { base: linesOf(preimage), own: linesOf(misfit.own) };
  const faults = misfit.edit.hunks.flatMap((hunk, at) => {
    const met = conflict.changed.filter(({ base }) =>
      changedRanges(hunk, conflict.starts[at] ?? 0).some((range) => touches(range, base)),
    );
    return met.length === 0 ? [] : [hunkConflict(conflict, { at, met: hull(met), versions })];
  });
  return faults.length > 0 ? faults : [fileConflict(misfit)];
}

/** The lines of the preimage that each run of added and removed lines replaces. */
function changedRanges(hunk: Hunk, start: number): LineRange[] {
  const ranges: { first: number; lines: number }[] = [];
  let line = start + 1;
  let run: { first: number; lines: number } | null = null;
  for (const { kind } of hunk.lines) {
    if (kind === 'context') run = null;
    else if (run === null) {
      run = { first: line, lines: 0 };
      ranges.push(run);
    }
    if (kind === 'removed' && run !== null) run.lines++;
    if (kind !== 'added') line++;
  }
  return ranges;
}

/** All of several changes and what stands between them. */
function hull(changes: readonly LineChange[]): LineChange {
  const over = (side: 'base' | 'own'): LineRange => {
    const first = Math.min(...changes.map((change) => change[side].first));
    const end = Math.max(...changes.map((change) => change[side].first + change[side].lines));
    return { first, lines: end - first };
  };
  return { base: over('base'), own: over('own') };
}

interface Met {
  readonly at: number;
  readonly met: LineChange;
  readonly versions: { readonly base: readonly string[]; readonly own: readonly string[] };
}

const MAX_SHOWN = 200;

function hunkConflict({ misfit }: Conflict, { at, met, versions }: Met): Fault {
  const { edit, path } = misfit;
  const patchLine = edit.hunks[at]?.span.firstLine ?? edit.span.firstLine;
  const expected = linesIn(versions.base, met.base);
  const found = linesIn(versions.own, met.own);
  const closest: ClosestWindow = {
    firstLine: met.own.first,
    lines: found.map(legible),
    diff: lineDiff(expected, found).map(legible),
  };
  const name = `${legible(path)}, hunk ${at + 1} (patch line ${patchLine})`;
  return faultOf(
    'merge_conflict',
    {
      message: `${name}: it changes ${sayRange(met.base)} of blob ${edit.preimage}, and since then the file was changed there too: ${sayRange(met.own)}.`,
      hint: `Read ${sayRange(met.own)} of the file and make the change to them as they are now.`,
    },
    { path, hunk: at + 1, patchLine, expected: expected.map(legible), closest, candidates: [met.own.first] },
  );
}

function fileConflict({ edit, path }: Misfit): Fault {
  return faultOf(
    'merge_conflict',
    {
      message: `${legible(path)}: what the patch makes of blob ${edit.preimage} conflicts with what the file has become since.`,
      hint: 'Read the file again and make the change to its current lines.',
    },
    { path, patchLine: edit.span.firstLine },
  );
}

function linesOf(bytes: Uint8Array): string[] {
  return fileLines(latin1(bytes)).map(withoutEol);
}

function linesIn(lines: readonly string[], { first, lines: count }: LineRange): string[] {
  return lines.slice(first - 1, first - 1 + Math.min(count, MAX_SHOWN));
}
