import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { murmur2, partitionOf } from '../../../src/adapters/kafka/partition-of.ts';

/** From `Utils.murmur2` of Apache Kafka 4.1.1, and the partition of 12 that its producer takes. */
const OF_JAVA: readonly (readonly [key: string, hash: number, partition: number])[] = [
  ['', 275646681, 9],
  ['21', -973932308, 0],
  ['foobar', -790332482, 6],
  ['a-little-bit-long-string', -985981536, 8],
  ['a-little-bit-longer-string', -1486304829, 11],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971, 5],
  ['abc', 479470107, 3],
  ['system', -181461786, 2],
  ['app', -440325113, 3],
  ['main', 234375639, 3],
  ['ä-ö-ü', -200866788, 8],
  ['workspace-17', -651487399, 1],
];

describe('the partition of a key', () => {
  it('is the one that the producer of Java takes', () => {
    for (const [key, hash, partition] of OF_JAVA)
      assert.deepEqual([murmur2(Buffer.from(key)), partitionOf(key, 12)], [hash, partition], key);
  });

  it('is within any number of partitions', () => {
    for (const count of [1, 2, 3, 7, 1_000])
      for (const [key] of OF_JAVA) {
        const partition = partitionOf(key, count);
        assert.ok(partition >= 0 && partition < count, `${key} of ${count}: ${partition}`);
      }
  });
});
