import type { Check } from './check.ts';
import { environmentNames } from './tasks/command.ts';
import type { IsolationLevel, Served, Verdict } from './verdict.ts';

/** Checks of one gate that passed before on one tree, by source and name. */
export type KnownPasses = ReadonlyMap<string, KnownPass>;

interface KnownPass {
  readonly verdict: Verdict;
  readonly served: Served;
}

export const NOTHING_KNOWN: KnownPasses = new Map();

/** Programs of this machine may have changed since: a day is what one who repeats a patch needs. */
const BELIEVED_MS = 24 * 3_600_000;
/** What a sandbox adds to the variables of a command. */
const SET_BY_SANDBOX: ReadonlySet<string> = new Set(['PATH', 'HOME', 'TMPDIR', 'LANG']);

/** A gate as it was run, told by an entry of the ledger. */
export interface GateRun {
  readonly verdicts: readonly Verdict[];
  readonly served: Served;
}

/** What of a run may be served again. Of a gate that did not pass as a whole it is nothing. */
export function passesOf({ verdicts, served }: GateRun): KnownPasses {
  if (verdicts.some(({ verdict }) => verdict !== 'pass')) return NOTHING_KNOWN;
  return new Map(
    verdicts
      .filter((verdict) => verdict.served === undefined)
      .map((verdict) => [keyOf(verdict.check, verdict.source), { verdict, served }]),
  );
}

/** Whether its answer follows from the tree alone, so that it would be the same again. */
function isReusable({ task }: Check): boolean {
  return task.kind === 'command' && task.network === undefined && task.secrets === undefined;
}

/** Whether all of what could be served of this run was run for it: then it is worth pointing to. */
export function isWhole(checks: readonly Check[], verdicts: readonly Verdict[]): boolean {
  const reusable = checks.filter(isReusable);
  return (
    reusable.length > 0 && verdicts.every(({ verdict, served }) => verdict === 'pass' && served === undefined)
  );
}

/** The pass of a check that counts now, or null. One that came after a failure counts for the patch it was run for alone. */
export function reusedPass(
  check: Check,
  known: KnownPasses,
  now: { readonly at: number; readonly level: IsolationLevel },
): KnownPass | null {
  const found = known.get(keyOf(check.name, check.source));
  if (!found || !isReusable(check)) return null;
  const { verdict, served } = found;
  const isRecent = now.at - served.at < BELIEVED_MS && served.at <= now.at;
  const isPlain = verdict.earlier === undefined && verdict.isolation === now.level;
  const isSame = hasSameNames(check, verdict) && !lackedPackages(verdict);
  return isRecent && isPlain && isSame ? found : null;
}

function hasSameNames({ task }: Check, { environment }: Verdict): boolean {
  if (task.kind !== 'command') return false;
  const told = new Set(environment.filter((name) => !SET_BY_SANDBOX.has(name)));
  const asked = environmentNames(task);
  return told.size === asked.length && asked.every((name) => told.has(name));
}

/** What the tree asks for may be there by now. */
function lackedPackages({ facts }: Verdict): boolean {
  const { packages } = (facts ?? {}) as { readonly packages?: { readonly missing?: string } };
  return packages?.missing !== undefined;
}

/** By what a check of one gate is known: two sources may have one of the same name. */
export function keyOf(check: string, source = ''): string {
  return `${source} ${check}`;
}
