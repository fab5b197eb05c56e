import type { Path } from '../../git.ts';
import { nearest } from '../../nearest.ts';
import { legible } from '../bytes.ts';
import type { Fault } from '../fault.ts';
import { twinKey } from '../paths/twin-key.ts';

const MAX_SUGGESTED = 3;
/** Of more names none is compared letter by letter. */
const MAX_COMPARED = 5_000;

/** The same faults; the hint for a file that is not there names the ones that may have been meant. */
export function suggestingPaths(faults: readonly Fault[], known: readonly Path[]): readonly Fault[] {
  return faults.map((fault) => {
    if (fault.code !== 'file_missing' || fault.path === null) return fault;
    const { path } = fault;
    const twins = known.filter((one) => one !== path && twinKey(one) === twinKey(path));
    const [twin] = twins;
    if (twin !== undefined && twins.length === 1) {
      return { ...fault, hint: `Did you mean ${legible(twin)}? ${twinWords(path, twin)} ${fault.hint}` };
    }
    const meant = likelyPaths(path, known);
    if (meant.length === 0) return fault;
    return { ...fault, hint: `Did you mean ${meant.map(legible).join(' or ')}? ${fault.hint}` };
  });
}

/** In what two names differ that are one where case and the form of an accent do not count. */
function twinWords(path: Path, twin: Path): string {
  const [mine, own] = [legible(path), legible(twin)];
  if (mine.normalize('NFC') !== own.normalize('NFC')) return 'Only the case of its letters differs.';
  const form = (text: string) => (text === text.normalize('NFC') ? 'one character' : 'a letter and a mark');
  return `Only the form of its accents differs (Unicode normalisation): ${form(own)} each there, ${form(mine)} each in the patch.`;
}

/**
 * Files of the same name elsewhere, those first that share the most folders from the end with the path (authors put a
 * folder too much in front, or leave one out); else the name of the same folder that is spelled most alike, else of all.
 */
function likelyPaths(path: Path, known: readonly Path[]): readonly Path[] {
  const name = nameOf(path);
  const named = known.filter((one) => nameOf(one).toLowerCase() === name.toLowerCase());
  if (named.length > 0) {
    const ranked = named.map((one) => ({ one, shared: sharedTail(one, path) }));
    return ranked
      .toSorted((a, b) => b.shared - a.shared || a.one.length - b.one.length)
      .slice(0, MAX_SUGGESTED)
      .map(({ one }) => one);
  }
  const folder = folderOf(path);
  const siblings = known.filter((one) => folderOf(one) === folder);
  const sibling = spelledAlike(name, siblings.map(nameOf));
  if (sibling !== null) return siblings.filter((one) => nameOf(one) === sibling);
  const whole = spelledAlike(path, known);
  return known.filter((one) => one === whole);
}

function spelledAlike(word: string, known: readonly string[]): string | null {
  return known.length > MAX_COMPARED ? null : nearest(word, known);
}

function sharedTail(one: Path, other: Path): number {
  const [a, b] = [fromTheEnd(one), fromTheEnd(other)];
  const apart = a.findIndex((segment, at) => segment !== b[at]);
  return apart < 0 ? a.length : apart;
}

function fromTheEnd(path: Path): string[] {
  return path.toLowerCase().split('/').reverse();
}

/** The last segment of a path. */
export function nameOf(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** All before it; empty at the top. */
export function folderOf(path: Path): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
