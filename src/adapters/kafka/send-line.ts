import { type CloudEvent, claimCheckOf } from '../../core/ledger/cloud-event.ts';
import type { LedgerEvent } from '../../core/ledger/event.ts';
import { batchesOf } from './batches.ts';
import { failureOf } from './failure.ts';
import type { Link } from './link.ts';
import { bytesOf, messageOf, type TopicMessage } from './message.ts';

/** What is sent of one event. */
export interface Outgoing {
  /** Its place among the events that are published by one call. */
  readonly index: number;
  readonly event: LedgerEvent;
  readonly told: CloudEvent;
  readonly message: TopicMessage;
}

/** Shared by the partitions of a topic, which have one limit; only ever smaller. */
export interface BatchLimit {
  bytes: number;
}

interface Way {
  readonly link: Link;
  readonly partition: number;
  readonly limit: BatchLimit;
}

/** Where a partition stopped: this event, and those behind it there, are not known to have arrived. */
export interface Stop {
  readonly index: number;
  readonly error: unknown;
}

/** A quarter of what brokers take by default: what Kafka counts is a little more than what is counted here. */
export const MOST_BATCH_BYTES = 256 * 1024;

/** Sends what one partition gets, one batch after the other; null when all of it was acknowledged. */
export async function sendLine(way: Way, line: readonly Outgoing[]): Promise<Stop | null> {
  for (const batch of batchesOf(line, ({ message }) => bytesOf(message), way.limit.bytes)) {
    const stop = await sendBatch(way, batch);
    if (stop !== null) return stop;
  }
  return null;
}

async function sendBatch(way: Way, batch: readonly Outgoing[]): Promise<Stop | null> {
  const [first] = batch;
  if (first === undefined) return null;
  const messages = batch.map(({ message }) => message);
  const error = await failureIn(way, messages);
  if (error === null) return null;
  return failureOf(error).kind === 'too-large' ? sendSmaller(way, batch) : { index: first.index, error };
}

/** What the topic does not take as a whole goes in halves; one event that is too large by itself goes without its data. */
async function sendSmaller(way: Way, batch: readonly Outgoing[]): Promise<Stop | null> {
  const [only, ...others] = batch;
  if (only !== undefined && others.length === 0) return sendClaimCheck(way, only);
  const half = Math.ceil(batch.length / 2);
  // Of this batch, and not of the limit: partitions that are refused side by side would each halve it.
  const bytes = batch.reduce((sum, { message }) => sum + bytesOf(message), 0);
  way.limit.bytes = Math.min(way.limit.bytes, Math.ceil(bytes / 2));
  return (await sendBatch(way, batch.slice(0, half))) ?? (await sendBatch(way, batch.slice(half)));
}

async function sendClaimCheck(way: Way, { index, event, told }: Outgoing): Promise<Stop | null> {
  const error = await failureIn(way, [messageOf(claimCheckOf(told, event))]);
  return error === null ? null : { index, error };
}

/** Null when it was acknowledged. */
async function failureIn({ link, partition }: Way, messages: readonly TopicMessage[]): Promise<unknown> {
  try {
    await link.send(partition, messages);
    return null;
  } catch (error) {
    return error ?? new Error('no reason was given');
  }
}
