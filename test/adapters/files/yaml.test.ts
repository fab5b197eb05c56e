import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { yamlReader } from '../../../src/adapters/files/yaml.ts';

const REFUSED: readonly (readonly [what: string, text: string, says: RegExp])[] = [
  ['a key twice', 'checks: []\nchecks: []\n', /ghost\.yml, line 2, column 1: .*unique/],
  ['an open bracket', 'checks: [a\n', /ghost\.yml, line \d+, column \d+: /],
  ['a tab as indent', 'checks:\n\t- a\n', /line 2, column 1/],
  ['an unknown tag', 'checks: !ghost/run x\n', /line 1, column 9: /],
  ['several documents', 'a: 1\n---\nb: 2\n', /ghost\.yml, /],
  ['an alias without an anchor', 'a: *b\n', /ghost\.yml, /],
  ['an alias bomb', bomb(), /alias/i],
];

describe('yamlReader', () => {
  it('gives plain data', () => {
    const text = 'checks:\n  - name: test # comment\n    run: [npm, test]\n    timeout: 5m\n';
    assert.deepEqual(yamlReader.read(text, 'ghost.yml'), {
      checks: [{ name: 'test', run: ['npm', 'test'], timeout: '5m' }],
    });
  });

  it('takes yes and no for text, as YAML 1.2 does', () => {
    assert.deepEqual(yamlReader.read('[yes, no, on, off]', 'ghost.yml'), ['yes', 'no', 'on', 'off']);
  });

  it('gives null for an empty file', () => assert.equal(yamlReader.read('# nothing\n', 'ghost.yml'), null));

  it('does not reach the prototype', () => {
    const read = yamlReader.read('__proto__:\n  polluted: true\n', 'ghost.yml');
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
    assert.ok(!('polluted' in {}));
  });

  it('refuses a file that would take minutes, at once', () => {
    const keys = Array.from({ length: 60_000 }, (_, key) => `k${key}: 1`).join('\n');
    const began = performance.now();
    assert.throws(() => yamlReader.read(keys, 'ghost.yml'), {
      code: 'gate_file_invalid',
      message: /characters/,
    });
    assert.ok(performance.now() - began < 1_000);
  });

  for (const [what, text, says] of REFUSED) {
    it(`refuses ${what}, with its place`, () => {
      assert.throws(() => yamlReader.read(text, 'ghost.yml'), { code: 'gate_file_invalid', message: says });
    });
  }
});

function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level += 1)
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
}
