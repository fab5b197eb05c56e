import { lasts } from '../../core/expiry.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Announcement, InstanceName, Registered, Registry } from '../../ports/registry.ts';

interface Heard {
  readonly announcement: Announcement;
  readonly at: number;
  readonly ttlMs: number;
}

/** A registry of one process. */
export function memoryRegistry({ clock }: { readonly clock: Clock }): Registry {
  const heard = new Map<string, Heard>();

  const alive = (id: string): Heard | null => {
    const found = heard.get(id);
    if (found && lasts(found.at, found.ttlMs, clock.now())) return found;
    heard.delete(id);
    return null;
  };

  return {
    async announce(announcement, ttlMs) {
      heard.set(idOf(announcement), { announcement, at: clock.now(), ttlMs });
    },
    async refresh(who, ttlMs) {
      const found = alive(idOf(who));
      if (found) heard.set(idOf(who), { ...found, at: clock.now(), ttlMs });
      return found !== null;
    },
    async withdraw(who) {
      heard.delete(idOf(who));
    },
    async list(component) {
      return [...heard.keys()]
        .toSorted()
        .flatMap((id) => alive(id) ?? [])
        .filter(({ announcement }) => component === null || announcement.component === component)
        .map(registered);
    },
  };
}

function registered({ announcement, at, ttlMs }: Heard): Registered {
  return { ...announcement, at, expiresAt: at + ttlMs };
}

/** Sorts as component and instance do. */
function idOf({ component, instance }: InstanceName): string {
  return `${component}\0${instance}`;
}
