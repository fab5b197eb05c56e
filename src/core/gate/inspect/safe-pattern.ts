/** Each of them is tried at each end of the one before it: with two of them a line of 200 characters is 40,000 steps. */
const MOST_OPEN_ENDS = 2;
/** What repeats no more often than this is counted as so many choices. */
const SHORT = 10;
/** Of a line, as those who match one cut it. */
const LINE = 200;
/** Half a second of a machine that reads 40 million of them a second, which is a slow one. */
const MOST_STEPS = 20_000_000;

/**
 * Why a regular expression is not taken, or null. Whoever writes a gate file must not be able to stop a line with one,
 * by mistake or not: no backward references, nothing that repeats within what repeats, two open ends at most, and no more
 * ways through all its choices than can be tried on a line in no time.
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
  const flat = bare.replace(/\[[^\]]*\]/g, 'x').replace(/\((?:\?(?:[:=!]|<[=!]|<\w+>))/g, '(');
  const ways = waysThrough(flat);
  if (ways === null)
    return 'what repeats in it holds something that repeats or a choice, which can take for ever';
  const open = openEnds(flat);
  if (open > MOST_OPEN_ENDS)
    return `it has ${open} parts of any length (\`*\`, \`+\`), which can take for ever; at most ${MOST_OPEN_ENDS} are taken`;
  const isAnchored = flat.startsWith('^') && !hasChoiceAtTop(flat);
  const steps = ways * LINE ** (open + (isAnchored ? 0 : 1));
  return steps > MOST_STEPS
    ? `its choices (\`|\`, \`?\`, \`{m,n}\`) and parts of any length lead through a line in too many ways${isAnchored ? '' : '; with `^` before all of it there are fewer'}`
    : null;
}

/** With the mark that makes one lazy, which is no choice. */
const REPEAT = /(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/g;

function openEnds(flat: string): number {
  return [...flat.matchAll(REPEAT)].filter(isLong).length;
}

function isLong([whole, least, comma, most]: RegExpMatchArray): boolean {
  if (least === undefined) return !whole.startsWith('?');
  return comma !== undefined ? most === '' || Number(most) > SHORT : Number(least) > SHORT;
}

/** In how many ways it can be gone through, open ends left aside; null where what repeats in it is not plain. */
function waysThrough(flat: string): number | null {
  let ways = 1;
  let rest = flat;
  // Innermost groups first: one that is repeated must be plain, and then stands for one character.
  for (;;) {
    const group = /\(([^()]*)\)(?:([*+]|\{\d+(?:,\d*)?\})\??)?/.exec(rest);
    if (group === null) return ways * waysOf(rest);
    const [whole, inner = '', repeat] = group;
    const isRepeated = repeat !== undefined;
    if (isRepeated && /[*+|?]|\{\d/.test(inner)) return null;
    ways *= waysOf(inner) * (isRepeated ? waysOf(`x${repeat}`) : 1);
    // What repeats or chooses inside still does so for the groups around it.
    const stands = isRepeated || /[*+|?]|\{\d/.test(inner) ? STANDS : 'x';
    rest = `${rest.slice(0, group.index)}${stands}${rest.slice(group.index + whole.length)}`;
  }
}

/** Stands for a group that was counted: it repeats, and a `?` behind it is a choice and no lazy one. */
const STANDS = 'x*x';

/** Of a text without groups. */
function waysOf(text: string): number {
  const repeats = [...text.matchAll(REPEAT)].filter((repeat) => !isLong(repeat));
  const choices = text.split('|').length;
  return repeats.reduce((ways, [whole, least, comma, most]) => {
    if (whole.startsWith('?')) return ways * 2;
    return comma === undefined ? ways : ways * (Number(most) - Number(least) + 1);
  }, choices);
}

function hasChoiceAtTop(flat: string): boolean {
  let rest = flat;
  while (rest.includes('(')) {
    const less = rest.replace(/\([^()]*\)/g, '');
    if (less === rest) break;
    rest = less;
  }
  return rest.includes('|');
}
