import { type BoundTopic, boundIn, topicBound, topicSubject } from '../../core/ledger/topic-entry.ts';
import type { FoundTopic } from '../../ports/event-publisher.ts';
import type { Needs } from '../needs.ts';
import { PUBLISH_READER } from '../publish-outbox.ts';

/**
 * Over how many partitions the events of a topic are spread: as many as it had when the first of them went there, which
 * the ledger remembers. With another number a workspace would move to another partition, and its readers there would
 * see what is new before they have read what is old. A topic that was deleted and made anew is another one.
 */
export async function bindTopic(
  needs: Pick<Needs, 'chains' | 'outbox' | 'clock'>,
  found: FoundTopic,
  actor: string,
): Promise<number> {
  const bound = await bindingOf(needs, found);
  if (bound !== null) return bound.partitions;
  const after = await needs.outbox.cursor(PUBLISH_READER);
  await needs.chains.append(topicBound(found, { at: needs.clock.now(), actor, after }));
  // Two at once may have found none; the first of their entries counts for both.
  return (await bindingOf(needs, found))?.partitions ?? found.partitions;
}

/** Null where no event went to this topic yet. */
export async function bindingOf(
  { chains }: Pick<Needs, 'chains'>,
  { topic, cluster, id, partitions }: FoundTopic,
): Promise<BoundTopic | null> {
  const bound = boundIn(topic, await chains.entriesAbout(topicSubject(topic)));
  const fitting = bound.filter(
    (one) => one.cluster === cluster && one.id === id && one.partitions <= partitions,
  );
  // Without ids only the number tells that a topic was made anew, and then the newest entry is of this one.
  return (id === null ? fitting.at(-1) : fitting[0]) ?? null;
}
