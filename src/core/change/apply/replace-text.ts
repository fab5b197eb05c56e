import type { Replacement } from '../change.ts';
import { patternFault } from '../faults/content-faults.ts';
import { replaceOnce } from '../place/replace-text.ts';
import type { Bench } from './bench.ts';
import { done, type EditOutcome, faulty } from './outcome.ts';
import { textFileOf } from './standing.ts';

/** Other text in the place of literal text that stands exactly once. */
export function replaceText(edit: Replacement, bench: Bench): EditOutcome {
  const source = textFileOf(bench, edit);
  if ('code' in source) return faulty(source);
  const outcome = replaceOnce(source, edit, bench.work);
  if (outcome.kind !== 'replaced') {
    const sought = { edit, what: 'pattern', text: edit.pattern, fresh: edit.replacement } as const;
    return faulty(patternFault(sought, { text: source.text, outcome }, bench.room));
  }
  const file = source.spliced(outcome.start, outcome.end, outcome.fresh);
  return done([{ kind: 'changed', path: edit.path, file }], { rung: outcome.rung });
}
