const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/**
 * The partition of a key: what Java's producer chooses by default, so that whoever else writes or reads by key agrees.
 * The package's own choice takes the hash as unsigned, which is another partition for every other key.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}

/** Source: `org.apache.kafka.common.utils.Utils.murmur2`; the answer is signed, in 32 bits. */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    const mixed = Math.imul(view.getInt32(at, true), M);
    hash = Math.imul(hash, M) ^ Math.imul(mixed ^ (mixed >>> R), M);
  }
  const rest = bytes.subarray(whole);
  if (rest.length > 0) {
    for (const [index, byte] of rest.entries()) hash ^= byte << (8 * index);
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
