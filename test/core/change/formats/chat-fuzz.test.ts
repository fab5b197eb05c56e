import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FORMATS, type Parsed } from '../../../../src/core/change/change.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { SEED } from '../arbitrary.ts';

/** Lines that begin, end or upset one of the forms. */
const LINE = fc.constantFrom(
  ...['*** Begin Patch', '*** End Patch', '*** Add File: a', '*** Update File: b.c', '*** Delete File: /x'],
  ...[
    '*** Move to: c',
    '*** End of File',
    '*** Nonsense',
    '@@',
    '@@ f',
    '@@ -1,2 +1,2 @@',
    '+x',
    '-x',
    ' x',
    '+',
  ],
  ...['<<<<<<< SEARCH', '=======', '>>>>>>> REPLACE', '------- SEARCH', '+++++++ REPLACE', ':start_line:3'],
  ...[
    '-------',
    '\\=======',
    '1 | x',
    '2 | y',
    'a.c',
    '`b c.md`',
    '**x/y.ts**:',
    'Prose about a.c here.',
    '',
  ],
  ...['```', '````', '~~~', '```ts', '  ```diff', '  ```', '```a/b.ts', '<source>', '</source>', '\t```'],
  ...[
    'diff --git a/x b/x',
    '--- a/x',
    '+++ b/x',
    '--- ',
    '+++ ',
    'EOF',
    "git apply <<'EOF'",
    'cat <<EOF | x',
  ],
  ...['{"edits": [', '{', '}', 'role: command_patch', 'mutations:', '- path: a', 'From: a', 'Subject: b'],
  ...[
    '// ... existing code ...',
    '\\ No newline at end of file',
    '\0',
    '\xff\xfe',
    '\xef\xbb\xbf',
    '-- ',
    '\r',
  ],
);
const EOL = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r', '');

const TEXT = fc
  .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: LINE }, fc.string({ unit: 'binary' })), EOL), {
    maxLength: 40,
    size: 'max',
  })
  .map((lines) => lines.flat().join(''));

function parse(text: string, format: (typeof FORMATS)[number] | null = null): Parsed {
  const parsed = parseChange(Buffer.from(text, 'utf8'), { format });
  if (parsed.kind === 'change') assert.ok(parsed.change.edits.length > 0);
  else assert.ok(parsed.faults.length > 0);
  const lines = text.split('\n').length;
  const named =
    parsed.kind === 'change'
      ? parsed.change.edits.flatMap(({ span }) => [span.firstLine, span.lastLine])
      : parsed.faults.flatMap(({ patchLine }) => patchLine ?? []);
  // What is missing below the last line is told of the line where it should stand.
  assert.ok(
    named.every((line) => line >= 1 && line <= lines + 1),
    `lines ${named} of ${lines}`,
  );
  return parsed;
}

test(`any text is a change with edits or faults on lines that it has (seed ${SEED})`, () => {
  fc.assert(
    fc.property(TEXT, fc.constantFrom(null, ...FORMATS), (text, format) => {
      parse(text, format);
    }),
    { seed: SEED, numRuns: 4_000 },
  );
});

const WHOLE: Readonly<Record<string, readonly string[]>> = {
  'begin-patch': ['*** Begin Patch', '*** Update File: a', '@@ f', ' x', '-y', '+z', '*** End Patch'],
  'search-replace': ['Prose.', 'a.c', '```c', '<<<<<<< SEARCH', 'x', '=======', 'y', '>>>>>>> REPLACE'],
  'whole-file': ['a.c', '```c', 'x', '', 'y', '```'],
  'unified-diff': ['Prose.', '```diff', '--- a/x', '+++ b/x', '@@ -1 +1 @@', '-x', '+y', '```'],
};

for (const [form, lines] of Object.entries(WHOLE)) {
  test(`${form}: cut off anywhere it is refused, and doubled it is refused or said to repeat`, () => {
    const text = lines.join('\n');
    assert.equal(parse(text).kind, 'change');
    for (let end = 0; end < text.length; end++) {
      assert.equal(parse(text.slice(0, end)).kind, 'faulty', JSON.stringify(text.slice(0, end)));
    }
    const doubled = parse(`${text}\n\n${text}\n`);
    // Blocks repeat on purpose where lines do; whether they fit twice shows when they are applied.
    assert.equal(doubled.kind, form === 'search-replace' ? 'change' : 'faulty');
  });

  for (const [other, others] of Object.entries(WHOLE)) {
    if (other === form) continue;
    test(`${form} and ${other} in one text are refused, one after the other and interleaved`, () => {
      assert.equal(parse([...lines, '', ...others, ''].join('\n')).kind, 'faulty');
      fc.assert(
        fc.property(fc.array(fc.boolean(), { maxLength: 20 }), (turns) => {
          parse(interleaved(lines, others, turns).join('\n'));
        }),
        { seed: SEED, numRuns: 100 },
      );
    });
  }
}

function interleaved(a: readonly string[], b: readonly string[], turns: readonly boolean[]): string[] {
  const rest = { a: [...a], b: [...b] };
  const taken = turns.flatMap((turn) => (turn ? rest.a : rest.b).shift() ?? []);
  return [...taken, ...rest.a, ...rest.b];
}

test('CRLF, a BOM and NUL are taken as they stand', () => {
  for (const lines of Object.values(WHOLE)) {
    for (const eol of ['\n', '\r\n']) {
      const text = `\xef\xbb\xbf${lines.join(eol)}${eol}`;
      assert.equal(parseChange(Buffer.from(text, 'latin1'), { format: null }).kind, 'change');
    }
    parse(lines.join('\n').replaceAll('x', '\0'));
  }
});

const REPEATED = [
  ...[
    '```\n',
    '```a.c\n',
    'a.c\n```\nx\n',
    '<<<<<<< SEARCH\n',
    '=======\n',
    'a.c\n<<<<<<< SEARCH\n=======\n',
  ],
  ...[
    '*** Begin Patch\n',
    '*** Update File: a\n',
    '@@\n',
    "x <<'EOF'\n",
    "x <<'EOF'\n   \n",
    '--- a\n+++ b\n',
    '{',
    '[{',
  ],
  ...[
    'a.c\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n',
    ' \n',
    '\n',
    '`',
    '~',
    '**',
    '#',
    ': ',
    '. ',
    '\t',
  ],
];

for (const piece of REPEATED) {
  test(`${JSON.stringify(piece)} a hundred thousand times over is read in linear work`, () => {
    parse(piece.repeat(100_000));
    parse(`\`\`\`\n${piece.repeat(100_000)}`);
  });
}
