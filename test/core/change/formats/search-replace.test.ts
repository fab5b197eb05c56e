import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, faultsOf, refusalOf, told } from './reading.ts';

function block(old: readonly string[], fresh: readonly string[]): string {
  return ['<<<<<<< SEARCH', ...old, '=======', ...fresh, '>>>>>>> REPLACE', ''].join('\n');
}

const X_TO_Y = block(['x'], ['y']);

test('the blocks of a file become one edit in any order, and lines on both sides are context', () => {
  const text = `a.ts\n${block(['x', 'y', 'z'], ['x', 'w', 'z'])}\nb.ts\n${X_TO_Y}\na.ts\n${block(['p'], [])}`;
  const change = changeOf(text);
  assert.equal(change.format, 'search-replace');
  assert.deepEqual(told(change), ['modify a.ts: =x -y +w =z | -p', 'modify b.ts: -x +y']);
  assert.ok(change.edits.every((edit) => edit.kind === 'modify' && edit.order === 'any'));
  assert.deepEqual(change.edits[0]?.span, { firstLine: 2, lastLine: 23 });
});

const NAMINGS = [
  'x.ts',
  '`src/x.ts`',
  '**src/x.ts**',
  '### `src/x.ts`:',
  '# src/x.ts',
  'src/x.ts:',
  'File: src/x.ts',
  '**File:** `src/x.ts`',
  'Makefile',
  'bin/run',
  '.env',
];

for (const naming of NAMINGS) {
  const name = naming.replace(/^(?:\*\*)?File:(?:\*\*)?/, '').replace(/[`*#:\s]/g, '');
  test(`"${naming}" above a block, its fence, or a blank line names ${name}`, () => {
    const expected = [`modify ${name}: -x +y`];
    assert.deepEqual(told(changeOf(`Do this:\n\n${naming}\n${X_TO_Y}`)), expected);
    assert.deepEqual(told(changeOf(`Do this:\n\n${naming}\n\`\`\`ts\n${X_TO_Y}\`\`\`\n`)), expected);
    assert.deepEqual(told(changeOf(`${naming}\n\n~~~\n${X_TO_Y}~~~\n`)), expected);
    assert.deepEqual(told(changeOf(`\`\`\`ts\n${naming}\n${X_TO_Y}\`\`\`\n`)), expected);
  });
}

test('a name with blanks counts in backticks, and a fence may carry the name itself', () => {
  assert.deepEqual(told(changeOf(`\`my docs/a b.md\`\n${X_TO_Y}`)), ['modify my docs/a b.md: -x +y']);
  for (const info of ['src/x.ts', 'ts src/x.ts', 'ts:src/x.ts', 'ts title="src/x.ts"']) {
    assert.deepEqual(told(changeOf(`\`\`\`${info}\n${X_TO_Y}\`\`\`\n`)), ['modify src/x.ts: -x +y'], info);
  }
});

test('a block without a name takes that of the block before', () => {
  const text = `\`\`\`\nfoo.txt\n${X_TO_Y}\n...\n\n${block(['p'], ['q'])}\`\`\`\n`;
  assert.deepEqual(told(changeOf(text)), ['modify foo.txt: -x +y | -p +q']);
});

/** What stands between a block of a.py and the next one, and the file of that one; null where it is not clear. */
const BETWEEN: Readonly<Record<string, string | null>> = {
  '\nNow the other place:\n\n': 'a.py',
  '\nAnd once more in a.py:\n\nHere:\n\n': 'a.py',
  '\nb.py\n\nBump it:\n\n': 'b.py',
  '\n### src/b.py\n\nBump the version:\n\n': 'src/b.py',
  '\n**src/b.py**\n---\n': 'src/b.py',
  '\nsrc/b.py\n\n\n': 'src/b.py',
  '\nFile: bin/tool\n': 'bin/tool',
  '\nb.py\n\nas c.py has it:\n\n': null,
  '\nNow src/b.py.\n\nThen bump it:\n\n': null,
  '\n1. src/b.py\n': null,
  '\nSee <file>src/b.py</file>\n\nBump it:\n\n': null,
  '\n**bin/tool**\n': null,
  '\n### bin/tool\n': null,
  '\nbin/tool:\n': null,
  '\nFile: tool\n': null,
  '\nMakefile.in:12\n': null,
  '\nand the Makefile too:\n\nHere:\n\n': null,
  [`\n${'Many words. '.repeat(40)}As in b.py.\n\n`]: null,
};

