import { spend, type Work } from '../work.ts';
import { occurrences } from './occurrences.ts';

/** Characters that are looked at in the time of one step of work. */
const LOOKS_PER_STEP = 32;

/**
 * Every index at which `part` stands in `text` (both latin1), overlapping ones too, ascending and at most `limit`. Horspool's
 * algorithm, which looks at few characters of most texts; where it looks at more than all of them twice, as it does with
 * much repetition, Knuth-Morris-Pratt's takes over, so that the cost is linear whatever the text. It is counted as work, and
 * never given up.
 */
export function textOccurrences(text: string, part: string, search: { limit: number; work: Work }): number[] {
  const { limit, work } = search;
  if (part.length === 0 || part.length > text.length) return [];
  const most = 2 * text.length;
  const scan = scanned(text, part, { limit, most });
  spend(work, (part.length + scan.looks) / LOOKS_PER_STEP);
  if (scan.looks < most) return scan.found;
  spend(work, text.length / LOOKS_PER_STEP);
  return occurrences(Buffer.from(text, 'latin1'), Buffer.from(part, 'latin1'), limit);
}

function scanned(
  text: string,
  part: string,
  { limit, most }: { readonly limit: number; readonly most: number },
): { readonly found: number[]; readonly looks: number } {
  const shifts = shiftsOf(part);
  const last = part.length - 1;
  const final = part.charCodeAt(last);
  const found: number[] = [];
  let looks = 0;
  for (let at = last; at < text.length && looks < most; looks++) {
    const code = text.charCodeAt(at);
    if (code === final) {
      let same = 1;
      while (same <= last && text.charCodeAt(at - same) === part.charCodeAt(last - same)) same++;
      looks += same;
      if (same > last && found.push(at - last) >= limit) break;
    }
    at += shifts[code & 0xff] ?? 1;
  }
  return { found, looks };
}

/** How far the part can move on once its last character is compared with each byte. */
function shiftsOf(part: string): Uint32Array {
  const last = part.length - 1;
  const shifts = new Uint32Array(256).fill(part.length);
  for (let at = 0; at < last; at++) shifts[part.charCodeAt(at) & 0xff] = last - at;
  return shifts;
}
