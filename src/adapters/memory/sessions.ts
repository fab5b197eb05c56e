import { sha256 } from '../../core/digest.ts';
import { expiryOf, type SessionRecord, seenAgain } from '../../core/session.ts';
import type { Clock } from '../../platform/clock.ts';
import { randomId } from '../../platform/ids.ts';
import type { Session, Sessions } from '../../ports/sessions.ts';

/** Sessions of one process. */
export function memorySessions({ clock }: { readonly clock: Clock }): Sessions {
  const records = new Map<string, SessionRecord>();

  const see = (digest: string): SessionRecord | null => {
    const record = records.get(digest);
    const seen = record ? seenAgain(record, clock.now()) : null;
    if (seen) records.set(digest, seen);
    else records.delete(digest);
    return seen;
  };

  return {
    async create(of, { idleMs, mostMs }) {
      const id = randomId();
      const now = clock.now();
      const record = { ...of, createdAt: now, seenAt: now, idleMs, endsAt: now + mostMs };
      records.set(sha256(id), record);
      return { id, session: sessionOf(record) };
    },
    async find(id) {
      const seen = see(sha256(id));
      return seen && sessionOf(seen);
    },
    async end(id) {
      records.delete(sha256(id));
    },
    async endAll(subject) {
      const theirs = [...records].filter(([, record]) => record.subject === subject);
      const alive = theirs.filter(([digest]) => see(digest) !== null);
      for (const [digest] of theirs) records.delete(digest);
      return alive.length;
    },
  };
}

function sessionOf(record: SessionRecord): Session {
  const { subject, role, createdAt } = record;
  return { subject, role, createdAt, expiresAt: expiryOf(record) };
}