for (const [between, file] of Object.entries(BETWEEN)) {
  const what = file === null ? 'belongs to no file for sure' : `belongs to ${file}`;
  test(`a block below a.py and ${JSON.stringify(between.slice(0, 60))} ${what}`, () => {
    const text = `a.py\n${block(['p'], ['q'])}${between}${X_TO_Y}`;
    if (file === null)
      assert.match(refusalOf(text), /^malformed at \d+: .*other words above it.*: line \d+ mentions/);
    else if (file === 'a.py') assert.deepEqual(told(changeOf(text)), ['modify a.py: -p +q | -x +y']);
    else assert.deepEqual(told(changeOf(text)), ['modify a.py: -p +q', `modify ${file}: -x +y`]);
  });
}

test('words above a later block that mention its file alone leave it there', () => {
  const text = `src/a.ts\n${X_TO_Y}\nAlso in \`src/a.ts\`, for what is below:\n\n${block(['p'], ['q'])}`;
  assert.deepEqual(told(changeOf(text)), ['modify src/a.ts: -x +y | -p +q']);
});

test('the name in a fence of its own counts', () => {
  const text = ` \`\`\`python\nfoo.txt\n\`\`\`\n\`\`\`python\n${X_TO_Y}\`\`\`\n`;
  assert.deepEqual(told(changeOf(text)), ['modify foo.txt: -x +y']);
  assert.deepEqual(told(changeOf(`foo.txt\n<source>python\n${X_TO_Y}</source>\n`)), [
    'modify foo.txt: -x +y',
  ]);
});

test('an empty SEARCH creates the file, which later blocks may change', () => {
  assert.deepEqual(told(changeOf(`n.sh\n${block([], ['#!/bin/sh', '', 'exit 0'])}`)), [
    'create n.sh: "#!/bin/sh\\n\\nexit 0\\n"',
  ]);
  const both = changeOf(`n.sh\n${block([''], ['x'])}${X_TO_Y}`);
  assert.deepEqual(told(both), ['create n.sh: "x\\n"', 'modify n.sh: -x +y']);
});

test('what stands in a block is content: diffs, fences, other forms, conflict markers', () => {
  const content = [
    '--- a/x',
    '+++ b/x',
    '@@ -1 +1 @@',
    '```',
    '*** Begin Patch',
    '<<<<<<< HEAD',
    '{"edits": []}',
  ];
  const [edit] = changeOf(`a.md\n\`\`\`\n${block(['x'], content)}\`\`\`\n`).edits;
  assert.ok(edit?.kind === 'modify');
  assert.deepEqual(
    edit.hunks[0]?.lines.filter(({ kind }) => kind === 'added').map(({ text }) => text),
    content,
  );
});

test('a backslash before a marker makes it content', () => {
  const text = `a\n${block(['\\======='], ['\\<<<<<<< SEARCH', '\\>>>>>>> REPLACE', '\\x'])}`;
  assert.deepEqual(told(changeOf(`./\n\`a\`\n${text.slice(2)}`)), [
    'modify a: -======= +<<<<<<< SEARCH +>>>>>>> REPLACE +\\x',
  ]);
});

