import type { Hunk } from '../change.ts';
import { withoutBom, withoutEol } from '../file-lines.ts';
import { sideLines } from '../hunk-sides.ts';
import { isElision } from './elision-line.ts';
import { rowOf, type Site, type Unclear } from './site.ts';
import { typographyIn } from './typography.ts';

/**
 * Why nobody can tell from the patch what its added lines should be at a site, although its old lines fit there. What is
 * forgiven to old lines is never handed on to new ones by guessing.
 */
export function whyUnclear(hunk: Hunk, site: Site, lines: readonly string[]): Unclear | null {
  const added = hunk.lines.flatMap(({ kind, text }) => (kind === 'added' ? [text] : []));
  if (added.length === 0) return null;
  const { shift } = site;
  if (shift?.by === 'out' && added.some((line) => line.trim() !== '' && !line.startsWith(shift.prefix))) {
    return 'indent';
  }
  if (site.rows?.includes(null) && added.some(isElision)) return 'elision';
  return typographyIsUnclear(hunk, added, { site, lines }) ? 'typography' : null;
}

/**
 * A quote that is curly in the hunk and straight in the file was curled on the way, and then so may those in added lines
 * have been; the reverse alike. Blanks of the file are let pass: nobody means them.
 */
function typographyIsUnclear(
  hunk: Hunk,
  added: readonly string[],
  at: { readonly site: Site; readonly lines: readonly string[] },
): boolean {
  let curled = false;
  const straightened = new Set<string>();
  for (const [index, { text }] of sideLines(hunk, 'old').entries()) {
    const row = rowOf(at.site, index);
    if (row === null) continue;
    const [mine, theirs] = [typographyIn(text), typographyIn(withoutBom(withoutEol(at.lines[row] ?? '')))];
    const own = at.lines[row] ?? '';
    if ([...mine].some((ascii) => count(text, ascii) !== count(own, ascii))) curled = true;
    for (const ascii of theirs) {
      if (ascii !== ' ' && count(text, ascii) !== count(own, ascii)) straightened.add(ascii);
    }
  }
  if (curled && added.some((line) => typographyIn(line).size > 0)) return true;
  return added.some((line) => [...straightened].some((ascii) => line.includes(ascii)));
}

/** How often an ASCII character or `...` stands in a text as itself. */
function count(text: string, ascii: string): number {
  return text.split(ascii).length - 1;
}
