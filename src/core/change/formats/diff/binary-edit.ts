import { blobIdOf } from '../../../blob-id.ts';
import type { Path } from '../../../git.ts';
import { applyBinary } from '../../apply/binary.ts';
import { latin1, legible } from '../../bytes.ts';
import type { BinaryContent } from '../../change.ts';
import { type Faulty, malformed } from '../../fault-of.ts';
import type { BinaryHunk, BinaryPatch } from './binary-patch.ts';
import type { GitHeader } from './git-header.ts';

/** Binary content of one section, with the file that it is for. */
export interface BinarySection {
  readonly path: Path;
  readonly header: GitHeader;
  readonly patch: BinaryPatch;
}

/** What makes the new bytes of a modified or copied file. @throws Faulty malformed */
export function binaryContent(section: BinarySection): BinaryContent {
  const ids = idsOf(section);
  if (isNone(ids.old) || isNone(ids.new)) {
    const says = `its index line is of a new or a deleted file, and its header of a file that stays`;
    throw wrong(section, says);
  }
  return { ...section.patch.forward, oldBlob: ids.old, newBlob: ids.new };
}

/** The whole content of a created file, proven by its id. @throws Faulty malformed */
export function binaryCreation(section: BinarySection): string {
  const ids = idsOf(section);
  if (!isNone(ids.old))
    throw wrong(section, `its index line names ${ids.old} as the old content of a new file`);
  return proven(section, section.patch.forward, ids.new);
}

/**
 * The whole content of a deleted file, proven by its id: the reverse hunk shows it. Git takes a deletion without one;
 * here nothing is taken away that the patch does not show.
 */
export function binaryDeletion(section: BinarySection): string {
  const ids = idsOf(section);
  if (!isNone(ids.new))
    throw wrong(section, `its index line names ${ids.new} as the new content of a deleted file`);
  const { reverse } = section.patch;
  if (reverse === null)
    throw wrong(section, 'it deletes a binary file and has no second hunk that shows its content');
  return proven(section, reverse, ids.old);
}

const NOTHING = new Uint8Array();

function proven(section: BinarySection, hunk: BinaryHunk, id: string): string {
  const made = applyBinary({ ...hunk, oldBlob: blobIdOf(NOTHING, id), newBlob: id }, NOTHING);
  if (made.kind === 'bytes') return latin1(made.bytes);
  throw wrong(section, `it ${made.why}`);
}

const FULL_IDS = /^([0-9a-f]{40}|[0-9a-f]{64})\.\.([0-9a-f]{40}|[0-9a-f]{64})(?: |$)/i;

/** The ids of the index line, lower case. Nothing else proves that binary content is meant for the file that stands there. */
function idsOf(section: BinarySection): { readonly old: string; readonly new: string } {
  const [, old, now] = FULL_IDS.exec(section.header.fields.get('index')?.text ?? '') ?? [];
  if (old?.length !== now?.length || old === undefined || now === undefined) {
    throw wrong(section, 'binary content needs an index line with the full ids of the old and the new file');
  }
  return { old: old.toLowerCase(), new: now.toLowerCase() };
}

function isNone(id: string): boolean {
  return /^0+$/.test(id);
}

function wrong({ header, path }: BinarySection, why: string): Faulty {
  const line = header.fields.get('index')?.line ?? header.line;
  return malformed(
    line,
    `${legible(path)} (patch line ${line}): ${why}.`,
    'Make the diff again with `git diff --binary`, and send it unchanged.',
  );
}
