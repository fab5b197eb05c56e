import type { Patch } from '../patch/patch.ts';

/** What the line of a workspace allows its runner to do now. */
export type Move =
  | { readonly kind: 'idle' }
  | { readonly kind: 'paused'; readonly reason: string }
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
  line: { readonly head: Patch | null; readonly lastExecutedAt: number | null },
  rules: LineRules,
): Move {
  const { head } = line;
  if (head === null || head.state.name !== 'queued') return { kind: 'idle' };
  if (rules.paused !== null) return { kind: 'paused', reason: rules.paused };
  const cooled = line.lastExecutedAt === null ? 0 : line.lastExecutedAt + rules.cooldownMs;
  const until = Math.max(cooled, head.state.notBefore ?? 0);
  if (until > rules.now) return { kind: 'wait', head, until, told: head.state.notBefore === until };
  return { kind: 'claim', head };
}
