import { fail } from '../../core/errors.ts';
import { modeSet } from '../../core/ledger/order-entry.ts';
import type { Mode } from '../../core/queue/orders.ts';
import { chooseWorkspace } from '../choose-workspace.ts';
import type { Needs } from '../needs.ts';

/**
 * Orders how a line is run from now on; a patch that is being checked is asked about before it lands. Only `auto` needs no
 * words.
 * @throws GhostError workspace_unknown, input_invalid
 */
export async function setMode(
  needs: Pick<Needs, 'workspaces' | 'chains' | 'clock' | 'wakeUps'>,
  request: {
    readonly name: string;
    readonly mode: Mode;
    readonly reason: string;
    readonly actor: string;
  },
): Promise<void> {
  const { mode, reason, actor: by } = request;
  if (mode !== 'auto' && reason.trim() === '')
    throw fail('input_invalid', { where: 'reason', problem: 'expected some words' });
  const { name } = await chooseWorkspace(needs, request.name);
  await needs.chains.append(modeSet(name, mode, { by, at: needs.clock.now(), reason }));
  await Promise.all([needs.wakeUps.notify('line'), needs.wakeUps.notify('outbox')]);
}
