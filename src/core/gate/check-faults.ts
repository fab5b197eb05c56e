import type { Fault } from '../change/fault.ts';
import type { PatchId } from '../patch/id.ts';
import { checkFault } from './check-fault.ts';
import { findingFault } from './inspect/finding.ts';
import { findingsOf } from './inspect/finding-facts.ts';
import type { Verdict } from './verdict.ts';

/** What a failed check has to tell the author: each thing that it found where it looked for faults, else how it ended. */
export function checkFaults(patch: PatchId, verdict: Verdict): readonly Fault[] {
  const findings = findingsOf(verdict);
  return findings.length === 0
    ? [checkFault(patch, verdict)]
    : findings.map((finding) => findingFault(verdict.check, finding));
}
