import { fail } from '../../../core/errors.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Mongo } from '../connection.ts';
import { failureOf, unavailable, wordsOf } from '../problems.ts';
import { type Decision, storedDecision } from './decision.ts';

const AGAIN_AFTER_MS = 50;

/**
 * Inserts a decision under its number: `decided` where it stands there, `lost` where another does. Without an answer its
 * number is read again, and where nothing is there the same document is sent again, never another one.
 * @throws GhostError ledger_unavailable: it was not and will not be stored; ledger_unknown: nobody knows
 */
export async function insertDecision(mongo: Mongo, decision: Decision): Promise<'decided' | 'lost'> {
  const deadline = systemClock.monotonic() + mongo.patience.fateMs;
  let mayBeThere = false;
  for (;;) {
    const failed = await attempt(() =>
      mongo.decisions.insertOne(storedDecision(decision), mongo.strict.write),
    );
    if (failed === null) return 'decided';
    const failure = failureOf(failed.error);
    if (!mayBeThere && (failure === 'unsent' || failure === 'refused')) throw unavailable(failed.error);
    mayBeThere ||= failure === 'unknown';
    const stored = await storedUnder(mongo, decision._id);
    if (stored !== null) return stored === decision.nonce ? 'decided' : 'lost';
    if (systemClock.monotonic() > deadline) {
      throw fail('ledger_unknown', { problem: wordsOf(failed.error) }, { cause: failed.error });
    }
    await systemClock.sleep(AGAIN_AFTER_MS);
  }
}

async function attempt(run: () => Promise<unknown>): Promise<{ readonly error: unknown } | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return { error };
  }
}

/** The nonce of the decision that a majority has under this number; null where there is none, or no answer. */
async function storedUnder({ decisions, strict }: Mongo, n: number): Promise<string | null> {
  try {
    const found = await decisions.findOne({ _id: n }, { ...strict.read, projection: { nonce: 1 } });
    return found?.nonce ?? null;
  } catch {
    return null;
  }
}
