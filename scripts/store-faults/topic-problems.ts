import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import type { Outbox } from '../../src/ports/chain.ts';
import type { ProductionRung } from '../../test/world/production-rung.ts';
import { firstSeen } from '../../test/world/topic.ts';

const PAGE = 5_000;

/**
 * What readers of the topic would miss, or see in another order than it happened, once all is published. Repetitions have
 * an id to be told by.
 */
export async function topicProblems(
  outbox: Outbox,
  { topics, topic }: ProductionRung,
): Promise<readonly string[]> {
  // Whoever publishes and takes the audit log forward holds leases, and the end of one is an event, too.
  const newest = await outbox.newest();
  const told = firstSeen(await topics.read(topic));
  const happened = Map.groupBy(await allUntil(newest, outbox), ({ workspace }) => workspace ?? 'system');
  const keys = new Set([...told.keys(), ...happened.keys()]);
  return [...keys].flatMap((key) => {
    const expected = happened.get(key) ?? [];
    const got = (told.get(key) ?? []).filter((position) => position <= newest);
    const first = expected.find(({ position }, nth) => got[nth] !== position);
    if (first === undefined && got.length === expected.length) return [];
    const where = first === undefined ? 'after all of them' : `at ${first.type}, position ${first.position}`;
    return [`of ${key} the topic has ${got.length} events of ${expected.length}, and is wrong ${where}`];
  });
}

async function allUntil(newest: number, outbox: Outbox): Promise<readonly LedgerEvent[]> {
  const all: LedgerEvent[] = [];
  for (let position = 0; position < newest; ) {
    const page = await outbox.after(position, PAGE);
    all.push(...page.filter((event) => event.position <= newest));
    position = page.at(-1)?.position ?? newest;
  }
  return all;
}
