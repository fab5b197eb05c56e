import type { PatchId } from '../patch/id.ts';
import type { Patch } from '../patch/patch.ts';
import { LONGEST_RETRY_DELAY_MS } from './attempts.ts';
import { turnInSeries } from './series-turn.ts';

/** What the line of a workspace allows its runner to do now. */
export type Move =
  | { readonly kind: 'idle' }
  | { readonly kind: 'paused'; readonly reason: string }
  /** One before it in its series is out of the line; so is the head, until that one has landed. */
  | { readonly kind: 'stand-aside'; readonly head: Patch }
  /** One before it in its series did not land. */
  | { readonly kind: 'end'; readonly head: Patch; readonly brokenBy: PatchId }
  /** The head has to wait; `told` says whether its own record already tells until when. */
  | { readonly kind: 'wait'; readonly head: Patch; readonly until: number; readonly told: boolean }
  | { readonly kind: 'claim'; readonly head: Patch };

export interface LineRules {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Time between the end of one execution and the start of the next; 0 for none. */
  readonly cooldownMs: number;
  readonly paused: string | null;
}

/** Decides by facts alone. `head` is the queued patch with the smallest sequence; nobody overtakes it. */
export function nextMove(
  line: {
    readonly head: Patch | null;
    /** All patches of the head's series; empty for a head that came alone. */
    readonly series: readonly Patch[];
    readonly lastExecutedAt: number | null;
  },
  rules: LineRules,
): Move {
  const { head } = line;
  if (head === null || head.state.name !== 'queued') return { kind: 'idle' };
  if (rules.paused !== null) return { kind: 'paused', reason: rules.paused };
  const turn = turnInSeries(head, line.series);
  if (turn.kind === 'broken') return { kind: 'end', head, brokenBy: turn.by.id };
  if (turn.kind === 'waits') return { kind: 'stand-aside', head };
  const until = Math.max(cooledAt(line.lastExecutedAt, rules), dueAt(head.state.notBefore, rules));
  if (until > rules.now) return { kind: 'wait', head, until, told: head.state.notBefore === until };
  return { kind: 'claim', head };
}

/** An execution that ended in the future was dated by a clock that has been put back since: it holds nobody up. */
function cooledAt(lastExecutedAt: number | null, { now, cooldownMs }: LineRules): number {
  return lastExecutedAt === null || lastExecutedAt > now ? 0 : lastExecutedAt + cooldownMs;
}

/** For the same reason no patch waits longer than it can ever have been told to. */
function dueAt(notBefore: number | null, { now, cooldownMs }: LineRules): number {
  const longest = Math.max(cooldownMs, LONGEST_RETRY_DELAY_MS);
  return notBefore === null || notBefore > now + longest ? 0 : notBefore;
}
