import { latin1 } from '../../change/bytes.ts';
import type { FileChange } from '../../change/change.ts';
import { fileLines, withoutBom, withoutEol } from '../../change/file-lines.ts';

/** A line that a patch puts into a file which had no such line before, or fewer of them. */
export interface AddedLine {
  /** Of the file as the patch leaves it, from 1. */
  readonly line: number;
  /** Bytes as latin1, without line end. */
  readonly text: string;
}

/** A line that only moves is not added: what it says was on the branch before. */
export function addedLines({ before, after }: Pick<FileChange, 'before' | 'after'>): readonly AddedLine[] {
  if (after === null) return [];
  const fresh = linesOf(after.bytes).map((text, at) => ({ line: at + 1, text }));
  if (before === null) return fresh;
  const known = counted(linesOf(before.bytes));
  return fresh.filter(({ text }) => !takeOne(known, text));
}

/** How many lines a file loses and gets; those that only move count nothing. */
export function changedLines({ before, after }: Pick<FileChange, 'before' | 'after'>): number {
  const [old, fresh] = [before, after].map((side) => (side === null ? [] : linesOf(side.bytes)));
  if (old === undefined || fresh === undefined) return 0;
  const left = counted(old);
  const added = fresh.filter((text) => !takeOne(left, text)).length;
  return added + (old.length - (fresh.length - added));
}

function linesOf(bytes: Uint8Array): readonly string[] {
  return fileLines(withoutBom(latin1(bytes))).map(withoutEol);
}

function counted(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of lines) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function takeOne(counts: Map<string, number>, text: string): boolean {
  const left = counts.get(text) ?? 0;
  if (left > 0) counts.set(text, left - 1);
  return left > 0;
}
