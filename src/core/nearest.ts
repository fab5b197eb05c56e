/** The word of `known` that `word` was most likely meant to be, or null when none is near (Levenshtein distance). */
export function nearest(word: string, known: readonly string[]): string | null {
  const longer = known.find((candidate) => word !== '' && candidate.startsWith(word));
  if (longer !== undefined) return longer;
  const ranked = known
    .map((candidate) => ({
      candidate,
      distance: distanceBetween(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= tolerance(best.candidate) ? best.candidate : null;
}

/** Two slips, and one more for each six letters of a long word: a guess further off misleads. */
function tolerance(word: string): number {
  return Math.max(2, Math.floor(word.length / 6));
}

function distanceBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? a.length;
}
