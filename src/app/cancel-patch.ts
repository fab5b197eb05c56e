import { fail } from '../core/errors.ts';
import type { Patch } from '../core/patch/patch.ts';
import { mayHappen } from '../core/patch/transition.ts';
import { includesRole, type Role } from '../core/role.ts';
import { type ActNeeds, recordAct, recordOnce } from './record-act.ts';
import { seriesOf } from './series-of.ts';

/**
 * Ends a patch before it lands, and with it those that follow it in its series. A runner that is checking it finds the
 * patch moved on and drops it; one that has recorded its intent is no longer to be stopped.
 * @throws GhostError patch_unknown, role_insufficient, act_impossible
 */
export async function cancelPatch(
  needs: ActNeeds,
  { id, actor, role }: { readonly id: string; readonly actor: string; readonly role: Role },
): Promise<Patch> {
  const cancelled = await recordAct(needs, {
    ...{ id, actor, says: 'Cancelling', expected: 'queued, held or checking' },
    event: { type: 'cancelled', by: actor },
    permit: ({ author }) => requireOwn(author, { actor, role }),
  });
  // Whoever is missed here, by a death between the two, ends when its turn comes.
  for (const one of await seriesOf(needs, cancelled))
    if ((one.series?.index ?? 0) > (cancelled.series?.index ?? 0) && mayHappen('cancelled', one.state)) {
      const event = { type: 'cancelled', by: actor, brokenBy: cancelled.id } as const;
      await recordOnce(needs, one, { event, actor });
    }
  return cancelled;
}

/** Authors end what is their own. Whoever may turn a patch down may end it too. */
function requireOwn(author: string, { actor, role }: { readonly actor: string; readonly role: Role }): void {
  if (author === actor || includesRole(role, 'approver')) return;
  throw fail('role_insufficient', { role, needed: 'approver', act: `Cancelling a patch of ${author}` });
}
