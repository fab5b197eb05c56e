import { unquote } from '../../src/core/change/formats/diff/c-quoted.ts';
import { parsePath } from '../../src/core/change/paths/path.ts';
import type { Result, Tree } from '../core/change/world.ts';
import type { Outcome } from './cases.ts';

/*
 * Some runs are about names that Ghost refuses everywhere: control characters, backslashes, what Windows cannot have. The
 * refusal of the name is what is right there; all else is compared under another name.
 */

/** Whether a patch was refused for nothing but names. */
export function isNameAlone(result: Extract<Result, { kind: 'refused' }>): boolean {
  return result.codes.every((code) => code === 'path_refused');
}

/** The outcome of a run whose own names are refused, from what came of it under others. */
export function otherwise(outcome: Outcome): Outcome {
  const rule = 'names that Ghost refuses everywhere; under other names the run agrees';
  return outcome.kind === 'agree' ? { kind: 'another tool', rule } : outcome;
}

interface Scene {
  readonly before: Tree;
  readonly after: Tree;
}

/**
 * The patch and the trees with another name for each file whose own no patch may touch here, so that all but the name can
 * be compared; null when every name is fine.
 */
export function underOtherNames(
  patch: string,
  { before, after }: Scene,
): (Scene & { readonly patch: string }) | null {
  const all = new Set([...Object.keys(before), ...Object.keys(after)]);
  const odd = [...all]
    .filter((path) => parsePath(path).kind === 'refused')
    .sort((a, b) => b.length - a.length);
  if (odd.length === 0) return null;
  const given = odd.reduce((text, path) => text.replaceAll(path, plain(odd, path)), unquoted(patch, odd));
  const rename = (tree: Tree): Tree =>
    Object.fromEntries(
      Object.entries(tree).map(([path, entry]) => [odd.includes(path) ? plain(odd, path) : path, entry]),
    );
  return { patch: given, before: rename(before), after: rename(after) };
}

/** The patch with those names out of git's quotes. */
function unquoted(patch: string, names: readonly string[]): string {
  return patch.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, (text) => {
    const name = unquote(text, 0)?.name ?? '';
    return names.some((odd) => name === odd || name.endsWith(`/${odd}`)) ? name : text;
  });
}

function plain(odd: readonly string[], path: string): string {
  return path
    .split('/')
    .map((segment) => (/^[\w.][\w. -]*(?<! )$/.test(segment) ? segment : `odd-${odd.indexOf(path)}`))
    .join('/');
}
