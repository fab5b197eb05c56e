import type { Lease } from '../../core/lease/lease.ts';
import type { Raised } from '../../ports/repository.ts';
import type { StandingFence } from './ref-host.ts';

/** A holder that wants the fence, and what it may take for its own. */
export interface FenceClaim {
  readonly installation: string;
  readonly lease: Lease;
  readonly adopt: boolean;
  /** Ids of the marks that this process wrote. */
  readonly own: ReadonlySet<string>;
}

/** Why the standing fence keeps a holder out; null when it may be moved up. */
export function refusalOf(standing: StandingFence | null, claim: FenceClaim): Raised | null {
  if (!standing) return null;
  const { mark, id } = standing;
  const foreign = mark.installation !== claim.installation;
  if (foreign && !claim.adopt) return { kind: 'other-installation', mark };
  const { token } = claim.lease;
  // An equal token is our own only in a mark that we wrote: a copy of our data folder counts as we do.
  const stale = claim.own.has(id) ? mark.token > token : mark.token >= token;
  return stale ? { kind: 'fenced', mark } : null;
}
