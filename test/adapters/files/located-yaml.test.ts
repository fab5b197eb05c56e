import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLocatedYaml } from '../../../src/adapters/files/located-yaml.ts';
import type { Located } from '../../../src/core/change/formats/data/located.ts';

/** Each part with its lines: `1-2 {a: 1 "x"}`. */
function told(data: Located): string {
  const { firstLine, lastLine } = data.span;
  const lines = firstLine === lastLine ? `${firstLine}` : `${firstLine}-${lastLine}`;
  return `${lines} ${toldValue(data)}`;
}

function toldValue(data: Located): string {
  switch (data.kind) {
    case 'text':
      return JSON.stringify(data.text);
    case 'other':
      return String(data.value);
    case 'list':
      return `[${data.items.map(told).join(', ')}]`;
    case 'object':
      return `{${[...data.members].map(([name, one]) => `${name}: ${told(one)}`).join(', ')}}`;
  }
}

function reading(text: string): string {
  const read = readLocatedYaml(text);
  return read.kind === 'data' ? told(read.data) : `${read.line}:${read.column} ${read.problem}`;
}

test('every part knows its lines, a text of several lines all of them', () => {
  const text = 'a: 1 # one\nb:\n  - x\n  - c: |\n      l1\n      l2\n    d: "y"\n';
  assert.equal(reading(text), '1-7 {a: 1 1, b: 3-7 [3 "x", 4-7 {c: 4-6 "l1\\nl2\\n", d: 7 "y"}]}');
  assert.equal(reading(''), '1 null');
});

test('it is YAML 1.2: yes is a text, 0644 a number in decimal, << a key like others', () => {
  assert.equal(reading('[yes, 0644, 0o644, ~, "1"]'), '1 [1 "yes", 1 644, 1 420, 1 null, 1 "1"]');
  assert.equal(reading('<<: {a: 1}'), '1 {<<: 1 {a: 1 1}}');
  assert.equal(reading('x: &x [1]\ny: *x'), '1-2 {x: 1 [1 1], y: 1 [1 1]}');
});

test('what is no plain data is refused with line and column', () => {
  const said: readonly (readonly [text: string, says: RegExp])[] = [
    ['a: 1\nb: 2\na: 3', /^3:1 the key "a" stands here twice/],
    ['a: 1\n---\nb: 2', /^2:1 .*multiple documents/],
    ['a: !run x', /^1:4 Unresolved tag/],
    ['a:\n\t- b', /^2:1 Tabs/],
    ['a: [1', /^1:\d+ /],
    ['a: *b', /^1:4 the alias \*b has no anchor/],
    ['a: &a [*a]', /more than 20 aliases/],
    ['? [a]\n: 1', /^1:3 a key is no plain text/],
    ['a: "\\ud800"', /^1:4 .*surrogate/],
  ];
  for (const [text, says] of said) assert.match(reading(text), says, text);
});

test('aliases, depth and length are bounded, and what is refused is refused at once', () => {
  const bomb = [
    'a0: &a0 [x, x]',
    ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`),
  ];
  const began = process.cpuUsage();
  assert.match(reading(bomb.join('\n')), /more than 20 aliases/);
  assert.match(reading(`${'- '.repeat(100)}a`), /nested more than 64 levels deep/);
  assert.match(reading('['.repeat(60_000)), /nested more than 64 levels deep/);
  assert.match(reading(`a: ${'x'.repeat(70_000)}`), /has 70003 characters, and at most 65536 are read/);
  assert.match(reading('}'.repeat(60_000)), /^1:1 /);
  const keys = Array.from({ length: 6_000 }, (_, key) => `k${key}: 1`).join('\n');
  assert.match(reading(keys), /^1-6000 /);
  assert.ok(process.cpuUsage(began).user < 10_000_000);
});

test('keys of the prototype are keys like others', () => {
  assert.equal(reading('__proto__:\n  polluted: 1'), '1-2 {__proto__: 2 {polluted: 2 1}}');
  assert.ok(!('polluted' in {}));
});
