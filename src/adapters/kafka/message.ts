import type { ClaimCheck, CloudEvent } from '../../core/ledger/cloud-event.ts';

/** One record of the topic. */
export interface TopicMessage {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Map<Buffer, Buffer>;
}

/** Kafka Protocol Binding for CloudEvents 1.0.2, structured mode: what a message is stands in the message itself. */
const HEADERS = [
  [Buffer.from('content-type'), Buffer.from('application/cloudevents+json; charset=UTF-8')],
] as const;

/** More than Kafka adds to a record of ours beside key and value. */
const OVERHEAD_BYTES = 120;

/** The record's own time stays that of sending: brokers delete by it, and a year-old event is news to its readers. */
export function messageOf(event: CloudEvent | ClaimCheck): TopicMessage {
  return {
    key: Buffer.from(event.partitionkey),
    value: Buffer.from(JSON.stringify(event)),
    headers: new Map(HEADERS),
  };
}

export function bytesOf({ key, value }: TopicMessage): number {
  return key.length + value.length + OVERHEAD_BYTES;
}
