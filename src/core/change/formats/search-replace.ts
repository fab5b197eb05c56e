import type { Path } from '../../git.ts';
import { legible, quoted } from '../bytes.ts';
import type { Hunk, Parsed } from '../change.ts';
import { malformed } from '../fault-of.ts';
import type { Work } from '../work.ts';
import { nameAcrossFences, namesBetween } from './chat/file-name.ts';
import { isSearch } from './chat/marks.ts';
import { pathAt } from './diff/section.ts';
import { Gathering } from './gathering.ts';
import type { Passage } from './passage.ts';
import { type PatchLine, patchLines } from './patch-lines.ts';
import { type Block, readBlock } from './search-replace/block.ts';
import { comparing, hunkOf } from './search-replace/hunk-of.ts';

/**
 * Reads SEARCH/REPLACE blocks with prose and fences around: those of one file become one edit, in any order. A block
 * takes the file named right above it; else that of the block before, unless what stands between the two mentions another
 * file. An empty SEARCH creates the file. Sources of the format:
 * aider, editwhatcoder.py; Roo Code, multi-search-replace.ts (`:start_line:`); Cline (`------- SEARCH`).
 */
export function readSearchReplace(passages: readonly Passage[]): Parsed {
  const found = new Gathering();
  for (const passage of passages) readBlocks(passage, found);
  return found.parsed('search-replace', {
    message: 'The text has no "<<<<<<< SEARCH" line.',
    hint: 'Name the file above each block of "<<<<<<< SEARCH", "=======" and ">>>>>>> REPLACE".',
  });
}

/** The blocks of one file, as far as they are read. */
interface FileBlocks {
  readonly hunks: Hunk[];
  /** An edit that creates the file stands before them. */
  created: boolean;
}

function readBlocks(passage: Passage, found: Gathering): void {
  const lines = patchLines(passage.text);
  const files = new Map<Path, FileBlocks>();
  const work = comparing();
  let path: Path | null = passage.name === null ? null : pathOrNull(passage.name, passage.firstLine, found);
  let from = 0;
  for (let at = 0; at < lines.length && !found.isFull; at++) {
    if (!isSearch(lines[at]?.text ?? '')) continue;
    found.part(() => {
      const first = at;
      path = pathOf({ lines, from, first, firstLine: passage.firstLine }, path);
      const block = readBlock(lines, first, passage.firstLine);
      at = block.last;
      from = block.last + 1;
      const headerEol = lines[first]?.eol ?? '\n';
      take({ block, path, headerEol, firstLine: passage.firstLine, work }, files, found);
    });
  }
  for (const [name, { hunks }] of files) addHunks(name, hunks, found);
}

function pathOrNull(name: string, line: number, found: Gathering): Path | null {
  let path: Path | null = null;
  found.part(() => {
    path = pathAt(name, Math.max(1, line - 1));
  });
  return path;
}

/** @throws Faulty where no file is named, or it is not clear which */
function pathOf(above: Above, before: Path | null): Path {
  const at = above.first + above.firstLine;
  const lineAt = (index: number) => (index < above.from ? undefined : above.lines[index]?.text);
  // Lines of the block before are its content and name nothing.
  const said = nameAcrossFences(lineAt, above.first);
  if (said.kind === 'name') return pathAt(said.name, at);
  if (before === null) throw unnamed(at, said.kind === 'none' ? 'names no file' : OTHER_WORDS);
  const between = namesBetween(lineAt, { from: above.from, to: above.first });
  if (between.every(({ name }) => name === before)) return before;
  const [first, second] = between;
  if (first?.alone && second === undefined) return pathAt(first.name, first.at + above.firstLine);
  const other = between.find(({ name }) => name !== before);
  throw unnamed(
    at,
    `${OTHER_WORDS}: line ${(other?.at ?? 0) + above.firstLine} mentions ${quoted(other?.name ?? '', 60)}`,
  );
}

const OTHER_WORDS = 'has other words above it than the name of one file';

function unnamed(line: number, what: string) {
  return malformed(
    line,
    `The SEARCH/REPLACE block at line ${line} of the patch ${what}.`,
    'Write the path of the file alone on the line above the block, or above its fence.',
  );
}

/** The lines of the text up to a block: index of the line after the block before, and of its own first line. */
interface Above {
  readonly lines: readonly PatchLine[];
  readonly from: number;
  readonly first: number;
  readonly firstLine: number;
}

interface Taken {
  readonly block: Block;
  readonly path: Path;
  readonly headerEol: Hunk['headerEol'];
  readonly firstLine: number;
  readonly work: Work;
}

function take(taken: Taken, files: Map<Path, FileBlocks>, found: Gathering): void {
  const { block, path, headerEol, firstLine, work } = taken;
  const file = files.get(path) ?? { hunks: [], created: false };
  files.set(path, file);
  if (block.old.every(({ text }) => text.trim() === '')) {
    create(taken, file, found);
    return;
  }
  file.hunks.push(hunkOf(block, { headerEol, firstLine }, work));
}

/** @throws Faulty where the file cannot be meant to begin here */
function create({ block, path, firstLine }: Taken, file: FileBlocks, found: Gathering): void {
  const span = { firstLine: block.first + firstLine, lastLine: block.last + firstLine };
  const what = `The SEARCH/REPLACE block at line ${span.firstLine} of the patch has no old lines`;
  if (block.start !== null) {
    throw malformed(
      span.firstLine,
      `${what}, and a line number alone places nothing.`,
      'Put the line before or after into SEARCH and into REPLACE.',
    );
  }
  if (file.created || file.hunks.length > 0) {
    throw malformed(
      span.firstLine,
      `${what}, which creates ${legible(path)}, but an earlier block has changed or created it.`,
      'Put the line before or after the new ones into SEARCH and into REPLACE.',
    );
  }
  if (block.fresh.length === 0) {
    throw malformed(span.firstLine, `${what} and no new ones.`, 'Leave the block out, or fill it.');
  }
  file.created = true;
  const content = block.fresh.map(({ text, eol }) => text + eol).join('');
  found.add({ kind: 'create', path, mode: '100644', content, span });
}

function addHunks(path: Path, hunks: readonly Hunk[], found: Gathering): void {
  const [first] = hunks;
  const last = hunks.at(-1);
  if (first === undefined || last === undefined) return;
  for (const { lines, span } of hunks) {
    if (lines.every(({ kind }) => kind === 'context')) {
      found.notes.push(`${legible(path)}: the block at line ${span.firstLine} changes nothing`);
    }
  }
  found.add({
    ...{ kind: 'modify', path, from: null, hunks, order: 'any', binary: null, preimage: null },
    ...{ oldMode: null, newMode: null },
    span: { firstLine: first.span.firstLine, lastLine: last.span.lastLine },
  });
}