test('a backslash before anything else than a whole marker is content', () => {
  const lines = [
    '\\-----BEGIN CERT-----',
    '\\=======\\ foo',
    '\\<<<<<<< HEAD',
    '\\:start_line: of it',
    '\\\\=======',
  ];
  const [edit] = changeOf(`a.c\n${block(['x'], lines)}`).edits;
  assert.ok(edit?.kind === 'modify');
  const added = edit.hunks[0]?.lines.flatMap(({ kind, text }) => (kind === 'added' ? [text] : []));
  assert.deepEqual(added, lines);
});

test('an indented fence takes its indent off the markers and the content', () => {
  const text = `1. Change \`it\`:\n\n   a.py\n   \`\`\`python\n${block(['def f():', '    x'], ['    y']).replace(/^(?=.)/gm, '   ')}   \`\`\`\n`;
  assert.deepEqual(told(changeOf(text)), ['modify a.py: -def f(): -    x +    y']);
});

test('5 to 9 signs, and the signs of Cline, are markers', () => {
  assert.deepEqual(told(changeOf('a.c\n<<<<< SEARCH\nx\n=====\ny\n>>>>>>>>> REPLACE\n')), [
    'modify a.c: -x +y',
  ]);
  assert.deepEqual(told(changeOf('a.c\n------- SEARCH\nx\n=======\ny\n+++++++ REPLACE\n')), [
    'modify a.c: -x +y',
  ]);
});

test('line numbers of the numbered variant are exact hints when they agree', () => {
  const hints = (head: string, old: string[]) => {
    const [edit] = changeOf(`a.c\n${block([...head.split('\n'), '-------', ...old], ['y'])}`).edits;
    assert.ok(edit?.kind === 'modify');
    return edit.hunks.map(({ oldStart, countsAgree }) => [oldStart, countsAgree]);
  };
  assert.deepEqual(hints(':start_line:4', ['x']), [[4, true]]);
  assert.deepEqual(hints(':start_line:4\n:end_line:5', ['x', 'y']), [[4, true]]);
  assert.deepEqual(hints(':start_line: 4\n:end_line: 9', ['x']), [[4, false]]);
});

test('line numbers that count up before every line of SEARCH are read as content and as numbers', () => {
  const hunkOf = (old: readonly string[], fresh: readonly string[]) => {
    const [edit] = changeOf(`a.c\n${block(old, fresh)}`).edits;
    assert.ok(edit?.kind === 'modify');
    return edit.hunks[0];
  };
  const numbered = [' 9 | x', '10 | ', '11 | z'];
  const hunk = hunkOf(numbered, [' 9 | x', '10 | w', '11 | z']);
  assert.deepEqual(hunk?.lines.map(({ kind, text }) => [kind, text])[0], ['context', ' 9 | x']);
  assert.equal(hunk?.oldStart, null);
  const { lines, oldStart } = hunk?.unnumbered ?? {};
  assert.equal(oldStart, 9);
  const bare = lines?.map(({ kind, text }) => `${kind} ${text}`);
  assert.deepEqual(bare, ['context x', 'removed ', 'added w', 'context z']);
  assert.deepEqual(
    hunkOf(numbered, ['x'])?.unnumbered?.lines.map(({ text }) => text),
    ['x', '', 'z'],
  );
  assert.equal(hunkOf(['1 | x', '3 | z'], ['x'])?.unnumbered, undefined);
  assert.equal(hunkOf(['1 | x'], ['1 | x', 'y'])?.unnumbered, undefined);
});

test('a number of the numbered variant without another such line below it is content', () => {
  assert.deepEqual(told(changeOf(`a.c\n${block([':start_line: 3', 'x'], [':start_line: 4', 'x'])}`)), [
    'modify a.c: -:start_line: 3 +:start_line: 4 =x',
  ]);
  assert.deepEqual(told(changeOf(`a.c\n${block([':end_line:3', '-------', 'x'], ['x', 'y'])}`)), [
    'modify a.c: =x +y',
  ]);
});

