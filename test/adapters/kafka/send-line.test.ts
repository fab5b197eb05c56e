import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Link } from '../../../src/adapters/kafka/link.ts';
import { bytesOf, messageOf } from '../../../src/adapters/kafka/message.ts';
import { MOST_BATCH_BYTES, sendLine } from '../../../src/adapters/kafka/send-line.ts';
import { cloudEventOf } from '../../../src/core/ledger/cloud-event.ts';
import { events } from './given.ts';

const TAKEN_BYTES = 64 * 1024;

describe('what a partition gets', () => {
  it('comes in batches of half of what a topic takes at the least, however many of them it refused side by side', async () => {
    const line = events(1_200).map((event, index) => {
      const told = cloudEventOf(event, '/ghost/test');
      return { index, event, told, message: messageOf(told) };
    });
    const limit = { bytes: MOST_BATCH_BYTES };
    const partitions = Array.from({ length: 12 }, (_, partition) => partition);
    const stops = await Promise.all(
      partitions.map((partition) => sendLine({ link: narrow(), partition, limit }, line)),
    );
    assert.deepEqual(new Set(stops), new Set([null]));
    assert.ok(limit.bytes >= TAKEN_BYTES / 2 && limit.bytes <= TAKEN_BYTES, `${limit.bytes}`);
  });
});

/** To a topic with a small max.message.bytes. */
function narrow(): Link {
  return {
    topic: () => Promise.reject(new Error('nobody asks')),
    async send(_partition, messages) {
      const bytes = messages.reduce((sum, message) => sum + bytesOf(message), 0);
      if (bytes > TAKEN_BYTES) throw Object.assign(new Error('refused'), { apiId: 'MESSAGE_TOO_LARGE' });
    },
    drop: () => undefined,
  };
}
