import type { Needs } from '../../app/needs.ts';
import type { Dependency } from '../../ports/dependency.ts';

/** What one choice gives: ports, what they rest on, and how to let go of it. */
export interface Wiring<Port extends keyof Needs> {
  readonly ports: Pick<Needs, Port>;
  readonly dependencies: readonly Dependency[];
  /** Closing twice is fine. */
  close(): Promise<void>;
}