test('a block that changes nothing is noted', () => {
  assert.match(changeOf(`a.c\n${block(['x'], ['x'])}`).notes.join(), /line 2 changes nothing/);
});

const REFUSED: readonly (readonly [what: string, text: string, says: RegExp])[] = [
  ['no name at all', X_TO_Y, /^malformed at 1: .*names no file/],
  ['a name among words', `Now change a.ts like this\n${X_TO_Y}`, /^malformed at 2: .*other words above it/],
  [
    'other words above a later block',
    `a.ts\n${X_TO_Y}And in \`b.ts\` too:\n${X_TO_Y}`,
    /^malformed at 8: .*other words/,
  ],
  [
    'no divider',
    'a.ts\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE\n',
    /^malformed at 2: .*line 4 has ">>>>>>> REPLACE" where "=======" is/,
  ],
  [
    'no end',
    'a.ts\n<<<<<<< SEARCH\nx\n=======\ny\n',
    /^malformed at 2: .*the text ends where ">>>>>>> REPLACE"/,
  ],
  [
    'a block in a block',
    `a.ts\n<<<<<<< SEARCH\nx\n${X_TO_Y}`,
    /^malformed at 2: .*line 4 has "<<<<<<< SEARCH"/,
  ],
  ['two dividers', `a.ts\n${block(['x', '=======', 'y'], ['z'])}`, /^malformed at 6: .*second "======="/],
  ['an absolute path', `/etc/x.conf\n${X_TO_Y}`, /^path_refused at 2/],
  ['a path upwards', `../x.ts\n${X_TO_Y}`, /^path_refused at 2/],
  ['a backslash in the path', `src\\x.ts\n${X_TO_Y}`, /^path_refused at 2/],
  ['nothing by nothing', `a.ts\n${block([], [])}`, /^malformed at 2: .*no old lines and no new ones/],
  [
    'an insertion by number alone',
    `a.ts\n${block([':start_line:3', '-------'], ['x'])}`,
    /^malformed at 2: .*line number alone/,
  ],
  ['a creation after a change', `a.ts\n${X_TO_Y}${block([], ['x'])}`, /^malformed at 7: .*creates a\.ts/],
];

for (const [what, text, says] of REFUSED) {
  test(`${what} is refused, with the line`, () => assert.match(refusalOf(text), says));
}

test('every faulty block is told', () => {
  assert.equal(faultsOf(`a.ts\n<<<<<<< SEARCH\nx\n${X_TO_Y}b c.ts d\n${X_TO_Y}/a/b.ts\n${X_TO_Y}`).length, 3);
});

test('CRLF of the text goes with its lines', () => {
  const [edit] = changeOf(`a.ts\n${X_TO_Y}`.replaceAll('\n', '\r\n')).edits;
  assert.ok(edit?.kind === 'modify');
  assert.deepEqual(
    edit.hunks.map(({ headerEol, lines }) => [headerEol, ...lines.map(({ eol }) => eol)]),
    [['\r\n', '\r\n', '\r\n']],
  );
});

test('blocks too many and too large to be compared line by line still say the same', () => {
  const side = (step: number) => Array.from({ length: 490 }, (_, at) => `${(at * step) % 26}`);
  const [old, fresh] = [
    ['a', ...side(7), 'z'],
    ['a', ...side(11), 'z'],
  ];
  const [edit] = changeOf(`a.c\n${block(old, fresh).repeat(60)}`).edits;
  assert.ok(edit?.kind === 'modify');
  for (const { lines } of edit.hunks) {
    const textsBut = (other: string) => lines.filter(({ kind }) => kind !== other).map(({ text }) => text);
    assert.deepEqual([textsBut('added'), textsBut('removed')], [old, fresh]);
  }
  const kept = edit.hunks.map(({ lines }) => lines.filter(({ kind }) => kind === 'context').length);
  assert.ok((kept[0] ?? 0) > 100 && (kept.at(-1) ?? 0) < 5, `${kept}`);
});
