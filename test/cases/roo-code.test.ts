import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Edit, Hunk } from '../../src/core/change/change.ts';
import { parseChange } from '../../src/core/change/parse.ts';
import { casesAt, type Outcome, readJsonLines, Tally } from './cases.ts';
import { type Call, judged, type OneFile } from './one-file.ts';
import { explained, type Rule } from './rules.ts';

/** Calls recorded from the tests of Roo Code. */
const RECORDED = casesAt('roo-code/');

test('no recorded call of Roo Code has another result here', { skip: RECORDED.skip }, (t) => {
  const tally = new Tally();
  for (const [file, count, judge, accepts] of FILES) {
    const calls = readJsonLines<Call>(new URL(`${file}.jsonl`, RECORDED.url));
    assert.equal(calls.length, count);
    for (const [at, call] of calls.entries()) {
      tally.add(`${file} ${at} ${call.test}`, accepts(call), judge(call));
    }
  }
  tally.print(t, 'roo-code');
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.stricterShare <= 0.05);
});

type Judge = (call: Call) => Outcome;

const FILES: readonly (readonly [string, number, Judge, (call: Call) => boolean])[] = [
  ['multiSearchReplace', 39, searchReplace, ({ result }) => (result as Replaced).success],
  ['applyChunksToContent', 14, chunks, ({ error }) => error === undefined],
  ['parsePatch', 19, parsed, ({ error }) => error === undefined],
  ['seekSequence', 15, seek, ({ result }) => result !== null],
];

interface Replaced {
  readonly success: boolean;
  readonly content?: string;
}

const SEARCH_RULES: readonly Rule<OneFile>[] = [
  {
    kind: 'another tool',
    rule: 'a threshold below 1 was asked for: similarity (edit distance) places nothing here',
    when: ({ call }, said) => call.test.includes('fuzzy matching') && said.startsWith('hunk_not_found'),
  },
  {
    kind: 'another tool',
    rule: 'a line given beside the patch, not in it, from which to search outwards',
    when: ({ call }, said) => call.args.length > 2 && said.startsWith('hunk_ambiguous'),
  },
  {
    kind: 'stricter',
    rule: 'one common indent: white space that differs line by line is not passed over',
    when: (_, said) => /^hunk_not_found: .*white space/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'blank lines right below a marker are lost to its pattern; here they are content',
    when: ({ patch, after }, said) =>
      after !== null && /=======\n[ \t]*\n/.test(patch) && said.endsWith(`expected ${JSON.stringify(after)}`),
  },
];

function searchReplace(call: Call): Outcome {
  const [before = '', diff = ''] = call.args.map(String);
  const { success, content } = call.result as Replaced;
  // The tool is told the file beside the patch; some of its tests repeat it above the block.
  const patch = `test.ts\n${diff.replace(/^test\.ts\n/, '').replace(/^\n/, '')}`;
  const after = success ? (content ?? '') : null;
  return judged({ call, path: 'test.ts', before, patch, after, format: 'search-replace' }, SEARCH_RULES);
}

interface RooChunk {
  readonly changeContext: string | null;
  readonly oldLines: readonly string[];
  readonly newLines: readonly string[];
  readonly isEndOfFile: boolean;
}

const CHUNK_RULES: readonly Rule<OneFile>[] = [
  {
    kind: 'another tool',
    rule: 'a chunk without old lines goes to the end unasked; here *** End of File says so',
    when: ({ call }, said) =>
      said.startsWith('hunk_ambiguous') &&
      (call.args[2] as readonly RooChunk[]).some(({ oldLines }) => oldLines.length === 0),
  },
  {
    kind: 'another tool',
    rule: 'a final line end is put where none stood; here the file keeps its own state',
    when: ({ before, after }, said) =>
      before?.endsWith('\n') === false &&
      said === `made ${JSON.stringify(after?.slice(0, -1))}, expected ${JSON.stringify(after)}`,
  },
];

