import { startRelay } from '../../../src/workers/relay/relay.ts';
import type { Actor } from '../engine/actor.ts';
import { auditLogOf } from '../machine/audit-file.ts';
import { ledgerOf } from '../machine/ledger.ts';
import type { World } from '../world.ts';
import { startNode } from './node.ts';

/** The product's relay over a simulated file. */
export function startRelayProcess({ machine, store, plan }: World, name: string): Actor {
  const { actor, clock, logger, wakeUps } = startNode(machine, name);
  const { ledger, leaser, chains, outbox } = ledgerOf(store, machine, actor);
  const summaries = {
    write: (_id: string, summary: { readonly markdown: string; readonly json: string }) =>
      actor.perform({ point: 'summaries.write', apply: () => summary }),
    read: () => Promise.resolve(null),
    pathOf: (id: string) => id,
  };
  const outputs = { read: () => Promise.resolve(null) };
  const auditLog = auditLogOf(machine.audit, actor);
  startRelay(
    { ledger, leaser, chains, outbox, clock, wakeUps, auditLog, summaries, outputs, repairRounds: 5 },
    { owner: actor.name, leaseTtlMs: plan.leaseTtlMs, logger },
  );
  return actor;
}
