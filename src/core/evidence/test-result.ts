import type { Verdict } from '../gate/verdict.ts';
import type { PatchEvent } from '../patch/transition.ts';
import { STATEMENT, type Statement, type Subject } from './statement.ts';

/** The standard predicate, for whoever knows nothing of ours. */
const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';

type Checked = Extract<PatchEvent, { type: 'checked' }>;

/** A statement for each check that passed on the landed tree; none where the gate was waived. */
export function testResults(checked: Checked | null, subject: readonly Subject[]): readonly Statement[] {
  if (checked === null) return [];
  const { gate, verdicts } = checked;
  return verdicts.map((verdict) => ({
    _type: STATEMENT,
    subject,
    predicateType: TEST_RESULT,
    predicate: {
      result: resultOf(verdict),
      configuration: [{ name: 'gate', digest: { sha256: gate } }],
      ...namesBy(verdict),
    },
  }));
}

type Result = 'PASSED' | 'WARNED' | 'FAILED';

/** A pass that was not one at first, or that a person accepted, is told with a warning. */
function resultOf({ verdict, earlier = [], approval }: Verdict): Result {
  if (verdict !== 'pass') return 'FAILED';
  return earlier.length > 0 || approval !== undefined ? 'WARNED' : 'PASSED';
}

function namesBy(verdict: Verdict) {
  const result = resultOf(verdict);
  const named = (as: Result) => (as === result ? [verdict.check] : []);
  return { passedTests: named('PASSED'), warnedTests: named('WARNED'), failedTests: named('FAILED') };
}
