import type { Edit } from '../change.ts';
import type { Fault } from '../fault.ts';
import { Faulty, faultOf } from '../fault-of.ts';
import { MAX_FILES, MAX_HUNKS, MAX_INFLATED_BYTES } from '../limits.ts';
import { cutBeginning } from './diff/cut-header.ts';
import { foreignFault } from './diff/foreign.ts';
import { binaryKind } from './diff/git-header.ts';
import { type Surroundings, startsPlainFile, startsSection } from './diff/hunk-end.ts';
import { hunkHeader } from './diff/hunk-header.ts';
import { GIT_HEADER, type Section } from './diff/section.ts';
import { readGitSection } from './git-diff.ts';
import type { PatchLine } from './patch-lines.ts';
import { readPlainSection } from './unified-diff.ts';

/** An author repairs no more than this at once; reading stops there. */
const MAX_FAULTS = 100;

export interface DiffText {
  readonly edits: readonly Edit[];
  readonly faults: readonly Fault[];
  readonly notes: readonly string[];
  /** `none`: no section was read. */
  readonly headers: 'git' | 'plain' | 'none';
}

/**
 * Reads every section of a diff, git's or plain, with prose around and between, from the line at index `from`; one bad
 * section does not hide the next.
 */
export function readDiff(lines: readonly PatchLine[], from: number, around: Surroundings): DiffText {
  const sections: Section[] = [];
  const faults: Fault[] = [];
  const load = { files: 0, hunks: 0, inflated: 0 };
  let at = from;
  while (at < lines.length && faults.length < MAX_FAULTS) {
    const step = readStep(lines, at, around);
    at = step.next;
    if (step.kind === 'fault') faults.push(step.fault);
    if (step.kind !== 'section') continue;
    sections.push(step.section);
    load.files++;
    load.hunks += step.section.hunkCount;
    load.inflated += step.section.inflated ?? 0;
    const excess = excessFault(load, at);
    if (excess !== null) return { edits: [], faults: [excess], notes: [], headers: 'none' };
  }
  const edits = sections.map(({ edit }) => edit);
  return {
    edits,
    faults,
    notes: sections.flatMap(({ notes }) => notes),
    headers: headersOf(lines, sections),
  };
}

function headersOf(lines: readonly PatchLine[], sections: readonly Section[]): DiffText['headers'] {
  if (sections.length === 0) return 'none';
  const isGit = ({ edit }: Section) => lines[edit.span.firstLine - 1]?.text.startsWith(GIT_HEADER) === true;
  return sections.some(isGit) ? 'git' : 'plain';
}

/** Index of the first line that begins the header of a file; null when none does. */
export function firstSection(lines: readonly PatchLine[]): number | null {
  const first = lines.findIndex((_, at) => sectionKind(lines, at) !== null);
  return first < 0 ? null : first;
}

type Step =
  | { readonly kind: 'prose'; readonly next: number }
  | { readonly kind: 'section'; readonly section: Section; readonly next: number }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly next: number };

function readStep(lines: readonly PatchLine[], at: number, around: Surroundings): Step {
  const kind = sectionKind(lines, at);
  if (kind === null) {
    const fault = strayFault(lines, at);
    if (fault === null) return { kind: 'prose', next: at + 1 };
    return { kind: 'fault', fault, next: recovered(lines, at + 1, 'plain') };
  }
  try {
    const section = (kind === 'git' ? readGitSection : readPlainSection)(lines, at, around);
    return { kind: 'section', section, next: section.next };
  } catch (error) {
    if (!(error instanceof Faulty)) throw error;
    const from = Math.max(at + 1, (error.fault.patchLine ?? 0) - 1);
    return { kind: 'fault', fault: error.fault, next: recovered(lines, from, kind) };
  }
}

function sectionKind(lines: readonly PatchLine[], at: number): 'git' | 'plain' | null {
  if (lines[at]?.text.startsWith(GIT_HEADER)) return 'git';
  return startsPlainFile(lines, at) ? 'plain' : null;
}

/**
 * Where reading goes on after a fault. Within a git section the `---` line is still to come and would be taken for a
 * plain section of its own, so only a line that surely begins another part counts there.
 */
function recovered(lines: readonly PatchLine[], from: number, kind: 'git' | 'plain'): number {
  let at = from;
  while (at < lines.length) {
    if (startsSection(lines[at]?.text ?? '')) return at;
    if (kind === 'plain' && startsPlainFile(lines, at) && lines[at + 2]?.text.startsWith('@@')) return at;
    at++;
  }
  return at;
}

/** Outside of every section: what would be lost in silence if it were taken for prose. */
function strayFault(lines: readonly PatchLine[], at: number): Fault | null {
  const text = lines[at]?.text ?? '';
  const cut = cutBeginning(lines, at);
  if (cut !== null) return cut.fault;
  if (hunkHeader(text) !== null) {
    return faultOf(
      'malformed',
      {
        message: `Line ${at + 1} of the patch begins a hunk, but no "---" and "+++" lines above it name the file.`,
        hint: 'Put the "--- a/FILE" and "+++ b/FILE" lines above the hunk.',
      },
      { patchLine: at + 1 },
    );
  }
  return foreignFault(lines, at) ?? (binaryKind(text) === null ? null : strayBinary(at + 1));
}

function strayBinary(line: number): Fault {
  const message = `Line ${line} of the patch is a binary change outside of the section of a file.`;
  const hint = 'Make the diff with `git diff --binary`, or leave binary files out.';
  return faultOf('unsupported', { message, hint }, { patchLine: line });
}

interface Load {
  readonly files: number;
  readonly hunks: number;
  readonly inflated: number;
}

function excessFault({ files, hunks, inflated }: Load, at: number): Fault | null {
  const excess = [
    { got: files, limit: MAX_FILES, unit: 'files' },
    { got: hunks, limit: MAX_HUNKS, unit: 'hunks' },
    { got: inflated, limit: MAX_INFLATED_BYTES, unit: 'bytes of binary content' },
  ].find(({ got, limit }) => got > limit);
  if (excess === undefined) return null;
  const message = `The patch has ${excess.got} ${excess.unit} by line ${at}; expected at most ${excess.limit}.`;
  return faultOf('too_large', { message, hint: 'Split it into smaller patches.' }, { patchLine: at });
}
