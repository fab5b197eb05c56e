import type { Path } from '../../git.ts';
import { legible, quoted } from '../bytes.ts';
import type { Parsed } from '../change.ts';
import { malformed } from '../fault-of.ts';
import { isPlaceholder, kindOfText } from '../placeholder.ts';
import { textOf } from './chat/passages.ts';
import { type Enclosure, type Scan, scanFences } from './chat/scan.ts';
import { pathAt } from './diff/section.ts';
import { Gathering } from './gathering.ts';
import type { Passage } from './passage.ts';

/**
 * Reads files told whole: a name, and below it a fence with all that the file is to hold. Every fence of the text has to
 * be one. Source of the form: aider, wholefile_coder.py.
 */
export function readWholeFiles(passages: readonly Passage[]): Parsed {
  const found = new Gathering();
  for (const { text, firstLine } of passages) {
    const scan = scanFences(text);
    const seen = new Map<Path, number>();
    for (const fence of scan.enclosures) {
      if (fence.kind === 'fence' && !found.isFull) {
        found.part(() => readFile({ scan, fence, firstLine, seen }, found));
      }
    }
  }
  return found.parsed('whole-file', {
    message: 'The text holds no fenced file.',
    hint: 'Write the path of each file on a line of its own and its whole content in a fence (```) below.',
  });
}

interface Fenced {
  readonly scan: Scan;
  readonly fence: Enclosure;
  readonly firstLine: number;
  /** Line at which each file so far was given. */
  readonly seen: Map<Path, number>;
}

/** @throws Faulty */
function readFile(fenced: Fenced, found: Gathering): void {
  const { scan, fence, firstLine, seen } = fenced;
  const line = fence.open + firstLine;
  const path = pathOf(fence, line);
  const first = seen.get(path);
  if (first !== undefined) {
    throw malformed(
      line,
      `${legible(path)} is given twice, at lines ${first} and ${line} of the patch.`,
      'Give each file once.',
    );
  }
  seen.set(path, line);
  refuseUnsure(fence, firstLine);
  const lines = scan.lines.slice(fence.open + 1, fence.close ?? scan.lines.length);
  const kind = kindOfText(path);
  const lazy = lines.findIndex(({ text }) => isPlaceholder(text, kind));
  if (lazy >= 0) {
    const at = line + 1 + lazy;
    throw malformed(
      at,
      `Line ${at} of the patch, ${quoted(lines[lazy]?.text.trim() ?? '', 60)}, stands for lines of ${legible(path)} that are left out; the file would lose them.`,
      'Give the file with every line, or send a diff or SEARCH/REPLACE blocks.',
    );
  }
  if (lines.every(({ text }) => text.trim() === '')) {
    throw malformed(
      line,
      `The fence of ${legible(path)} at line ${line} of the patch is empty.`,
      'Give the whole content; to delete a file, send a git diff or "*** Delete File: PATH".',
    );
  }
  found.add({
    ...{ kind: 'write', path, content: textOf(lines), mode: null, lineEnds: 'file' },
    span: { firstLine: line, lastLine: (fence.close ?? scan.lines.length - 1) + firstLine },
  });
}

function pathOf({ name }: Enclosure, line: number): Path {
  if (name.kind === 'name') return pathAt(name.name, line);
  const what =
    name.kind === 'none' ? 'no file is named above it' : 'the line above it is more than a file name';
  throw malformed(
    line,
    `The fence at line ${line} of the patch cannot be placed: ${what}.`,
    'Write the path of the file alone on the line above the fence; leave fences out that are no files.',
  );
}

/** @throws Faulty where the fence may end elsewhere than at its closing line */
function refuseUnsure({ open, close, nested }: Enclosure, firstLine: number): void {
  const line = open + firstLine;
  if (nested !== null) {
    throw malformed(
      line,
      `The fence at line ${line} of the patch holds another one, at line ${nested + firstLine}, so which line closes it is not clear.`,
      'Open and close the file with more signs than any fence inside it has (````).',
    );
  }
  if (close === null) {
    throw malformed(
      line,
      `The fence that line ${line} of the patch opens is never closed, so the end of the file may be missing.`,
      'Send the text whole, with the same signs on a line of their own below it.',
    );
  }
}
