import type { Check } from './check.ts';
import type { BaseRun, EarlierRun, Verdict } from './verdict.ts';

/**
 * Whether a failure could be the base's own, and the base is to be asked. Of the other kinds only pages look at a tree, and
 * they look at both by themselves; what a patch brought is made for the tree with the patch.
 */
export function isBaseAsked({ task, source }: Check, { verdict }: Verdict): boolean {
  return verdict === 'fail' && task.kind === 'command' && source !== 'patch';
}

/** What is kept of the run on the base. */
export function baseRunOf(verdict: Verdict): BaseRun {
  return { verdict: verdict.verdict, ...factsOf(verdict) };
}

/** What is kept of a run that was followed by another. A pass is followed by none. */
export function earlierRunOf(verdict: Verdict): EarlierRun {
  if (verdict.verdict === 'pass') throw new TypeError(`${verdict.check} passed and was run again`);
  return { verdict: verdict.verdict, ...factsOf(verdict) };
}

/** Whether the check fails without the patch too, so that the patch is not to blame. */
export function isBaseToBlame({ verdict, base }: Verdict): boolean {
  return verdict === 'fail' && base?.verdict === 'fail';
}

function factsOf({ startedAt, durationMs, exitCode, signal, detail, output }: Verdict) {
  return { startedAt, durationMs, exitCode, signal, detail, output };
}
