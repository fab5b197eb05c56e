import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { utf8 } from '../../../../src/core/change/bytes.ts';
import { RULES_ORIGIN, SECRET_RULES } from '../../../../src/core/gate/secrets/rules.ts';
import {
  type FoundSecret,
  isScanned,
  type ScanRules,
  secretFiles,
  secretsIn,
} from '../../../../src/core/gate/secrets/scan.ts';
import { sampleOf, seeded } from './sample.ts';

const SEED = 20_260_722;
const NO_RULES: ScanRules = { without: new Set<string>(), comments: [] };

function scan(text: string, path = 'src/a.ts', rules = NO_RULES): readonly FoundSecret[] {
  const lines = text.split('\n').map((line, at) => ({ line: at + 1, text: utf8(line) }));
  const run = secretsIn({ path, lines }, rules);
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
  }
}

const AWS = ['AKIA', 'Z7VRSQ5TJN2XMPLQ'].join('');

describe('secrets in new text', () => {
  it('all rules of gitleaks are there, and compiled', () => {
    assert.equal(SECRET_RULES.rules.length, 222);
    assert.match(RULES_ORIGIN.commit, /^[0-9a-f]{40}$/);
    assert.ok(SECRET_RULES.rules.every(({ pattern, path }) => pattern !== null || path !== null));
  });

  it(`a sample made from each rule is found by it, seed ${SEED}`, () => {
    const random = seeded(SEED);
    const missed = SECRET_RULES.rules
      .filter(({ pattern }) => pattern !== null)
      .filter((rule) => !isFoundOnce(rule, random))
      .map(({ id }) => id);
    assert.deepEqual(missed, []);
  });

  it('nothing is found where nothing is', () => {
    const texts = ['const token = readToken();', 'password: ${{ secrets.PASSWORD }}', 'key = "changeme"', ''];
    for (const text of texts) assert.deepEqual(scan(text), [], text);
  });

  it('a secret is told by rule and line, and by two characters of it at most', () => {
    const [found] = scan(`one\ntwo\nconst id = "${AWS}";`);
    assert.equal(found?.rule, 'aws-access-token');
    assert.equal(found?.line, 3);
    assert.equal(found?.shown, 'AK…');
    const random = seeded(SEED);
    for (const { pattern, path } of SECRET_RULES.rules) {
      const text = pattern === null ? '' : sampleOf(pattern, random);
      for (const { shown } of scan(text, fileFor(path))) assert.match(shown, /^[\s\S]{0,2}…$/u);
    }
  });

  it('a key of several lines is found, also where a window of the text ends', () => {
    const key = [
      '-----BEGIN RSA PRIVATE KEY-----',
      ...Array(20).fill('MIIEpAIBAAKCAQEA7b0x'),
      '-----END RSA PRIVATE KEY-----',
    ];
    for (const before of [0, 1600, 1630, 1638, 1700]) {
      const text = [...Array(before).fill('a line of 19 letters'), ...key].join('\n');
      assert.deepEqual(
        scan(text).map(({ rule, line }) => [rule, line]),
        [['private-key', before + 1]],
      );
    }
  });

  it('a secret in a line of a megabyte is found once', () => {
    const text = `${'x '.repeat(300_000)}"${AWS}" ${'y '.repeat(200_000)}`;
    assert.deepEqual(
      scan(text).map(({ rule, line }) => [rule, line]),
      [['aws-access-token', 1]],
    );
  });

  it('lines that do not follow each other are not read as one', () => {
    const lines = [
      { line: 3, text: 'password =' },
      { line: 90, text: '"q8Zr41vWx0Lm2NpT"' },
    ];
    const run = secretsIn({ path: 'a.ts', lines }, NO_RULES);
    for (let step = run.next(); ; step = run.next()) {
      if (step.done) return assert.deepEqual(step.value, []);
    }
  });

  it('a comment lets a line pass only where comments are heeded, and a rule can be left out', () => {
    const line = `id = "${AWS}" # ghost:allow-secret`;
    assert.equal(scan(line).length, 1);
    assert.deepEqual(scan(line, 'a.py', { ...NO_RULES, comments: ['ghost:allow-secret'] }), []);
    assert.deepEqual(scan(line, 'a.py', { ...NO_RULES, without: new Set(['aws-access-token']) }), []);
  });

  it('lock files are not looked into, and some names tell by themselves', () => {
    assert.equal(isScanned('web/package-lock.json'), false);
    assert.equal(isScanned('web/package.json'), true);
    assert.deepEqual(
      [...secretFiles('certs/site.p12')].map(({ id }) => id),
      ['pkcs12-file'],
    );
  });
});

function fileFor(path: RegExp | null): string {
  return (
    ['src/a.ts', 'a.php', 'a.tf', 'a.yaml', 'nuget.config'].find(
      (name) => path === null || path.test(name),
    ) ?? ''
  );
}

/** Chance can make a sample of low entropy, or one with a word that is allowed. */
function isFoundOnce(rule: (typeof SECRET_RULES.rules)[number], random: () => number): boolean {
  const { pattern, id, keywords, path } = rule;
  if (pattern === null) return false;
  for (let time = 0; time < 60; time++) {
    const text = `${keywords.join(' ')}\n\n\n\n\n\n\n${sampleOf(pattern, random)}`;
    if (scan(text, fileFor(path)).some(({ rule: by }) => by === id)) return true;
  }
  return false;
}
