import type { Announcement } from '../../../ports/registry.ts';
import type { Connection } from '../calls.ts';
import type { FleetingCalls } from './calls.ts';

type InstanceCalls = Pick<FleetingCalls, 'announce' | 'refresh' | 'withdraw' | 'instances'>;

/** As `lasts` has it (core/expiry.ts). */
const ALIVE = 'abs(:now - at) < ttl_ms';

export function instanceRows(db: Connection): InstanceCalls {
  const sweep = db.prepare(`DELETE FROM instance WHERE NOT (${ALIVE})`);
  const put = db.prepare(
    'INSERT OR REPLACE INTO instance VALUES (:component, :instance, :said, :now, :ttlMs)',
  );
  const touch = db.prepare(
    `UPDATE instance SET at = :now, ttl_ms = :ttlMs
     WHERE component = :component AND instance = :instance AND ${ALIVE}`,
  );
  const remove = db.prepare('DELETE FROM instance WHERE component = :component AND instance = :instance');
  const list = db.prepare(
    `SELECT said, at, ttl_ms AS ttlMs FROM instance
     WHERE ${ALIVE} AND (:component IS NULL OR component = :component) ORDER BY component, instance`,
  );

  return {
    announce(now, announcement, ttlMs) {
      sweep.run({ now });
      const { component, instance } = announcement;
      put.run({ component, instance, said: JSON.stringify(announcement), now, ttlMs });
    },
    refresh: (now, { component, instance }, ttlMs) =>
      touch.run({ now, component, instance, ttlMs }).changes === 1,
    withdraw: ({ component, instance }) => void remove.run({ component, instance }),
    instances: (now, component) =>
      list.all({ now, component }).map(({ said, at, ttlMs }) => {
        const announcement: Announcement = JSON.parse(String(said));
        return { ...announcement, at: Number(at), expiresAt: Number(at) + Number(ttlMs) };
      }),
  };
}
