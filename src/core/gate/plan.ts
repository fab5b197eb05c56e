import { legible } from '../change/bytes.ts';
import type { Path } from '../git.ts';
import { matchesGlob } from '../glob.ts';
import type { Check, CheckSource } from './check.ts';

/** What of a gate is run for one patch, and in which order. */
export interface GatePlan {
  /** One after the other; the checks of one side by side. */
  readonly stages: readonly (readonly Check[])[];
  readonly skipped: readonly SkippedCheck[];
}

/** A check that this patch was not asked to pass. It is no verdict, and never a pass. */
export interface SkippedCheck {
  readonly check: string;
  readonly source: CheckSource;
  readonly why: string;
}

/**
 * Leaves out checks for paths that the patch does not touch, but for those that another one needs which is run: a need that
 * was skipped has not passed.
 */
export function planGate(checks: readonly Check[], touched: readonly Path[]): GatePlan {
  const asked = checks.filter((check) => isAsked(check, touched.map(legible)));
  const run = withNeeds(checks, asked);
  return {
    stages: stagesOf(checks.filter((check) => run.has(check))),
    skipped: checks
      .filter((check) => !run.has(check))
      .map(({ name: check, source, paths }) => ({
        check,
        source,
        why: `no path that ${paths.join(', ')} matches is touched`,
      })),
  };
}

/** Checks that a patch brought do not make a gate: where nothing else is run, nothing was asked of it. */
export function runsOwnChecks({ stages }: GatePlan): boolean {
  return stages.some((stage) => stage.some(({ source }) => source !== 'patch'));
}

function isAsked({ paths }: Check, touched: readonly string[]): boolean {
  return paths.length === 0 || touched.some((path) => paths.some((glob) => matchesGlob(glob, path)));
}

function withNeeds(checks: readonly Check[], asked: readonly Check[]): ReadonlySet<Check> {
  const run = new Set(asked);
  // A set tells also what is added while it is gone through.
  for (const { needs, source } of run)
    for (const other of checks) if (other.source === source && needs.includes(other.name)) run.add(other);
  return run;
}

function stagesOf(checks: readonly Check[]): readonly (readonly Check[])[] {
  const stages: Check[][] = [];
  for (const check of checks) {
    const last = stages.at(-1);
    const first = last?.[0];
    if (last && first?.source === check.source && first.stage === check.stage) last.push(check);
    else stages.push([check]);
  }
  return stages;
}
