import type { Heartbeat } from '../core/health/heartbeat.ts';

/** Heartbeat files, one per component and instance, replaced atomically. */
export interface Heartbeats {
  beat(heartbeat: Heartbeat): Promise<void>;
  /** Every heartbeat that can be read; one that cannot is reported as such and never skipped silently. */
  read(): Promise<readonly ReadHeartbeat[]>;
  /** Removes this instance's own file at an orderly stop. */
  retire(component: string, instance: string): Promise<void>;
}

export type ReadHeartbeat =
  | { readonly kind: 'read'; readonly file: string; readonly heartbeat: Heartbeat }
  | { readonly kind: 'unreadable'; readonly file: string; readonly problem: string };
