import { GhostError } from '../../core/errors.ts';
import type { Holding } from '../holding.ts';
import { type AttestNeeds, attestLandings } from './attest-landings.ts';
import { type LogNeeds, writeLog } from './write-log.ts';

/**
 * The evidence of all that landed, signed, kept and in the log, for a holder that gives its line back. What keeps it from being
 * made is told in words, null where nothing does: what landed has landed, and the next holder tries again.
 */
export async function settleEvidence(
  needs: AttestNeeds & LogNeeds,
  holding: Holding,
): Promise<string | null> {
  try {
    const outcome = await attestLandings(needs, holding, null);
    if (outcome.kind !== 'attested') return null;
    const written = await writeLog(needs, holding, (outcome.debt.last?.leaf ?? -1) + 1);
    return written.kind === 'trouble' ? written.problem : null;
  } catch (error) {
    return error instanceof GhostError ? `${error.message} ${error.hint}` : String(error);
  }
}
