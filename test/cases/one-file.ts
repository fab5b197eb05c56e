import type { Format } from '../../src/core/change/change.ts';
import { run } from '../core/change/world.ts';
import type { Outcome } from './cases.ts';
import { explained, type Rule } from './rules.ts';

/** A recorded call of some tool on the text of one file, as Unicode; `result` is absent where it threw. */
export interface Call {
  readonly test: string;
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly result?: unknown;
  readonly error?: string;
}

/** What a tool makes of a file: `before` and `after` are the file's text, `after` null where the tool refuses. */
export interface OneFile {
  readonly call: Call;
  readonly path: string;
  /** Null where no file stands yet. */
  readonly before: string | null;
  readonly patch: string;
  readonly after: string | null;
  readonly format?: Format;
}

/** Compares what Ghost makes of a patch with what the reference made of it; a difference needs a rule that explains it. */
export function judged(one: OneFile, rules: readonly Rule<OneFile>[]): Outcome {
  const tree = one.before === null ? {} : { [one.path]: bytes(one.before) };
  const result = run(tree, bytes(one.patch), one.format === undefined ? {} : { format: one.format });
  if (result.kind === 'refused') {
    if (one.after === null) return { kind: 'agree' };
    return explained(rules, one, result.faults.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  }
  const after = result.tree[one.path];
  if (one.after !== null && after === bytes(one.after)) return { kind: 'agree' };
  return explained(rules, one, `made ${JSON.stringify(after)}, expected ${JSON.stringify(one.after)}`);
}

/** What several sources call a difference by. */
export const SHARED_RULES = {
  twice: {
    kind: 'stricter',
    rule: 'exactly one placement: the first of several is not taken',
    when: (_, said) => said.startsWith('hunk_ambiguous') || said.startsWith('pattern_ambiguous'),
  },
  unchanged: {
    kind: 'another tool',
    rule: 'a call may leave its text as it is; a patch that changes nothing is a fault, with the same bytes',
    when: ({ before, after }, said) => before === after && /changes_nothing|changes nothing/.test(said),
  },
} as const satisfies Readonly<Record<string, Rule<OneFile>>>;

function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
