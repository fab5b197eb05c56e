import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readJsonText } from '../../../../../src/core/change/formats/data/json-text.ts';
import type { Located } from '../../../../../src/core/change/formats/data/located.ts';
import { SEED } from '../../arbitrary.ts';

/** What JSON.parse would give. */
function plain(data: Located): unknown {
  switch (data.kind) {
    case 'text':
      return data.text;
    case 'other':
      return data.value;
    case 'list':
      return data.items.map(plain);
    case 'object':
      return Object.fromEntries([...data.members].map(([name, one]) => [name, plain(one)]));
  }
}

function problemOf(text: string): string {
  const read = readJsonText(text);
  assert.equal(read.kind, 'unreadable', text);
  return read.kind === 'unreadable' ? `${read.line}:${read.column} ${read.problem}` : '';
}

test(`it reads what JSON.parse reads, to the same value (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const read = readJsonText(text);
      assert.ok(read.kind === 'data', text);
      assert.deepEqual(plain(read.data), JSON.parse(text));
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test(`it refuses damaged text where JSON.parse does, and never throws (seed ${SEED})`, () => {
  const damage = fc.record({
    at: fc.nat(),
    cut: fc.nat(3),
    put: fc.constantFrom(
      '',
      ',',
      '}',
      ']',
      '"',
      '\\',
      '\n',
      '\u0001',
      '0',
      '-',
      '.',
      'e',
      'null',
      ' ',
      '/*',
      '{',
      ':',
    ),
  });
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), damage, (value, { at, cut, put }) => {
      const whole = JSON.stringify(value, null, 1);
      const start = at % (whole.length + 1);
      const text = whole.slice(0, start) + put + whole.slice(start + cut);
      const read = readJsonText(text);
      const expected = parsed(text);
      // Beyond JSON.parse it refuses two members of one name and half surrogates, which the damage may make.
      if (read.kind === 'data') assert.deepEqual({ value: plain(read.data) }, expected, text);
      else if (expected !== null) assert.match(read.problem, /two members|surrogate/, text);
    }),
    { seed: SEED, numRuns: 3_000 },
  );
});

function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

test('every part knows its lines', () => {
  const read = readJsonText('{\n "a": [1,\n  "x"\n ],\n "b": {\n }}\n');
  assert.ok(read.kind === 'data' && read.data.kind === 'object');
  const lines = [...read.data.members].map(
    ([name, { span }]) => `${name} ${span.firstLine}-${span.lastLine}`,
  );
  assert.deepEqual([read.data.span, ...lines], [{ firstLine: 1, lastLine: 6 }, 'a 2-4', 'b 5-6']);
});

test('a slip is told by line and column, and in words', () => {
  const said = [
    ['{"a": 1,}', '1:8 a comma stands before }; JSON has none behind the last one'],
    [
      '{\n"a": 1, // one\n}',
      '2:9 expected a name in double quotes, got the comment //; JSON has no comments',
    ],
    ["{'a': 1}", "1:2 expected a name in double quotes, got a single quote '; JSON takes double quotes only"],
    ['{a: 1}', '1:2 expected a name in double quotes, got the bare word a'],
    ['{"a": True}', '1:7 expected a value, got the bare word True'],
    ['{"a" 1}', '1:6 expected : behind "a", got "1"'],
    ['{"a": "one\ntwo"}', '1:11 the line ends inside a string; write \\n for a line break'],
    ['{"a": "one', '1:11 the text ends inside a string; its closing " is missing'],
    ['{"a": "\\d"}', '1:8 \\d is no escape of JSON; a backslash itself is written \\\\'],
    ['{"a": "\t"}', '1:8 a string has the control character U+0009; write it as an escape'],
    ['{"a": 1,\n "a": 2}', '2:2 the object has two members "a"'],
    [
      '{"a": "\\udc00"}',
      '1:7 the text has half of a surrogate pair (\\ud800 to \\udfff), which no file can hold',
    ],
    ['{"a": 1}\nDone!', '2:1 the JSON is complete, and the bare word Done follows it'],
    ['[1 2]', '1:4 expected , or ], got "2"'],
    ['', '1:1 expected a value, got the end of the text'],
  ] as const;
  for (const [text, problem] of said) assert.equal(problemOf(text), problem);
});

test('names of the prototype are names like others', () => {
  const read = readJsonText('{"__proto__": {"polluted": 1}, "constructor": 2, "toString": 3}');
  assert.ok(read.kind === 'data' && read.data.kind === 'object');
  assert.deepEqual([...read.data.members.keys()], ['__proto__', 'constructor', 'toString']);
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
});

test('depth and width are bounded: 100,000 brackets are refused, a million members are read, both at once', () => {
  const began = process.cpuUsage();
  for (const open of ['[', '{"a":'])
    assert.match(problemOf(open.repeat(100_000)), /nested more than 64 levels deep/);
  const wide = `{${Array.from({ length: 1_000_000 }, (_, n) => `"${n.toString(36)}":0`).join(',')}}`;
  assert.equal(readJsonText(wide).kind, 'data');
  assert.ok(process.cpuUsage(began).user < 20_000_000);
});
