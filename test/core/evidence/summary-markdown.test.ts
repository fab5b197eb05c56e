import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../../src/core/digest.ts';
import { type Summary, summarise } from '../../../src/core/evidence/summary.ts';
import { summaryMarkdown } from '../../../src/core/evidence/summary-markdown.ts';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import type { RepairRequest } from '../../../src/core/patch/repair-request.ts';
import { aPatch } from '../../world/patches.ts';

const verdict: Verdict = {
  check: 'unit',
  verdict: 'fail',
  argv: ['npm', 'test'],
  environment: ['PATH'],
  isolation: 2,
  startedAt: 0,
  durationMs: 7,
  exitCode: 1,
  signal: null,
  detail: null,
  output: { sha256: sha256('o'), bytes: 1, truncated: false, tail: 'not ok 1\n' },
};

function aSummary(more: Partial<Summary> = {}): Summary {
  return { ...summarise(aPatch(), [], null), ...more };
}

const landing = {
  base: 'b',
  commit: 'c'.repeat(40),
  tree: 't',
  landingSeq: 1,
  token: 1,
  worktree: 'none',
  readBack: null,
  signedBy: null,
  attested: null,
  takenOff: null,
};

const REQUEST: RepairRequest = {
  version: 1,
  ...{ patch: null, workspace: 'main', base: null, round: 0, roundsLeft: 5, format: null },
  ...{ faults: [], files: [], text: '' },
};

const NOTHING_LEFT_OUT = { skipped: [], weakened: [] } as const;

describe('a summary for people', () => {
  it('names who approved what landed, and whose approval was for something else', () => {
    const approval = { at: 'then', base: 'b'.repeat(40), effect: 'e' };
    const text = summaryMarkdown(
      aSummary({
        approvals: [
          { ...approval, by: 'ada', isOfLanding: true },
          { ...approval, by: 'bob', isOfLanding: false },
        ],
      }),
    );
    assert.match(
      text,
      /## Approvals\n\n- `ada` at then, on `b{12}`\n- `bob` at then, on `b{12}`, for something else than what landed\n/,
    );
  });

  it('shows what a failing check printed', () => {
    const text = summaryMarkdown(
      aSummary({
        gates: [
          { attempt: 1, tree: 't', fingerprint: 'f', fits: [], ...NOTHING_LEFT_OUT, verdicts: [verdict] },
        ],
      }),
    );
    assert.match(text, /\*\*fail\*\* `unit`: `npm test`, exit code 1, 7 ms, isolation level 2/);
    assert.match(text, /```text\nnot ok 1\n```/);
  });

  it('claims a gated tree only where a check ran', () => {
    const gated = aSummary({
      landing,
      gates: [
        {
          attempt: 1,
          tree: 't',
          fingerprint: 'f',
          fits: [],
          ...NOTHING_LEFT_OUT,
          verdicts: [{ ...verdict, verdict: 'pass' }],
        },
      ],
    });
    assert.match(summaryMarkdown(gated), /Tree, gated and read back/);
    const waived = summaryMarkdown(
      aSummary({
        landing,
        gates: [
          { attempt: 1, tree: 't', fingerprint: 'waived', fits: [], ...NOTHING_LEFT_OUT, verdicts: [] },
        ],
      }),
    );
    assert.doesNotMatch(waived, /gated/);
    assert.match(waived, /\*\*Waived\*\*: no check was run/);
  });

  it('tells which files were not placed byte by byte', () => {
    const fits = [
      { path: 'a.ts', fit: 'exact' },
      { path: 'b.ts', fit: 'three-way' },
    ];
    const gates = [
      { attempt: 1, tree: 't', fingerprint: 'f', fits, ...NOTHING_LEFT_OUT, verdicts: [verdict] },
    ];
    assert.match(
      summaryMarkdown(aSummary({ gates })),
      /On tree `t`\. Not placed byte by byte: `b\.ts` \(three-way\)\./,
    );
  });

  it('asks for a repair in the words of the request, fenced', () => {
    const text = summaryMarkdown(
      aSummary({
        repair: { ...REQUEST, round: 1, roundsLeft: 4, text: 'Nothing fits.\n```\nSend it again.' },
      }),
    );
    assert.match(
      text,
      /## To repair \(1 before, 4 left\)\n\n````text\nNothing fits\.\n```\nSend it again\.\n````/,
    );
  });

  it('keeps what came from outside inside its quotes', () => {
    const summary = aSummary();
    const text = summaryMarkdown({
      ...summary,
      patch: { ...summary.patch, title: 'x` | <b>bold</b>\n## Heading ``y``' },
    });
    assert.deepEqual(
      text.split('\n').filter((line) => line.startsWith('## Heading')),
      [],
    );
    assert.match(text, /\| Title \| ``` x` ¦ <b>bold<\/b> ## Heading ``y`` ``` \|/);
  });

  it('fences an output that holds fences of its own', () => {
    const output = { ...verdict.output, tail: '```\nout of the fence\n' };
    const text = summaryMarkdown(
      aSummary({
        gates: [
          {
            attempt: 1,
            tree: 't',
            fingerprint: 'f',
            fits: [],
            ...NOTHING_LEFT_OUT,
            verdicts: [{ ...verdict, output }],
          },
        ],
      }),
    );
    assert.match(text, /````text\n```\nout of the fence\n````/);
  });
});
