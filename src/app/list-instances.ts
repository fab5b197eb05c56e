import { type VersionMix, versionMix } from '../core/version.ts';
import type { Registered } from '../ports/registry.ts';
import type { Needs } from './needs.ts';

/** A living process of this installation. Times are RFC 3339 in UTC. */
interface InstanceView {
  readonly component: string;
  readonly instance: string;
  readonly version: string;
  readonly pid: number;
  readonly host: string;
  /** Where it answers; null where it serves nobody. */
  readonly address: string | null;
  readonly startedAt: string;
  /** When it was heard last. */
  readonly at: string;
  readonly expiresAt: string;
}

/** Who is alive, or why nobody can tell. */
export type Instances =
  | {
      readonly kind: 'listed';
      readonly instances: readonly InstanceView[];
      /** Null where all are of one version. */
      readonly mix: VersionMix | null;
    }
  | { readonly kind: 'unknown'; readonly problem: string };

/** Nothing rests on the list, so that one that cannot be read is an answer. Never throws. */
export async function listInstances(needs: Pick<Needs, 'registry'>): Promise<Instances> {
  try {
    const instances = (await needs.registry.list(null)).map(view);
    return { kind: 'listed', instances, mix: versionMix(instances.map(({ version }) => version)) };
  } catch (error) {
    return { kind: 'unknown', problem: error instanceof Error ? error.message : String(error) };
  }
}

function view({ details: _, startedAt, at, expiresAt, ...said }: Registered): InstanceView {
  return {
    ...said,
    startedAt: new Date(startedAt).toISOString(),
    at: new Date(at).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}
