import { ROLES } from '../../../core/role.ts';
import { type SessionRecord, seenAgain } from '../../../core/session.ts';
import type { Connection } from '../calls.ts';
import type { FleetingCalls } from './calls.ts';

type SessionCalls = Pick<FleetingCalls, 'addSession' | 'seeSession' | 'endSession' | 'endSessions'>;
type Row = Readonly<Record<string, unknown>>;

export function sessionRows(db: Connection): SessionCalls {
  const sweep = db.prepare('DELETE FROM session WHERE seen_at + idle_ms <= :now OR ends_at <= :now');
  const insert = db.prepare(
    'INSERT INTO session VALUES (:digest, :subject, :role, :createdAt, :seenAt, :idleMs, :endsAt)',
  );
  const select = db.prepare('SELECT * FROM session WHERE digest = ?');
  const update = db.prepare('UPDATE session SET seen_at = :seenAt, ends_at = :endsAt WHERE digest = :digest');
  const remove = db.prepare('DELETE FROM session WHERE digest = ?');
  const ofSubject = db.prepare('SELECT * FROM session WHERE subject = ?');
  const removeAll = db.prepare('DELETE FROM session WHERE subject = ?');

  return {
    addSession(digest, record) {
      sweep.run({ now: record.seenAt });
      insert.run({ ...record, digest });
    },
    seeSession(now, digest) {
      const row = select.get(digest);
      const seen = row ? seenAgain(recordIn(row), now) : null;
      if (seen) update.run({ digest, seenAt: seen.seenAt, endsAt: seen.endsAt });
      else remove.run(digest);
      return seen;
    },
    endSession: (digest) => void remove.run(digest),
    endSessions(now, subject) {
      const alive = ofSubject.all(subject).filter((row) => seenAgain(recordIn(row), now) !== null);
      removeAll.run(subject);
      return alive.length;
    },
  };
}

function recordIn(row: Row): SessionRecord {
  return {
    subject: String(row.subject),
    // The least, where a file holds what nobody wrote.
    role: ROLES.find((role) => role === row.role) ?? 'viewer',
    createdAt: Number(row.created_at),
    seenAt: Number(row.seen_at),
    idleMs: Number(row.idle_ms),
    endsAt: Number(row.ends_at),
  };
}
