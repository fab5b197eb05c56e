import type { Path } from '../../git.ts';
import { nearest } from '../../nearest.ts';
import { legible, quoted } from '../bytes.ts';
import type { Edit, Span } from '../change.ts';
import { malformed } from '../fault-of.ts';
import { pathAt } from './diff/section.ts';
import type { Gathering } from './gathering.ts';
import type { PatchLine } from './patch-lines.ts';
import { END_OF_FILE, readChunks } from './v4a-chunks.ts';

const ADD = '*** Add File:';
const DELETE = '*** Delete File:';
const UPDATE = '*** Update File:';
const MOVE = '*** Move to:';
const HEADERS = [ADD, DELETE, UPDATE] as const;
const KNOWN = [...HEADERS, MOVE, END_OF_FILE, '*** Begin Patch', '*** End Patch'];

/** Reads the sections that fill `lines`, of which the first stands at line `firstLine` of the patch text. */
export function readV4aSections(lines: readonly PatchLine[], firstLine: number, found: Gathering): void {
  let at = 0;
  while (at < lines.length && !found.isFull) {
    if (lines[at]?.text.trim() === '') {
      at++;
      continue;
    }
    const start = at;
    at = sectionEnd(lines, start + 1);
    found.part(() => readSection({ lines: lines.slice(start, at), firstLine: firstLine + start }, found));
  }
}

/** Content is marked, so a line that begins with `*** ` is never content. */
function sectionEnd(lines: readonly PatchLine[], from: number): number {
  let at = from;
  while (at < lines.length && !startsSection(lines[at]?.text ?? '')) at++;
  return at;
}

function startsSection(text: string): boolean {
  return text.startsWith('*** ') && !text.startsWith(MOVE) && text.trimEnd() !== END_OF_FILE;
}

interface Lines {
  readonly lines: readonly PatchLine[];
  readonly firstLine: number;
}

/** @throws Faulty */
function readSection(section: Lines, found: Gathering): void {
  const { lines, firstLine } = section;
  const text = lines[0]?.text ?? '';
  const header = HEADERS.find((one) => text.startsWith(one));
  if (header === undefined) throw unknownHeader(text, firstLine);
  const path = named(text.slice(header.length), firstLine);
  const last = lines.findLastIndex((line) => line.text !== '');
  const span = { firstLine, lastLine: firstLine + last };
  const body = { lines: lines.slice(1, last + 1), firstLine: firstLine + 1 };
  if (header === UPDATE) {
    found.add(update({ path, span, body }, found));
  } else if (header === ADD) {
    found.add({ kind: 'create', path, mode: '100644', content: addedContent(body), span });
  } else {
    refuseBody(body, path);
    found.add({ kind: 'delete', path, content: null, oldMode: null, span });
  }
}

function named(rest: string, line: number): Path {
  const name = rest.trim();
  const bare = name.length > 2 && name.startsWith('`') && name.endsWith('`') ? name.slice(1, -1) : name;
  if (bare !== '') return pathAt(bare, line);
  throw malformed(line, `Line ${line} of the patch names no file.`, 'Write the path behind the colon.');
}

function unknownHeader(text: string, line: number) {
  if (!text.startsWith('***')) {
    return malformed(
      line,
      `Line ${line} of the patch, ${quoted(text, 60)}, stands before any section.`,
      `Begin with "${ADD} PATH", "${DELETE} PATH" or "${UPDATE} PATH".`,
    );
  }
  const head = text.slice(0, 40);
  const meant = nearest(head.slice(0, head.indexOf(':') + 1) || head, KNOWN) ?? UPDATE;
  return malformed(
    line,
    `Line ${line} of the patch, ${quoted(text, 60)}, is no header of a section.`,
    `The nearest known one is "${meant}"; the others are ${KNOWN.filter((one) => one !== meant).join(', ')}.`,
  );
}

/** The lines of a new file, each behind `+`. */
function addedContent({ lines, firstLine }: Lines): string {
  const open = lines.at(-1)?.text.startsWith('\\ No newline') ?? false;
  const body = open ? lines.slice(0, -1) : lines;
  const stray = body.findIndex(({ text }) => !text.startsWith('+'));
  if (stray >= 0) {
    const at = firstLine + stray;
    throw malformed(
      at,
      `Line ${at} of the patch, ${quoted(body[stray]?.text ?? '', 60)}, stands in a new file without a mark. Every line of an added file begins with +, empty ones too.`,
      'Put + before the line.',
    );
  }
  return body
    .map(({ text, eol }, at) => {
      const end = eol || body[at - 1]?.eol || '\n';
      return text.slice(1) + (open && at === body.length - 1 ? '' : end);
    })
    .join('');
}

function refuseBody({ lines, firstLine }: Lines, path: Path): void {
  const stray = lines.findIndex(({ text }) => text.trim() !== '');
  if (stray < 0) return;
  const at = firstLine + stray;
  throw malformed(
    at,
    `Line ${at} of the patch, ${quoted(lines[stray]?.text ?? '', 60)}, stands below "${DELETE} ${legible(path)}", which takes no lines.`,
    'Leave the lines out; the header alone deletes the file.',
  );
}

function update(
  file: { readonly path: Path; readonly span: Span; readonly body: Lines },
  found: Gathering,
): Edit {
  const { path, span, body } = file;
  const move = body.lines[0]?.text.startsWith(MOVE) ? (body.lines[0]?.text ?? '') : null;
  const target = move === null ? null : named(move.slice(MOVE.length), body.firstLine);
  if (target === path) {
    throw malformed(
      body.firstLine,
      `Line ${body.firstLine} of the patch moves ${legible(path)} onto itself.`,
      `Name another path behind "${MOVE}", or leave the line out.`,
    );
  }
  const skipped = move === null ? 0 : 1;
  const { hunks, notes } = readChunks(body.lines.slice(skipped), body.firstLine + skipped);
  if (hunks.length === 0 && target === null) {
    throw malformed(
      span.firstLine,
      `The section of ${legible(path)} at line ${span.firstLine} of the patch changes nothing: no lines and no "${MOVE}" follow.`,
      'Write the changed lines below it, or leave it out.',
    );
  }
  found.notes.push(...notes.map((note) => `${legible(path)}: ${note}`));
  return {
    ...{ kind: 'modify', path: target ?? path, from: target === null ? null : path, hunks },
    ...{ order: 'ordered', binary: null, preimage: null, oldMode: null, newMode: null, span },
  };
}
