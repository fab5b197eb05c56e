import type { Edit } from './change.ts';
import { GIT_HEADER } from './formats/diff/section.ts';
import type { PatchLine } from './formats/patch-lines.ts';

/**
 * The edits of a diff, with each pair that git writes where the type of a file changes as one: a section that deletes a
 * path and, directly after it, one that creates it. Plain diffs have no such form. Source: git's diff.c, run_diff.
 */
export function withExchanges(edits: readonly Edit[], lines: readonly PatchLine[]): Edit[] {
  const joined: Edit[] = [];
  for (const edit of edits) {
    const last = joined.at(-1);
    const exchange = last === undefined ? null : exchangeOf(last, edit);
    if (exchange !== null && isGit(exchange.deletion, lines) && isGit(exchange.creation, lines))
      joined[joined.length - 1] = exchange;
    else joined.push(edit);
  }
  return joined;
}

function exchangeOf(deletion: Edit, creation: Edit): Extract<Edit, { kind: 'exchange' }> | null {
  if (deletion.kind !== 'delete' || creation.kind !== 'create' || deletion.path !== creation.path)
    return null;
  const span = { firstLine: deletion.span.firstLine, lastLine: creation.span.lastLine };
  return { kind: 'exchange', path: creation.path, deletion, creation, span };
}

function isGit({ span }: Edit, lines: readonly PatchLine[]): boolean {
  return lines[span.firstLine - 1]?.text.startsWith(GIT_HEADER) === true;
}
