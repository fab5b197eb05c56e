import { setTimeout as after } from 'node:timers/promises';
import type { LedgerEvent } from '../../../src/core/ledger/event.ts';
import type { Installation } from '../../../test/world/installation.ts';

/** What the outbox has told until now, counted. */
export interface Course {
  readonly accepted: number;
  readonly landed: number;
  readonly rejected: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Patches found in a dead runner's hands. */
  readonly rescued: number;
  readonly retried: number;
  readonly outpaced: number;
  /** Leases of workspaces that were taken from a holder who had not given them back. */
  readonly takeovers: number;
}

export interface Watch {
  course(): Course;
  /** Accepted and not over. */
  unfinished(): number;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 250;
const PAGE = 1_000;
const OVER = ['landed', 'rejected', 'failed', 'cancelled'] as const;
const COUNTED = new Map<string, keyof Course>([
  ...(['accepted', ...OVER, 'rescued', 'retried', 'outpaced'] as const).map(
    (name) => [`patch.${name}`, name] as const,
  ),
]);

/** Follows the outbox as any reader of events does. Nothing is kept but the counts. */
export function watchCourse({ needs }: Installation): Watch {
  const course = Object.fromEntries([...COUNTED.values(), 'takeovers'].map((name) => [name, 0])) as Record<
    keyof Course,
    number
  >;
  const over = new AbortController();
  const ended = follow();
  return {
    course: () => course,
    unfinished: () => course.accepted - OVER.reduce((sum, name) => sum + course[name], 0),
    stop: () => {
      over.abort();
      return ended;
    },
  };

  async function follow(): Promise<void> {
    for (let position = 0; !over.signal.aborted; ) {
      // A store that is gone for a moment comes back, and nothing was missed.
      const page = await needs.outbox.after(position, PAGE).catch(() => []);
      for (const event of page) count(event);
      position = page.at(-1)?.position ?? position;
      if (page.length < PAGE) await after(LOOK_EVERY_MS);
    }
  }

  function count(event: LedgerEvent): void {
    const name = COUNTED.get(event.type) ?? (isTakeover(event) ? 'takeovers' : null);
    if (name !== null) course[name] += 1;
  }
}

function isTakeover({ type, workspace, data }: LedgerEvent): boolean {
  const { after: predecessor } = Object(data) as { readonly after?: { readonly owner: string | null } };
  return type === 'lease.taken' && workspace !== null && typeof predecessor?.owner === 'string';
}
