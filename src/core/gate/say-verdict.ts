import type { EarlierRun, Verdict } from './verdict.ts';

/** How a run ended, in a few words: `exit code 1`. */
export function sayEnding({
  detail,
  signal,
  exitCode,
}: Pick<EarlierRun, 'detail' | 'signal' | 'exitCode'>): string {
  return detail ?? (signal === null ? `exit code ${exitCode}` : `signal ${signal}`);
}

/** What a verdict does not say by itself: that it took several runs, that none was needed now, and how the base fares. */
export function sayCircumstances({
  verdict,
  earlier = [],
  served,
  base,
}: Pick<Verdict, 'verdict' | 'earlier' | 'served' | 'base'>): readonly string[] {
  const runs = earlier.map((run) => `${run.verdict} (${sayEnding(run)})`).join(', ');
  return [
    ...(earlier.length === 0 ? [] : [`run ${earlier.length + 1} times: ${runs}, then ${verdict}`]),
    ...(served === undefined
      ? []
      : [
          `not run again: it passed on this tree for ${served.patch} at ${new Date(served.at).toISOString()}`,
        ]),
    ...(base === undefined ? [] : [SAYS_OF_BASE[base.verdict]]),
  ];
}

const SAYS_OF_BASE = {
  pass: 'it passes on the base, without the patch',
  fail: 'it fails on the base too, without the patch',
  error: 'on the base, without the patch, it could not be run',
} as const;
