import type { Fault } from '../change/fault.ts';
import { faultOf } from '../change/fault-of.ts';
import type { Sha256 } from '../digest.ts';
import type { Lineage } from '../patch/patch.ts';
import type { Flag } from '../patch/terms.ts';
import type { Check } from './check.ts';
import type { Verdict } from './verdict.ts';

/*
 * What the flags of a patch ask of its gate, beyond what every patch has to pass. docs/flags.md tells all of them.
 */

/** These are about what is run now: a verdict from before would not be what they ask for. */
const FRESH: readonly Flag[] = ['enforceValidationGate', 'strictRuntimeAudit', 'forceRuntimeTrace'];

/** Whether every check has to be run, also where it passed on this tree before. */
export function wantsFreshRuns(flags: readonly Flag[]): boolean {
  return flags.some((flag) => FRESH.includes(flag));
}

/**
 * A revert may be what brings a dead service back: it is not asked whether services answer before it, as long as other checks
 * are left that can stop it.
 */
export function checksFor(lineage: Lineage | null, checks: readonly Check[]): readonly Check[] {
  if (lineage?.kind !== 'reverts') return checks;
  const others = checks.filter(({ task, source }) => task.kind !== 'http' && source !== 'patch');
  return others.length === 0 ? checks : checks.filter(({ task }) => task.kind !== 'http');
}

/** `requireServiceUptime` where no service is asked: what the author can do about it. */
export function serviceFault(flags: readonly Flag[], checks: readonly Check[]): Fault | null {
  if (!flags.includes('requireServiceUptime') || checks.some(({ task }) => task.kind === 'http')) return null;
  return faultOf('check_failed', {
    message:
      'The patch asks for requireServiceUptime, and no check of its gate asks a service whether it answers; expected one of the kind http.',
    hint: 'Add a check `{name: up, kind: http, url: http://localhost:3000/healthz, after: true}` to ghost.yml in a patch of its own, and have the policy grant its host; or send this patch without the flag.',
  });
}

/** What is missing of what the flags ask to be observed and recorded, in words; null where nothing is. */
export function whyUnproven(flags: readonly Flag[], verdicts: readonly Verdict[]): string | null {
  if (flags.includes('enforceValidationGate') && !verdicts.some(isFreshPass))
    return 'enforceValidationGate: no check that can fail was run on this tree and passed';
  if (flags.includes('strictRuntimeAudit')) {
    const missing = verdicts.length === 0 ? 'no check left a record' : verdicts.flatMap(missingRecords)[0];
    if (missing !== undefined) return `strictRuntimeAudit: ${missing}`;
  }
  if (flags.includes('requireServiceUptime') && !verdicts.some(answers))
    return 'requireServiceUptime: no service was asked and answered before the patch lands';
  const cut = flags.includes('forceRuntimeTrace')
    ? verdicts.find(({ output }) => output.truncated)
    : undefined;
  return cut === undefined
    ? null
    : `forceRuntimeTrace: check ${cut.check} printed more than can be kept, and some of it is left out`;
}

/** A pass that was observed now. What a patch brings itself is no gate. */
function isFreshPass({ verdict, served, source }: Verdict): boolean {
  return verdict === 'pass' && served === undefined && source !== 'patch';
}

function answers({ kind, verdict }: Verdict): boolean {
  return kind === 'http' && verdict === 'pass';
}

/** Every record that a run has to leave behind and did not. */
function missingRecords(verdict: Verdict): readonly string[] {
  const { check, kind, argv, environment, exitCode, signal, durationMs, detail, output } = verdict;
  const isCommand = kind === undefined;
  const records: readonly (readonly [string, boolean])[] = [
    ['source', verdict.source !== undefined],
    ['argv', !isCommand || argv.length > 0],
    ['environment', Array.isArray(environment)],
    ['exit code or signal', !isCommand || exitCode !== null || signal !== null],
    ['ending', isCommand || detail !== null],
    ['duration', Number.isFinite(durationMs) && durationMs >= 0],
    ['output digest', /^[0-9a-f]{64}$/.test(output.sha256)],
  ];
  return records.flatMap(([name, isThere]) =>
    isThere ? [] : [`check ${check} left no record of its ${name}`],
  );
}

/** Digests of all that the verdicts speak of, each with the check that left it. */
export function spokenOf(
  verdicts: readonly Verdict[],
): readonly (readonly [check: string, digest: Sha256])[] {
  return verdicts.flatMap(({ check, output, earlier = [], artifacts = [] }) => [
    [check, output.sha256] as const,
    ...earlier.map((run) => [check, run.output.sha256] as const),
    ...artifacts.map(({ sha256 }) => [check, sha256] as const),
  ]);
}
