import type { Patch } from './patch.ts';

const SUBJECT_LIMIT = 120;

/** One line fit for a subject: white space joined, control characters gone, at most 120 characters. */
export function subjectLine(title: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
  const line = title.replace(/[\u0000-\u001f\u007f\s]+/g, ' ').trim();
  return line.length <= SUBJECT_LIMIT ? line : `${line.slice(0, SUBJECT_LIMIT - 1).trimEnd()}…`;
}

/** The same patch at the same place always gives the same message: part of what makes a landing repeatable. */
export function commitMessage(patch: Patch, landingSeq: number): string {
  const subject = subjectLine(patch.title) || `Patch ${patch.id}`;
  return `${subject}\n\nGhost-Patch: ${patch.id}\nGhost-Seq: ${landingSeq}\n`;
}

/** Later of acceptance and the base's own date, in whole seconds, so that dates along a branch never go back. */
export function commitDate(patch: Patch, baseCommittedAt: number): number {
  return Math.max(Math.floor(patch.acceptedAt / 1000), baseCommittedAt);
}
