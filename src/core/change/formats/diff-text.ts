import type { Edit } from '../change.ts';
import type { Fault } from '../fault.ts';
import { Faulty, faultOf } from '../fault-of.ts';
import { MAX_FILES, MAX_HUNKS } from '../limits.ts';
import { isBinary } from './diff/git-header.ts';
import { startsPlainFile, startsSection } from './diff/hunk-end.ts';
import { hunkHeader } from './diff/hunk-header.ts';
import { repeatedSections } from './diff/repeated-sections.ts';
import { GIT_HEADER, type Section } from './diff/section.ts';
import { readGitSection } from './git-diff.ts';
import { type Preamble, preamble } from './mail.ts';
import type { PatchLine } from './patch-lines.ts';
import { readPlainSection } from './unified-diff.ts';

/** An author repairs no more than this at once; reading stops there. */
const MAX_FAULTS = 100;

export interface DiffText {
  readonly edits: readonly Edit[];
  readonly faults: readonly Fault[];
  readonly notes: readonly string[];
  readonly title: string | null;
  /** `none`: no line looks like the header of a file. */
  readonly headers: 'git' | 'plain' | 'none';
}

/** Reads every section of a diff, git's or plain, with prose around and between; one bad section does not hide the next. */
export function readDiff(lines: readonly PatchLine[]): DiffText {
  const first = lines.findIndex((_, at) => sectionKind(lines, at) !== null);
  const around = preamble(lines, Math.max(first, 0));
  const sections: Section[] = [];
  const faults: Fault[] = [];
  let hunks = 0;
  let at = 0;
  while (at < lines.length && faults.length < MAX_FAULTS) {
    const step = readStep(lines, at, around);
    at = step.next;
    if (step.kind === 'fault') faults.push(step.fault);
    if (step.kind !== 'section') continue;
    sections.push(step.section);
    hunks += step.section.hunkCount;
    const excess = excessFault(sections.length, hunks, at);
    if (excess !== null) return { ...EMPTY, faults: [excess] };
  }
  const edits = sections.map(({ edit }) => edit);
  return {
    edits,
    faults: [...faults, ...repeatedSections(edits)],
    notes: sections.flatMap(({ notes }) => notes),
    title: around.title,
    headers: first < 0 ? 'none' : lines.some(({ text }) => text.startsWith(GIT_HEADER)) ? 'git' : 'plain',
  };
}

type Step =
  | { readonly kind: 'prose'; readonly next: number }
  | { readonly kind: 'section'; readonly section: Section; readonly next: number }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly next: number };

function readStep(lines: readonly PatchLine[], at: number, around: Preamble): Step {
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

const EMPTY: DiffText = { edits: [], faults: [], notes: [], title: null, headers: 'none' };

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
  if (!isBinary(text)) return null;
  return faultOf(
    'unsupported',
    {
      message: `Line ${at + 1} of the patch is a binary change, which cannot be applied.`,
      hint: 'Leave binary files out of the patch.',
    },
    { patchLine: at + 1 },
  );
}

function excessFault(files: number, hunks: number, at: number): Fault | null {
  if (files <= MAX_FILES && hunks <= MAX_HUNKS) return null;
  const [got, limit] = files > MAX_FILES ? [`${files} files`, MAX_FILES] : [`${hunks} hunks`, MAX_HUNKS];
  return faultOf(
    'too_large',
    {
      message: `The patch has ${got} by line ${at}; expected at most ${limit}.`,
      hint: 'Split it into smaller patches.',
    },
    { patchLine: at },
  );
}
