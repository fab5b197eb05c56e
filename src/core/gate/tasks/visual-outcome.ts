import type { Json } from '../../json.ts';
import type { VisualTask } from './visual.ts';

/** How one page stands after a patch, beside how it stood before. */
export type PageOutcome = { readonly name: string } & (
  | {
      readonly kind: 'compared';
      readonly width: number;
      readonly height: number;
      readonly changedPixels: number;
      /** Of its pixels, from 0 to 1. */
      readonly share: number;
    }
  /** Only one of the trees has it. */
  | { readonly kind: 'new' | 'gone' }
  | { readonly kind: 'unknown' }
  /** It cannot be shown. `before`: the patch repairs it. */
  | { readonly kind: 'broken'; readonly when: 'before' | 'after' | 'both'; readonly problem: string }
);

export interface VisualOutcome {
  readonly verdict: 'pass' | 'fail';
  /** `needed`: all that speaks against it are changes that somebody may want. */
  readonly approval?: 'needed' | 'given';
  readonly detail: string;
}

/** Judges all pages together: one that is broken fails, one that changed asks whether somebody wants it so. */
export function judgePages(
  { maxShare }: VisualTask,
  outcomes: readonly PageOutcome[],
  approval: 'given' | 'none',
): VisualOutcome {
  const said = outcomes.map((outcome) => ({ outcome, why: whyNot(outcome, maxShare) }));
  const against = said.flatMap(({ outcome, why }) => (why === null ? [] : [{ outcome, why }]));
  if (against.length === 0)
    return { verdict: 'pass', detail: `of ${outcomes.length} looked at, no page changed more than it may` };
  const detail = against.map(({ outcome, why }) => `${outcome.name} ${why}`).join('; ');
  const isWantable = against.every(({ outcome }) => isChange(outcome));
  if (!isWantable) return { verdict: 'fail', detail };
  return approval === 'given'
    ? { verdict: 'pass', approval: 'given', detail: `${detail}; accepted by approval` }
    : { verdict: 'fail', approval: 'needed', detail: `${detail}; an approver may accept it` };
}

/** Whether all that nobody can accept is so without the patch too, which is then not to blame. */
export function failsOnBaseToo(outcomes: readonly PageOutcome[]): boolean {
  const unseen = outcomes.filter((outcome) => !isChange(outcome));
  return unseen.length > 0 && unseen.every((one) => one.kind !== 'broken' || one.when === 'both');
}

function isChange(outcome: PageOutcome): boolean {
  if (outcome.kind === 'broken') return outcome.when === 'before';
  return outcome.kind !== 'unknown';
}

function whyNot(outcome: PageOutcome, maxShare: number): string | null {
  switch (outcome.kind) {
    case 'compared':
      return outcome.share > maxShare
        ? `changed ${percent(outcome.share)} of its pixels (${outcome.changedPixels}), at most ${percent(maxShare)} may`
        : null;
    case 'new':
      return 'is new: there is nothing to compare it with';
    case 'gone':
      return 'is gone';
    case 'unknown':
      return 'is in neither tree';
    case 'broken':
      return `could not be shown ${WHEN[outcome.when]}: ${outcome.problem}`;
  }
}

const WHEN = {
  before: 'without the patch, so that there is nothing to compare it with',
  after: 'with the patch',
  both: 'with the patch, nor without it',
};

/** Two digits that count, so that one pixel is never told as none. */
function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

/** For evidence, whose numbers are whole: shares in parts of a million, rounded up so that one pixel is not none. */
export function visualFacts(browser: string | null, outcomes: readonly PageOutcome[]): Json {
  return {
    browser,
    pages: outcomes.map((outcome) => {
      if (outcome.kind !== 'compared') return { ...outcome };
      const { share, ...told } = outcome;
      return { ...told, changedPpm: Math.ceil(share * 1_000_000) };
    }),
  };
}
