import { GhostError } from '../core/errors.ts';
import type { Lease, LeaseRecord } from '../core/lease/lease.ts';
import type { StepObserver } from '../core/patch/landing-step.ts';
import type { Workspace } from '../core/workspace.ts';
import type { FenceMark, OpenRepository, Raised } from '../ports/repository.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';

export interface TakeRequest {
  readonly workspace: Workspace;
  readonly open: OpenRepository;
  readonly owner: string;
  readonly ttlMs: number;
  /** Take the branch over from another installation, which the operator knows to be stopped. */
  readonly adopt: boolean;
  /** `newest` takes nothing where the fence shows that this ledger is an older copy; `any` when left out. */
  readonly ledger?: 'newest' | 'any';
  readonly observe: StepObserver;
  readonly signal: AbortSignal;
}

export type Taken =
  | { readonly kind: 'taken'; readonly holding: Holding }
  | { readonly kind: 'busy'; readonly owner: string; readonly expiresAt: number }
  | { readonly kind: 'other-installation'; readonly mark: FenceMark }
  | { readonly kind: 'unreadable-fence'; readonly problem: string }
  /** The fence has a token of this installation that this ledger, which knows of none above `known`, never gave. */
  | { readonly kind: 'older-ledger'; readonly mark: FenceMark; readonly known: number }
  | { readonly kind: 'locked'; readonly path: string };

/**
 * Takes the lease, then raises the fence in the repository to its token. Only after that is anything of the branch
 * read: what is read before can be moved by a predecessor who does not know yet that he lost.
 */
export async function takeWorkspace(needs: Pick<Needs, 'leaser'>, request: TakeRequest): Promise<Taken> {
  const { workspace, open, observe } = request;
  const standing = await standingFence(open);
  if (standing.kind === 'unreadable-fence') return standing;
  const { mark } = standing;
  // Before the lease is taken: it would have a token above a mark that is none of ours, and two entries each time.
  if (mark !== null && mark.installation !== open.destination.installation && !request.adopt)
    return { kind: 'other-installation', mark };
  const older = request.ledger === 'newest' ? await olderLedger(needs, request, mark) : null;
  if (older !== null) return older;
  const outcome = await needs.leaser.take({
    name: workspace.name,
    owner: request.owner,
    ttlMs: request.ttlMs,
    above: mark?.token ?? 0,
  });
  if (outcome.kind === 'busy')
    return { kind: 'busy', owner: outcome.holder.owner ?? 'nobody', expiresAt: outcome.holder.expiresAt };
  const { lease, predecessor } = outcome;
  await observe('lease-taken', workspace.name);
  try {
    return await raiseFence(needs, request, { lease, predecessor });
  } catch (error) {
    // The lease would otherwise bar everybody, this process included, until it lapses.
    await needs.leaser.release(lease).catch(() => undefined);
    throw error;
  }
}

async function standingFence({
  destination,
}: OpenRepository): Promise<
  { readonly kind: 'read'; readonly mark: FenceMark | null } | Extract<Taken, { kind: 'unreadable-fence' }>
> {
  try {
    return { kind: 'read', mark: await destination.fence() };
  } catch (error) {
    if (!(error instanceof GhostError && error.code === 'integrity_broken')) throw error;
    return { kind: 'unreadable-fence', problem: error.message };
  }
}

/**
 * A token is durable in the ledger before any fence shows it. Looked for before the lease is taken: its token rises above
 * the fence, and nobody could tell any more.
 */
async function olderLedger(
  needs: Pick<Needs, 'leaser'>,
  { workspace, open }: TakeRequest,
  mark: FenceMark | null,
): Promise<Extract<Taken, { kind: 'older-ledger' }> | null> {
  const isOurs = mark?.installation === open.destination.installation && mark.workspace === workspace.name;
  if (!isOurs) return null;
  const known = (await needs.leaser.find(workspace.name))?.token ?? 0;
  return mark.token > known ? { kind: 'older-ledger', mark, known } : null;
}

interface Granted {
  readonly lease: Lease;
  readonly predecessor: LeaseRecord | null;
}

async function raiseFence(
  needs: Pick<Needs, 'leaser'>,
  request: TakeRequest,
  granted: Granted,
): Promise<Taken> {
  const { workspace, open, observe, signal } = request;
  const { lease, predecessor } = granted;
  const raised = await raise(request, granted);
  if (raised.kind !== 'raised') {
    await needs.leaser.release(lease);
    if (raised.kind !== 'fenced') return raised;
    return { kind: 'busy', owner: `the holder of token ${raised.mark.token}`, expiresAt: 0 };
  }
  const { fence } = raised;
  try {
    if (await needs.leaser.nameWriter(lease, fence.writer)) {
      await observe('fence-raised', workspace.name);
      return { kind: 'taken', holding: { workspace, open, lease, fence, predecessor, observe, signal } };
    }
  } catch (error) {
    // A writer that nobody knows of would keep the kernel lock for as long as this process lives.
    await fence.lower();
    throw error;
  }
  await fence.lower();
  return { kind: 'busy', owner: 'a newer holder', expiresAt: 0 };
}

/**
 * Once more when all that stood in the way was what a writer left behind as it died: the predecessor's, or one that died
 * while it raised the fence and is on no record.
 */
async function raise(request: TakeRequest, { lease, predecessor }: Granted): Promise<Raised> {
  const { destination } = request.open;
  const writer = predecessor?.writer ?? null;
  const options = { adopt: request.adopt };
  const raised = await destination.raise(lease, writer, options);
  if (raised.kind !== 'locked' || !(await destination.clearStaleFence(writer))) return raised;
  return destination.raise(lease, writer, options);
}

/** Gives the workspace back: the writer ends first, so that no ref moves after the lease is free. */
export async function giveBackWorkspace(needs: Pick<Needs, 'leaser'>, holding: Holding): Promise<void> {
  await holding.fence.lower();
  await needs.leaser.release(holding.lease);
}
