import type { Needs } from '../../app/needs.ts';
import { fail } from '../../core/errors.ts';
import type { Dependency } from '../../ports/dependency.ts';

/** What one choice gives: ports, what they rest on, and how to let go of it. */
export interface Wiring<Port extends keyof Needs> {
  readonly ports: Pick<Needs, Port>;
  readonly dependencies: readonly Dependency[];
  /** Closing twice is fine. */
  close(): Promise<void>;
}

/** What is configured and cannot be had is refused: a store that was named is never quietly another one. */
export function notBuilt(setting: string) {
  return fail('config_invalid', {
    setting,
    got: 'set',
    expected: 'nothing yet: this Ghost has no adapter for it',
  });
}
