import type { Clock } from '../../platform/clock.ts';
import type { Admission, Admitted } from '../../ports/admission.ts';

/** Who is in, for the processes of one memory. */
export function memoryAdmission({ clock }: { readonly clock: Clock }): Admission {
  const entries = new Map<string, Admitted>();
  const inside = (name: string) => {
    const entry = entries.get(name);
    return entry !== undefined && entry.expiresAt > clock.now() ? entry : null;
  };

  return {
    async enter({ name, owner }, ttlMs) {
      const latest = clock.now() + ttlMs;
      const by = inside(name);
      if (by === null || by.owner === owner) {
        const admitted = { name, owner, key: name, expiresAt: latest };
        entries.set(name, admitted);
        return { kind: 'admitted', admitted };
      }
      const bounded = { ...by, expiresAt: Math.min(by.expiresAt, latest) };
      entries.set(name, bounded);
      return { kind: 'busy', by: bounded };
    },
    async leave({ name, owner }) {
      if (inside(name)?.owner === owner) entries.delete(name);
    },
    async find(name) {
      return inside(name);
    },
  };
}
