import { latin1 } from '../../core/change/bytes.ts';
import { fileLines } from '../../core/change/file-lines.ts';
import { type LineChange, type LineRange, touches } from '../../core/change/merge/line-change.ts';
import { diffOps } from '../../core/change/render/line-ops.ts';
import type { Merged, MergeSides } from '../../ports/repository.ts';

/** Both versions in one: changes of `base` that do not touch each other are all made, equal ones once. */
export function mergeSides({ base, own, other }: MergeSides): Merged {
  if ([base, own, other].some((bytes) => bytes.includes(0))) return { kind: 'binary' };
  const lines = { base: linesOf(base), own: linesOf(own), other: linesOf(other) };
  const ours = changesBetween(lines.base, lines.own);
  const theirs = changesBetween(lines.base, lines.other);
  const isOurs = (change: LineChange) =>
    ours.some(
      (one) => isSame(one.base, change.base) && textOf(lines.own, one) === textOf(lines.other, change),
    );
  const fresh = theirs.filter((change) => !isOurs(change));
  if (fresh.some((change) => ours.some((one) => touches(one.base, change.base))))
    return { kind: 'conflict', changed: ours };
  const all = [
    ...ours.map((change) => ({ at: change.base, text: textOf(lines.own, change) })),
    ...fresh.map((change) => ({ at: change.base, text: textOf(lines.other, change) })),
  ].sort((a, b) => a.at.first - b.at.first);
  return { kind: 'clean', bytes: Buffer.from(spliced(lines.base, all), 'latin1') };
}

function linesOf(bytes: Uint8Array): string[] {
  return fileLines(latin1(bytes));
}

function changesBetween(base: readonly string[], own: readonly string[]): LineChange[] {
  const changes: { base: { first: number; lines: number }; own: { first: number; lines: number } }[] = [];
  let isOpen = false;
  for (const op of diffOps(base, own)) {
    if (op.kind === 'context') isOpen = false;
    else {
      if (!isOpen)
        changes.push({ base: { first: op.old + 1, lines: 0 }, own: { first: op.new + 1, lines: 0 } });
      isOpen = true;
      const change = changes.at(-1);
      if (change) change[op.kind === 'removed' ? 'base' : 'own'].lines += 1;
    }
  }
  return changes;
}

function isSame(one: LineRange, other: LineRange): boolean {
  return one.first === other.first && one.lines === other.lines;
}

function textOf(version: readonly string[], { own }: LineChange): string {
  return version.slice(own.first - 1, own.first - 1 + own.lines).join('');
}

function spliced(
  base: readonly string[],
  changes: readonly { readonly at: LineRange; readonly text: string }[],
): string {
  let line = 1;
  let text = '';
  for (const change of changes) {
    text += base.slice(line - 1, change.at.first - 1).join('') + change.text;
    line = change.at.first + change.at.lines;
  }
  return text + base.slice(line - 1).join('');
}
