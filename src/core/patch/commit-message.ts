import type { Patch } from './patch.ts';

const SUBJECT_LIMIT = 120;

/** One line fit for a subject: white space joined, control and invisible format characters gone, at most 120 characters. */
export function subjectLine(title: string): string {
  const line = title
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim();
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
