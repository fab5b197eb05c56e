/** Runs of `items` in their order, each of at most `most` bytes, or of one item that is larger by itself. */
export function batchesOf<T>(items: readonly T[], bytesOf: (item: T) => number, most: number): T[][] {
  const batches: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    const batch = batches.at(-1);
    if (batch === undefined || bytes > room) {
      batches.push([item]);
      room = most - bytes;
    } else {
      batch.push(item);
      room -= bytes;
    }
  }
  return batches;
}
