import { GhostError } from '../../core/errors.ts';
import type { Holding } from '../holding.ts';
import { type AttestNeeds, attestLandings } from './attest-landings.ts';
import { type LogNeeds, writeLog } from './write-log.ts';

const FENCED = 'somebody else holds the line, and completes it';

/**
 * The evidence of all that landed, signed, kept and in the log, for a holder that gives its line back. What keeps it from being
 * made is told in words, null where nothing does: what landed has landed, and the next holder tries again.
 */
export async function settleEvidence(
  needs: AttestNeeds & LogNeeds,
  holding: Holding,
): Promise<string | null> {
  try {
    let outcome = await attestLandings(needs, holding, null);
    // Each turn means that somebody else moved a patch; none moves for ever.
    while (outcome.kind === 'superseded') outcome = await attestLandings(needs, holding, null);
    if (outcome.kind === 'fenced') return FENCED;
    const written = await writeLog(needs, holding, (outcome.debt.last?.leaf ?? -1) + 1);
    if (written.kind === 'fenced') return FENCED;
    return written.kind === 'trouble' ? written.problem : null;
  } catch (error) {
    return error instanceof GhostError ? `${error.message} ${error.hint}` : String(error);
  }
}
