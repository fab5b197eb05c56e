import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import type { Clock } from '../../platform/clock.ts';
import type { Dependency } from '../../ports/dependency.ts';
import type { Registry } from '../../ports/registry.ts';
import type { Home } from '../home.ts';

interface InHome {
  readonly home: Home;
  readonly registry: Registry;
  readonly serves: readonly string[];
  readonly clock: Clock;
}

/** What may be lost where no Redis is named: a file that its processes share, and a folder that they watch. */
export function homeDependency({ home, registry, serves, clock }: InHome): Dependency {
  return {
    ...{ name: 'files', serves, need: 'optional' },
    async measure() {
      const askedAt = clock.monotonic();
      await registry.list(null);
      const latencyMs = clock.monotonic() - askedAt;
      await mkdir(home.wake, { recursive: true });
      await access(home.wake, constants.W_OK | constants.X_OK);
      const details = { file: home.fleetingFile, wake: home.wake };
      return { latencyMs, version: `SQLite ${process.versions.sqlite}`, details, findings: [] };
    },
  };
}
