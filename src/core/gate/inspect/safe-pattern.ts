/** Each of them is tried at each end of the one before it: with two of them a line of 200 characters is 40,000 steps. */
const MOST_OPEN_ENDS = 2;
/** What repeats no more often than this is read in no time. */
const SHORT = 10;

/**
 * Why a regular expression is not taken, or null. Whoever writes a gate file must not be able to stop a line with one,
 * by mistake or not: no backward references, nothing that repeats within what repeats, two open ends at most.
 */
export function whyNoPattern(pattern: string): string | null {
  if (pattern.length > 500) return 'it is longer than 500 characters';
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const bare = pattern.replace(/\\[\s\S]/g, (pair) => (/\\[1-9k]/.test(pair) ? '\\1' : 'x'));
  if (bare.includes('\\1')) return 'it refers back to a group, which can take for ever';
  const flat = bare.replace(/\[[^\]]*\]/g, 'x');
  if (repeatsWithin(flat))
    return 'what repeats in it holds something that repeats or a choice, which can take for ever';
  const open = openEnds(flat);
  return open > MOST_OPEN_ENDS
    ? `it has ${open} parts of any length (\`*\`, \`+\`), which can take for ever; at most ${MOST_OPEN_ENDS} are taken`
    : null;
}

const REPEAT = /[*+]|\{(\d+)(?:,(\d*))?\}/g;

function openEnds(flat: string): number {
  return [...flat.matchAll(REPEAT)].filter(isLong).length;
}

function isLong([, least, most]: RegExpMatchArray): boolean {
  if (least === undefined) return true;
  return most === '' || Number(most ?? least) > SHORT;
}

/** Innermost groups first: one that is repeated must be plain, and then stands for one character. */
function repeatsWithin(flat: string): boolean {
  let rest = flat;
  for (;;) {
    const group = /\((?:\?(?:[:=!]|<[=!]|<\w+>))?([^()]*)\)([*+]|\{\d+(?:,\d*)?\})?/.exec(rest);
    if (group === null) return false;
    const [whole, inner = '', repeat] = group;
    const isRepeated = repeat !== undefined;
    if (isRepeated && /[*+|?]|\{\d/.test(inner)) return true;
    // What repeats inside still repeats for the groups around it.
    const stands = /[*+|]|\{\d/.test(inner) ? 'x*' : 'x';
    rest = `${rest.slice(0, group.index)}${isRepeated ? 'x*' : stands}${rest.slice(group.index + whole.length)}`;
  }
}
