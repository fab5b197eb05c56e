import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CheckCommand } from '../../../src/core/gate/tasks/command.ts';
import { whyVacuous } from '../../../src/core/gate/vacuous.ts';

const VACUOUS: readonly (readonly [script: string, why: RegExp])[] = [
  ['', /empty/],
  ['  # only a comment\n', /empty/],
  ['true', /`true` never fails/],
  [':', /`:` never fails/],
  ['exit 0', /`exit 0` never fails/],
  ['echo all good', /`echo` never fails/],
  ['echo "built at $(date)"', /`echo` never fails/],
  ['printf "%s\\n" ok', /`printf`/],
  ['/bin/true', /never fails/],
  ['command true', /never fails/],
  ['npm test || true', /`\|\| true` hides every failure/],
  ['npm test || :', /`\|\| :` hides/],
  ['npm test || echo failed', /`\|\| echo` hides/],
  ['npm test || exit 0', /`\|\| exit 0` hides/],
  ['npm test && npm run lint || true', /hides/],
  ['npm test | tee log || true', /hides/],
  ['npm test ||\n  true', /hides/],
  ['(npm test && make) || true', /hides/],
  ['if npm test; then make; fi || true', /hides/],
  ['npm test; exit 0', /there to hide a failure/],
  ['npm test; true', /there to hide a failure/],
  ['npm test &', /nobody waits/],
  ['set +e; npm test; echo done', /whatever happened before/],
  ['set +e\nnpm test\nexit 0', /whatever happened before/],
  ['exit 0\nnpm test', /.+/],
  ['echo start\necho end', /whatever happened before/],
  ["bash -c 'npm test || true'", /.+/],
  ['true > /dev/null 2>&1', /never fails/],
  ['! grep -rn TODO src\necho checked', /.+/],
  ['true;', /`true` never fails/],
  ['jest --passWithNoTests', /`--passWithNoTests` lets it pass with no test at all/],
  ['npx vitest run --passWithNoTests=true src', /lets it pass with no test/],
  ['npm test -- --passWithNoTests', /lets it pass with no test/],
  ['npm run lint && npx mocha --pass-with-no-tests', /lets it pass with no test/],
  ['CI=1 npx playwright test --pass-with-no-tests | tee log', /lets it pass with no test/],
  ['mocha --pass-on-failing-test-suite', /lets tests fail/],
  ['ctest --no-tests=ignore', /`--no-tests=ignore`/],
  ['pytest -k fast || [ $? -eq 5 ]', /`\|\| \[ \$\? -eq 5 \]` lets it pass/],
  ['python -m pytest tests || test $? = 5', /lets it pass with no test/],
  ["go test ./... -run '^$'", /`-run '\^\$'` names no test/],
  ['go test -run=NONE ./...', /names no test/],
  ["trap 'exit 0' EXIT; npm test", /`trap .*` hides every failure/],
  ["trap 'rm -rf tmp; exit 0' EXIT\nnpm test", /hides every failure/],
  ["trap 'exit 0' ERR\nnpm test", /hides every failure/],
  ["node -e ''", /`node` never fails|does nothing/],
  ["node -e '// nothing yet' || exit 0", /.+/],
  ["python3 -c 'pass'", /.+/],
  ["npm test || node -e ''", /hides every failure/],
];

const REAL = [
  'jest --passWithNoTests=false',
  "grep -q -- 'jest --passWithNoTests' package.json",
  'pytest || [ $? -eq 1 ]',
  'diff a b || [ $? -eq 5 ]',
  "go test -run '^$' -bench . ./...",
  "go test -run '^TestFast$' ./...",
  "trap 'rm -rf tmp' EXIT; npm test",
  "trap 'exit 1' ERR; npm test",
  "trap 'exit 0' TERM; npm test",
  "node -e 'process.exit(1)'",
  "python3 -c 'import package'",
  'node --print "require(\'./x\')"',
  'npm test',
  'make check',
  'grep -q x file',
  'test -f README.md',
  'echo hi && npm test',
  'echo start; npm test',
  'npm test && echo ok',
  'npm test\nexit 0',
  'npm test || exit 1',
  'npm test || { echo failed; exit 1; }',
  'npm test || (echo failed; false)',
  'npm test # || true',
  "grep -q '|| true' Makefile",
  'grep -q "; exit 0" Makefile',
  'node -e "process.exit(0 || true)"',
  '! grep -rn FIXME src',
  'set +e; npm test; code=$?; echo $code; exit $code',
  'set +e\nnpm test',
  'npm start & npm test',
  'if ! npm test; then echo no; exit 1; fi',
  'for f in *.sh; do bash -n "$f"; done',
  'case "$(uname)" in Linux) npm test ;; *) exit 1 ;; esac',
  '[[ -f a || true ]] && npm test',
  'echo "${CI:?must be set}"',
  'echo $UNSET_FAILS_UNDER_SET_U',
  ': < README.md',
  'check() { npm test; }; check',
  'cat <<EOF | grep -q x\n|| true\nEOF',
  "bash -c 'npm test'",
  'npm test "unterminated',
  'true; npm test',
  'true && npm test',
  'test "$(cat VERSION)" = 1.0 || false',
  '[ -f README.md ]',
  'echo x | grep -q x',
  'echo done; test "$A" || true; make',
];

const VACUOUS_ARGV = [
  ['true'],
  ['/usr/bin/true'],
  ['echo', 'hi'],
  ['bash', '-c', 'npm test || true'],
  ['sh', '-c', 'exit 0'],
  ['bash', '-euo', 'pipefail', '-c', 'npm test || true'],
  ['sh', '-c', 'npm test; true'],
  ['sh', '-c', 'npm test\necho done'],
  ['env', 'true'],
  ['node', '-e', ''],
  ['npx', 'jest', '--passWithNoTests'],
  ['perl', '-e', '# nothing'],
  ['go', 'test', './...', '-run', '^$'],
];

const REAL_ARGV = [
  ['npm', 'test'],
  ['bash', 'run-tests.sh'],
  ['sh', '-ec', 'npm test\necho done'],
  ['bash', '-c', 'npm test'],
  ['node', '--test', '|| true'],
  ['bash', '-c', 'exec "$@"', 'bash', 'true'],
];

describe('whyVacuous', () => {
  for (const [script, why] of VACUOUS) {
    it(`refuses ${JSON.stringify(script)}`, () => assert.match(reason({ kind: 'script', script }), why));
  }
  for (const script of REAL) {
    it(`takes ${JSON.stringify(script)}`, () => assert.equal(whyVacuous({ kind: 'script', script }), null));
  }
  for (const argv of VACUOUS_ARGV) {
    it(`refuses the argv ${JSON.stringify(argv)}`, () => assert.match(reason({ kind: 'argv', argv }), /.+/));
  }
  for (const argv of REAL_ARGV) {
    it(`takes the argv ${JSON.stringify(argv)}`, () =>
      assert.equal(whyVacuous({ kind: 'argv', argv }), null));
  }

  it('reads a hostile script of a megabyte in linear time', () => {
    for (const piece of ['((', '"$(', '{ ', "'", '|| true ', '$', '#\n', '[[ ', '\\']) {
      const script = piece.repeat(1_000_000 / piece.length);
      const start = performance.now();
      whyVacuous({ kind: 'script', script });
      assert.ok(performance.now() - start < 5000, `${JSON.stringify(piece)} took too long`);
    }
  });
});

function reason(command: CheckCommand): string {
  const why = whyVacuous(command);
  assert.ok(why !== null, 'it was taken');
  return why;
}
