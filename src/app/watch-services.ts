import { GhostError } from '../core/errors.ts';
import { verdictsIn } from '../core/evidence/summary.ts';
import {
  type OwedService,
  owedServices,
  type TakenBack,
  type WatchedService,
} from '../core/gate/service-debt.ts';
import type { Entry } from '../core/ledger/entry.ts';
import { type Patch, takenOffIn } from '../core/patch/patch.ts';
import { tryService } from './checks/try-service.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { recordStep } from './record-step.ts';
import { revertPatch } from './revert-patch.ts';

export type WatchNeeds = Parameters<typeof revertPatch>[0] &
  Pick<Needs, 'ledger' | 'chains' | 'clock' | 'wakeUps' | 'policy' | 'services'>;

/** Who takes back what a dead service follows. */
const WATCHMAN = 'ghost';

/**
 * Asks again, after a landing, the services that have to answer still, and takes the patch back where one does not. What is owed
 * stands in the ledger: verdicts of a patch that has landed last, and no entry that tells how it went. Whoever dies in between
 * leaves it to the next holder.
 */
export async function watchServices(needs: WatchNeeds, holding: Holding): Promise<void> {
  const { lastLanded: patch } = await needs.ledger.line(holding.workspace.name);
  if (patch === null || takenOffIn(patch.state) !== null) return;
  const owed = owedBy(patch, await needs.chains.entriesAbout(patch.id));
  if (owed.length === 0) return;
  const services = await askAll(needs, holding, owed);
  // Cut short: the answers would be ours and not those of the services.
  if (holding.signal.aborted) return;
  const isDead = services.some(({ answers, revert }) => answers === false && revert);
  const revert: TakenBack = isDead ? await takeBack(needs, patch) : { by: null };
  const now = await needs.ledger.find(patch.id);
  if (now?.state.name !== 'landed') return;
  const event = { type: 'watched', services, revert } as const;
  const { kind } = await recordStep(needs, holding, { patch: now, event });
  // Somebody moved the patch meanwhile: what lands next would hide what this one owes.
  if (kind === 'superseded') await watchServices(needs, holding);
}

function owedBy({ terms }: Patch, entries: readonly Entry[]): readonly OwedService[] {
  if (entries.some(({ type }) => type === 'patch.watched')) return [];
  const checked = entries.findLast(({ type }) => type === 'patch.checked');
  return owedServices(terms.flags, verdictsIn(checked?.data));
}

async function askAll(
  needs: WatchNeeds,
  { workspace, signal }: Holding,
  owed: readonly OwedService[],
): Promise<readonly WatchedService[]> {
  const { grants } = await needs.policy.rulesFor(workspace.name);
  return Promise.all(
    owed.map(async ({ check, source, task, revert }) => {
      const { verdict, detail } = await tryService(needs, { task, source, grants }, signal);
      return { check, url: task.url, answers: ANSWERS[verdict], detail, revert };
    }),
  );
}

/** What is ours to mend is no silence of the service. */
const ANSWERS = { pass: true, fail: false, error: null } as const;

/** Under a key of its own: a holder that died after this is followed by one that gets the same receipt. */
async function takeBack(needs: WatchNeeds, { id }: Patch): Promise<TakenBack> {
  try {
    const idempotencyKey = `watch-${id}`;
    const { patch } = await revertPatch(needs, { id, author: WATCHMAN, origin: 'runner', idempotencyKey });
    return { by: patch.id };
  } catch (error) {
    if (!(error instanceof GhostError)) throw error;
    return { by: null, why: error.message };
  }
}
