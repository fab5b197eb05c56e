import { countedIn } from '../../../platform/windows.ts';
import type { CounterKey } from '../../../ports/rate-counters.ts';
import type { Connection } from '../calls.ts';
import type { FleetingCalls } from './calls.ts';

/** Windows that are over and are taken away by one that begins. */
const SWEPT_AT_ONCE = 16;

type CounterCalls = Pick<FleetingCalls, 'hit' | 'unhit' | 'resetCounter'>;

export function counterRows(db: Connection): CounterCalls {
  const sweep = db.prepare(
    `DELETE FROM counter WHERE (namespace, name) IN
       (SELECT namespace, name FROM counter WHERE ends_at <= ? LIMIT ${SWEPT_AT_ONCE})`,
  );
  const select = db.prepare(
    'SELECT count, ends_at AS endsAt FROM counter WHERE namespace = :namespace AND name = :name',
  );
  const put = db.prepare('INSERT OR REPLACE INTO counter VALUES (:namespace, :name, :count, :endsAt)');
  const lower = db.prepare(
    `UPDATE counter SET count = max(0, count - 1)
     WHERE namespace = :namespace AND name = :name AND ends_at > :now`,
  );
  const remove = db.prepare('DELETE FROM counter WHERE namespace = :namespace AND name = :name');
  const find = (key: CounterKey) => {
    const row = select.get({ ...key });
    return row ? { count: Number(row.count), endsAt: Number(row.endsAt) } : null;
  };

  return {
    hit(now, key, windowMs) {
      const window = countedIn(find(key), windowMs, now);
      if (window.count === 1) sweep.run(now);
      put.run({ ...key, ...window });
      return { count: window.count, leftMs: window.endsAt - now };
    },
    unhit: (now, key) => void lower.run({ ...key, now }),
    resetCounter: (key) => void remove.run({ ...key }),
  };
}
