import type { Json } from '../json.ts';
import { type Entry, SYSTEM_CHAIN } from './entry.ts';
import type { LedgerEvent } from './event.ts';

/** UTF-16 units of JSON. Streams, topics and browsers carry every event; whoever wants all of it reads the entry. */
const LARGEST_NEWS = 4096;

/** What the outbox carries of some data: the data itself, or how large it is where it is too large to be told. */
export function newsOf(data: Json): Json {
  const size = JSON.stringify(data).length;
  return size <= LARGEST_NEWS ? data : { omitted: size };
}

/** The event at `position` that tells `entry`. */
export function eventOf(entry: Entry, position: number, data: Json): LedgerEvent {
  const { type, at, subject, actor, chain } = entry;
  return { position, type, at, workspace: chain === SYSTEM_CHAIN ? null : chain, subject, actor, data };
}
