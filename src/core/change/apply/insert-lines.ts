import type { Insertion, Rung } from '../change.ts';
import { patternFault } from '../faults/content-faults.ts';
import { insertedFault } from '../faults/inserted-fault.ts';
import { bomOf } from '../file-lines.ts';
import { findOnce, withLf } from '../place/find-once.ts';
import { TELLS } from '../place/nearest.ts';
import type { Work } from '../work.ts';
import type { Bench } from './bench.ts';
import type { OpenFile } from './open-file.ts';
import { done, type EditOutcome, faulty } from './outcome.ts';
import { textFileOf } from './standing.ts';

/** Whole lines before or after the lines in which literal text stands exactly once, or at either end of a file. */
export function insertLines(edit: Insertion, bench: Bench): EditOutcome {
  const source = textFileOf(bench, edit);
  if ('code' in source) return faulty(source);
  const spot = spotOf(edit, source, bench.work);
  if (spot.kind !== 'spot') {
    const sought = { edit, what: 'anchor', text: edit.anchor, fresh: edit.text } as const;
    return faulty(patternFault(sought, { text: source.text, outcome: spot }, bench.room));
  }
  const beside = standsBeside(edit, source.text, spot.at);
  if (beside !== null) return faulty(insertedFault(edit, beside));
  const file = source.spliced(spot.at, spot.at, linesAt(source, spot.at, edit.text));
  return done([{ kind: 'changed', path: edit.path, file }], { rung: spot.rung });
}

/** Where new lines go: the start of a line, or the very end. */
type Spot =
  | { readonly kind: 'spot'; readonly at: number; readonly rung: Rung }
  | Exclude<ReturnType<typeof findOnce>, { kind: 'once' }>;

function spotOf({ where, anchor }: Insertion, file: OpenFile, work: Work): Spot {
  const { text } = file;
  const head = bomOf(text).length;
  if (where === 'start') return { kind: 'spot', at: head, rung: 'exact' };
  if (where === 'end') return { kind: 'spot', at: text.length, rung: 'exact' };
  const found = findOnce(file, anchor, work);
  if (found.kind !== 'once') return found;
  const { rung, start, end } = found;
  const first = Math.max(head, text.lastIndexOf('\n', start - 1) + 1);
  if (where === 'before') return { kind: 'spot', at: start === 0 ? head : first, rung };
  // An anchor that ends in a line end holds that line and no part of the next one.
  const next = text.indexOf('\n', Math.max(start, end - 1));
  return { kind: 'spot', at: next < 0 ? text.length : next + 1, rung };
}

/** The line (from 1) at which the new lines stand already, on that side of their place where nothing holds them. */
function standsBeside({ where, text: given }: Insertion, text: string, at: number): number | null {
  if (!TELLS.test(given)) return null;
  const fresh = ended(withLf(given));
  // No `\r` makes a line of the file longer than twice the one it is compared with.
  const reach = 2 * fresh.length;
  const isBelow = where === 'after' || where === 'start';
  const there = isBelow ? text.slice(at, at + reach) : text.slice(Math.max(0, at - reach), at);
  const own = ended(withLf(there));
  const stands = isBelow ? own.startsWith(fresh) : `\n${own}`.endsWith(`\n${fresh}`);
  if (!stands) return null;
  const above = withLf(text.slice(0, at)).split('\n').length;
  return isBelow
    ? above
    : above - fresh.split('\n').length + (text.endsWith('\n') || at < text.length ? 1 : 2);
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** The new lines end as most lines of the file do; whether the file's last line has a line end stays as it is. */
function linesAt(file: OpenFile, at: number, lines: string): string {
  const { text, eol } = file;
  const whole = lines.endsWith('\n') ? lines : `${lines}${lines.includes('\r\n') ? '\r\n' : '\n'}`;
  const fresh = eol === null ? whole : withLf(whole).replaceAll('\n', eol);
  const open = at === text.length && at > bomOf(text).length && !text.endsWith('\n');
  if (!open) return fresh;
  const last = eol ?? (fresh.endsWith('\r\n') ? '\r\n' : '\n');
  return last + fresh.slice(0, -last.length);
}