function chunks(call: Call): Outcome {
  const [before, path, list] = call.args as [string, string, readonly RooChunk[]];
  const body = list.flatMap((one) => [
    one.changeContext === null ? '@@' : `@@ ${one.changeContext}`,
    ...marked(one),
    ...(one.isEndOfFile ? ['*** End of File'] : []),
  ]);
  const after = call.error === undefined ? String(call.result) : null;
  return judged(
    { call, path, before, patch: wrapped(`*** Update File: ${path}`, ...body), after },
    CHUNK_RULES,
  );
}

/** Lines that end both sides are context; an empty one of them may have lost its space. */
function marked({ oldLines, newLines }: RooChunk): string[] {
  let same = 0;
  while (
    same < Math.min(oldLines.length, newLines.length) &&
    oldLines.at(-1 - same) === newLines.at(-1 - same)
  )
    same++;
  return [
    ...oldLines.slice(0, oldLines.length - same).map((line) => `-${line}`),
    ...newLines.slice(0, newLines.length - same).map((line) => `+${line}`),
    ...oldLines.slice(oldLines.length - same).map((line) => (line === '' ? '' : ` ${line}`)),
  ];
}

function wrapped(...lines: readonly string[]): string {
  return ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');
}

const SEEK_RULES: readonly Rule<OneFile>[] = [
  {
    kind: 'another tool',
    rule: 'nothing is sought, or the first place from a given line on: a patch says neither',
    when: ({ call }) =>
      (call.args[1] as readonly string[]).length === 0 ||
      call.args[2] !== 0 ||
      call.test.includes('start parameter'),
  },
  {
    kind: 'stricter',
    rule: 'one common indent at the front and blanks at the end are not passed over together',
    when: (_, said) => said.startsWith('hunk_not_found'),
  },
];

/** The lines that are found are taken away, so that where they stood is seen. */
function seek(call: Call): Outcome {
  const [lines, pattern, , eof] = call.args as [string[], string[], number, boolean];
  const at = call.result as number | null;
  const rest = at === null ? null : [...lines.slice(0, at), ...lines.slice(at + pattern.length)];
  const body = [...pattern.map((line) => `-${line}`), ...(eof ? ['*** End of File'] : [])];
  return judged(
    {
      ...{ call, path: 'f', before: lines.map((line) => `${line}\n`).join('') },
      patch: wrapped('*** Update File: f', '@@', ...body),
      after: rest === null ? null : rest.map((line) => `${line}\n`).join(''),
    },
    SEEK_RULES,
  );
}

const PARSE_RULES: readonly Rule<Call>[] = [
  {
    kind: 'stricter',
    rule: 'a patch without edits is never a success',
    when: (_, said) => said.startsWith('empty_patch'),
  },
];

function parsed(call: Call): Outcome {
  const text = String(call.args[0]);
  const read = parseChange(Buffer.from(text), { format: 'begin-patch' });
  if (read.kind === 'faulty') {
    if (call.error !== undefined) return { kind: 'agree' };
    return explained(
      PARSE_RULES,
      call,
      read.faults.map(({ code, message }) => `${code}: ${message}`).join('\n'),
    );
  }
  const expected = (call.result as { readonly hunks?: readonly unknown[] } | undefined)?.hunks;
  const got = read.change.edits.map(asRoo);
  if (JSON.stringify(got) === JSON.stringify(expected)) return { kind: 'agree' };
  return explained(PARSE_RULES, call, `${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`);
}

/** An edit as Roo Code's parser tells it. */
function asRoo(edit: Edit): unknown {
  if (edit.kind === 'create') return { type: 'AddFile', path: edit.path, contents: edit.content };
  if (edit.kind === 'delete') return { type: 'DeleteFile', path: edit.path };
  if (edit.kind !== 'modify') return edit;
  const [path, movePath] = edit.from === null ? [edit.path, null] : [edit.from, edit.path];
  return { type: 'UpdateFile', path, movePath, chunks: edit.hunks.map(asChunk) };
}

function asChunk({ anchors, lines, atEnd }: Hunk): RooChunk {
  const side = (other: string) => lines.filter(({ kind }) => kind !== other).map(({ text }) => text);
  return {
    changeContext: anchors[0] ?? null,
    oldLines: side('added'),
    newLines: side('removed'),
    isEndOfFile: atEnd,
  };
}
