import type { Faulty } from '../../fault-of.ts';
import type { PatchLine } from '../patch-lines.ts';
import { cutOff } from './cut-off.ts';
import type { GitHeader } from './git-header.ts';
import type { Surroundings } from './hunk-end.ts';

/** Refuses a `diff --git` header that ends in the last line of the text, where that line may be cut off. @throws Faulty malformed */
export function refuseCutHeader(lines: readonly PatchLine[], header: GitHeader): void {
  if (header.next < lines.length || lines.at(-1)?.eol !== '' || isWhole(lines.at(-1)?.text ?? '', header))
    return;
  throw cutOff(lines.length, `it stands in the header that line ${header.line} begins, and has no line end`);
}

/** Whether a line of a header tells by itself that nothing of it is missing: of the name, the first line of the header does. */
function isWhole(text: string, { names }: GitHeader): boolean {
  if (/^(?:old|new|deleted file) mode [0-7]{6}$/.test(text)) return true;
  const [, old = '', now = ''] = /^index ([0-9a-f]{7,64})\.\.([0-9a-f]{7,64})$/.exec(text) ?? [];
  if (old !== '' && old.length === now.length) return true;
  const name = /^(?:rename|copy) to "?(.+)$/.exec(text)?.[1];
  return name !== undefined && (names.endsWith(`/${name}`) || names.endsWith(` ${name}`));
}

/**
 * Refuses a section of git's without content with which the text ends, where its header says that there is some.
 * @throws Faulty malformed
 */
export function refuseCutSection(lines: readonly PatchLine[], header: GitHeader, around: Surroundings): void {
  const what = endsText(lines, header, around) ? missingContent(header, around) : null;
  if (what !== null)
    throw cutOff(lines.length, `the header that line ${header.line} begins ${what}, and nothing follows`);
}

/** A file may be created empty without an `index` line, though git always writes one. */
export function emptyNote(lines: readonly PatchLine[], header: GitHeader, around: Surroundings): string[] {
  const { fields } = header;
  const isBare = fields.has('new file mode') && !fields.has('index') && endsText(lines, header, around);
  return isBare ? ['the patch ends with the header that creates it, so it is created empty'] : [];
}

function endsText(lines: readonly PatchLine[], { next }: GitHeader, around: Surroundings): boolean {
  let end = next;
  while (end < lines.length && lines[end]?.text === '') end++;
  return around.last && end >= lines.length;
}

/** What git's header says of content that is not there. */
function missingContent({ fields }: GitHeader, { mail }: Surroundings): string | null {
  const similarity = fields.get('similarity index')?.text.trim() ?? '100%';
  if (similarity !== '100%') return `says that the files are alike by ${similarity}`;
  const ids = /^([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: |$)/.exec(fields.get('index')?.text ?? '');
  const [, old = '', now = ''] = ids ?? [];
  if (mail && fields.has('new file mode') && ids === null)
    return 'creates a file, in a mail without a signature';
  if (fields.has('deleted file mode') || old === now) return null;
  if (fields.has('new file mode')) return isEmptyBlob(now) ? null : 'creates a file that is not empty';
  return 'names two different contents';
}

/** The id of no bytes, SHA-1 and SHA-256. */
const EMPTY_BLOBS: readonly string[] = [
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
];

function isEmptyBlob(id: string): boolean {
  return EMPTY_BLOBS.some((one) => one.startsWith(id));
}

/** What begins another part of a diff. */
const PARTS: readonly string[] = [
  'diff --git ',
  'Index: ',
  '@@ -',
  '--- ',
  '+++ ',
  'GIT binary patch',
  '\\ No newline at end of file',
];

/** Lines of git's header, which stand nowhere else; prose may begin with their words. */
const FIELDS: readonly string[] = [
  ...['index ', 'old mode ', 'new mode ', 'new file mode ', 'deleted file mode ', 'similarity index '],
  ...['dissimilarity index ', 'rename from ', 'rename to ', 'copy from ', 'copy to '],
];

/** The line of a mail of `git format-patch`, as far as it goes. */
const FROM_LINE = /^From [0-9a-f]{1,64}(?: |$)/;

/** A fault for the last line of a text, outside of all sections, that was cut off; null for any other line. */
export function cutBeginning(lines: readonly PatchLine[], at: number): Faulty | null {
  const line = lines[at];
  if (at !== lines.length - 1 || line === undefined || line.eol !== '' || line.text === '') return null;
  const { text } = line;
  const begun =
    PARTS.find((whole) => whole.startsWith(text) || text.startsWith(whole)) ??
    FIELDS.find((whole) => whole.startsWith(text));
  const what = begun ?? ('From '.startsWith(text) || FROM_LINE.test(text) ? 'From ' : null);
  return what === null
    ? null
    : cutOff(at + 1, `it has no line end, and is the beginning of a "${what.trim()}" line`);
}
