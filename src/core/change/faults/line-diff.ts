/** Beyond this many cells the table is not worth its time: the two sides are then shown one after the other. */
const MAX_CELLS = 250_000;

/**
 * How `expected` becomes `got`: each line starts with ` ` (in both), `-` (expected only) or `+` (got only). By the
 * longest common subsequence of what is left between common ends.
 */
export function lineDiff(expected: readonly string[], got: readonly string[]): string[] {
  const shorter = Math.min(expected.length, got.length);
  let head = 0;
  while (head < shorter && expected[head] === got[head]) head++;
  let tail = 0;
  while (tail < shorter - head && expected.at(-1 - tail) === got.at(-1 - tail)) tail++;
  return [
    ...expected.slice(0, head).map((line) => ` ${line}`),
    ...middleDiff(expected.slice(head, expected.length - tail), got.slice(head, got.length - tail)),
    ...expected.slice(expected.length - tail).map((line) => ` ${line}`),
  ];
}

function middleDiff(expected: readonly string[], got: readonly string[]): string[] {
  if (expected.length * got.length > MAX_CELLS) {
    return [...expected.map((line) => `-${line}`), ...got.map((line) => `+${line}`)];
  }
  const common = commonLengths(expected, got);
  const diff: string[] = [];
  let [a, b] = [0, 0];
  while (a < expected.length || b < got.length) {
    if (a < expected.length && b < got.length && expected[a] === got[b]) {
      diff.push(` ${expected[a]}`);
      a++;
      b++;
    } else if (b >= got.length || (a < expected.length && at(common, a + 1, b) >= at(common, a, b + 1))) {
      diff.push(`-${expected[a]}`);
      a++;
    } else {
      diff.push(`+${got[b]}`);
      b++;
    }
  }
  return diff;
}

/** Length of the longest common subsequence of the two rests, from each pair of positions. */
function commonLengths(expected: readonly string[], got: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: expected.length + 1 }, () => new Uint32Array(got.length + 1));
  for (let a = expected.length - 1; a >= 0; a--) {
    for (let b = got.length - 1; b >= 0; b--) {
      const longer = Math.max(at(rows, a + 1, b), at(rows, a, b + 1));
      (rows[a] ?? new Uint32Array(0))[b] = expected[a] === got[b] ? at(rows, a + 1, b + 1) + 1 : longer;
    }
  }
  return rows;
}

function at(rows: readonly Uint32Array[], a: number, b: number): number {
  return rows[a]?.[b] ?? 0;
}
