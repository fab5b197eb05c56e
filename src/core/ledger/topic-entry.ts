import type { Json } from '../json.ts';
import { type Entry, type EntryDraft, SYSTEM_CHAIN } from './entry.ts';

/** A topic as it was when events went there for the first time. */
export interface BoundTopic {
  readonly topic: string;
  readonly cluster: string | null;
  /** Null where its brokers give topics none. */
  readonly id: string | null;
  /** Over how many partitions events are spread, however many there are later. */
  readonly partitions: number;
}

const TYPE = 'topic.bound';

/** @param after the position of the last event that went elsewhere */
export function topicBound(
  { topic, ...rest }: BoundTopic,
  { at, actor, after }: { readonly at: number; readonly actor: string; readonly after: number },
): EntryDraft {
  const data: Json = { ...rest, after };
  return { chain: SYSTEM_CHAIN, at, actor, type: TYPE, subject: topicSubject(topic), data };
}

/** What entries about topics have as their subject. */
export function topicSubject(topic: string): string {
  return `topic:${topic}`;
}

/** The topics that went by one name, in the order in which events first went there. */
export function boundIn(topic: string, entries: readonly Entry[]): readonly BoundTopic[] {
  return entries
    .filter(({ chain, type }) => chain === SYSTEM_CHAIN && type === TYPE)
    .map(({ data }) => ({ ...(data as unknown as Omit<BoundTopic, 'topic'>), topic }));
}
