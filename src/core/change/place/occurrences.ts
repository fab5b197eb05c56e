/**
 * Every index at which `needle` stands in `haystack`, overlapping ones too, ascending and at most `limit`. Knuth, Morris
 * and Pratt's algorithm: linear for every input, which the engine's own `indexOf` is not.
 */
export function occurrences(
  haystack: ArrayLike<number>,
  needle: ArrayLike<number>,
  limit = Number.POSITIVE_INFINITY,
): number[] {
  if (needle.length === 0) return [];
  const borders = bordersOf(needle);
  const found: number[] = [];
  let matched = 0;
  for (let at = 0; at < haystack.length && found.length < limit; at++) {
    while (matched > 0 && needle[matched] !== haystack[at]) matched = borders[matched - 1] ?? 0;
    if (needle[matched] === haystack[at]) matched++;
    if (matched === needle.length) {
      found.push(at - matched + 1);
      matched = borders[matched - 1] ?? 0;
    }
  }
  return found;
}

/** For each prefix the length of its longest proper border. */
function bordersOf(needle: ArrayLike<number>): Uint32Array {
  const borders = new Uint32Array(needle.length);
  let length = 0;
  for (let at = 1; at < needle.length; at++) {
    while (length > 0 && needle[length] !== needle[at]) length = borders[length - 1] ?? 0;
    if (needle[length] === needle[at]) length++;
    borders[at] = length;
  }
  return borders;
}
