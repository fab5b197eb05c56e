import type { Entry } from '../../../../src/core/ledger/entry.ts';
import type { PatchEvent } from '../../../../src/core/patch/transition.ts';
import type { LineHistory } from '../line-history.ts';
import type { Telling } from '../telling.ts';

/** G5: each step of a runner was taken under the newest lease, on the branch as in the chain. */
export function notFenced(history: LineHistory, telling: Telling): readonly string[] {
  return [...fallingTokens(history), ...staleSteps(telling)];
}

function fallingTokens({ patches, branch }: LineHistory): string[] {
  const tokens = new Map(
    patches.flatMap(({ id, state }) =>
      state.name === 'landed' ? [[state.intent.commit, { id, token: state.intent.token }] as const] : [],
    ),
  );
  const landings = branch.flatMap(({ id }) => tokens.get(id) ?? []);
  return landings.flatMap(({ id, token }, index) => {
    const before = landings[index - 1];
    return before === undefined || before.token <= token
      ? []
      : [`${id} landed under token ${token}, on top of ${before.id} under ${before.token}`];
  });
}

/** The lease as the chain tells it. Owner null: given back. */
interface Holder {
  readonly token: number;
  readonly owner: string | null;
}

function staleSteps({ lines }: Telling): string[] {
  let holder: Holder | null = null;
  return lines.flatMap(({ entry, told }) => {
    const before = holder;
    if (entry.type.startsWith('lease.')) {
      const { token } = entry.data as unknown as { readonly token: number };
      holder = { token, owner: entry.type === 'lease.taken' ? entry.actor : null };
      return wrongLease(entry, token, before);
    }
    return told === null ? [] : wrongStep(entry, told.event, before);
  });
}

function wrongLease({ n, type }: Entry, token: number, before: Holder | null): string[] {
  if (before === null) return [];
  if (type === 'lease.taken')
    return token > before.token
      ? []
      : [`entry ${n} takes the lease with token ${token} after ${before.token}`];
  return token === before.token && before.owner !== null
    ? []
    : [`entry ${n} gives back token ${token}, the newest is ${before.token}`];
}

function wrongStep(entry: Entry, event: PatchEvent, holder: Holder | null): string[] {
  // A person's step has no lease; the rest of a broken series is cancelled by either.
  if (event.type === 'cancelled') return [];
  const step = `entry ${entry.n}, ${entry.type} of ${entry.subject} by ${entry.actor}`;
  if (holder === null) return [`${step}, and nobody has taken the lease`];
  if (holder.owner === null) return [`${step}, and the lease was given back with token ${holder.token}`];
  if (holder.owner !== entry.actor) return [`${step}, and ${holder.owner} holds token ${holder.token}`];
  const token = tokenOf(event);
  if (event.type === 'rescued')
    return event.from <= holder.token
      ? []
      : [`${step} takes it from token ${event.from}, the newest is ${holder.token}`];
  return token === null || token === holder.token
    ? []
    : [`${step} has token ${token}, the newest is ${holder.token}`];
}

function tokenOf(event: PatchEvent): number | null {
  if (event.type === 'claimed') return event.token;
  return event.type === 'intended' ? event.intent.token : null;
}
