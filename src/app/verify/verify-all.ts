import type { Sha256 } from '../../core/digest.ts';
import type { Needs } from '../needs.ts';
import { tryVerifyWorkspace, type Unverified } from './try-verify-workspace.ts';
import { beginMark, readMark } from './verified-up-to.ts';
import type { VerifyOptions, VerifyReport } from './verify-workspace.ts';
import { Witness } from './witness.ts';

export interface VerifyAllOptions {
  readonly replay: 'each' | 'none';
  /** Landings before it are believed; `new` stands for those that were verified before. */
  readonly since: number | 'new';
  readonly pinned: Sha256 | null;
  readonly progress: VerifyOptions['progress'];
}

type AllNeeds = Parameters<typeof tryVerifyWorkspace>[0] &
  Parameters<typeof Witness.with>[0] &
  Pick<Needs, 'chains'>;

/**
 * Everything about a workspace: ledger, chain, branch, and the signed evidence of each landing. Where nothing is wrong it is
 * remembered up to where, so that the next time only what is new has to be looked at, and what was not attested yet.
 */
export async function verifyAllOf(
  needs: AllNeeds,
  workspace: string,
  { replay, since, pinned, progress }: VerifyAllOptions,
): Promise<VerifyReport | Unverified> {
  const mark = since === 'new' ? await readMark(needs, workspace) : { from: since, problems: [] };
  const next = await beginMark(needs, workspace);
  const witness = await Witness.with(needs, { from: mark.from, pinned });
  const options = { replay: replay === 'none' ? replay : { from: mark.from }, progress, witness };
  const report = await tryVerifyWorkspace(needs, workspace, options);
  if ('unverified' in report) return report;
  const problems = [...mark.problems, ...report.problems];
  const whole = { ...report, ok: problems.length === 0, problems };
  const isComplete = replay === 'each' && (since === 'new' || since === 1);
  if (whole.ok && isComplete) await next.keep(Math.min(whole.landed, witness.completeUpTo));
  return whole;
}
