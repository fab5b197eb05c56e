import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CheckRun, printChecks, printOutputs } from '../../src/cli/check-log.ts';
import { type Print, printer } from '../../src/cli/print.ts';

function run(source: CheckRun['verdict']['source'], verdict: CheckRun['verdict']['verdict']): CheckRun {
  const ending = { exitCode: verdict === 'pass' ? 0 : 1, signal: null, detail: null };
  const side = source === undefined ? {} : { source };
  return {
    attempt: 1,
    verdict: { check: 'test', ...side, verdict, ...ending, durationMs: 7, isolation: 2 },
    output: `${verdict}ed\n`,
  };
}

const LOG = [run('policy', 'pass'), run('workspace', 'pass'), run('patch', 'fail'), run(undefined, 'pass')];

function printed(tell: (print: Print) => void): string {
  let text = '';
  const stream = {
    write(part: string) {
      text += part;
    },
  };
  tell(printer({ stdout: stream, stderr: stream } as never, false));
  return text;
}

describe('what the checks of a patch found, on a terminal', () => {
  it('tells who asked for each, also where sides use one name', () => {
    const rows = printed((print) => printChecks(print, LOG))
      .trimEnd()
      .split('\n');
    assert.deepEqual(
      rows.map((row) => row.split(/ {2,}/).slice(1, 4)),
      [
        ['check', 'asked by', 'verdict'],
        ['test', 'policy', 'pass'],
        ['test', 'workspace', 'pass'],
        ['test', 'patch', 'fail'],
        ['test', 'not recorded', 'pass'],
      ],
    );
  });

  it('tells so above what each printed', () => {
    assert.deepEqual(
      printed((print) => printOutputs(print, { checks: LOG }))
        .split('\n')
        .filter((line) => line.startsWith('==')),
      [
        '== attempt 1, test (policy): pass, exit code 0, 7 ms',
        '== attempt 1, test (workspace): pass, exit code 0, 7 ms',
        '== attempt 1, test (patch): fail, exit code 1, 7 ms',
        '== attempt 1, test: pass, exit code 0, 7 ms',
      ],
    );
  });
});
