import { yamlReader } from '../../src/adapters/files/yaml.ts';
import { writeCommit, writeTree } from '../../src/adapters/memory/objects.ts';
import { emptyStore, type Store } from '../../src/adapters/memory/store.ts';
import { memoryWorkspaces } from '../../src/adapters/memory/workspaces.ts';
import { blobIdOf } from '../../src/core/blob-id.ts';
import type { Path } from '../../src/core/git.ts';
import type { ChangeEngine } from '../../src/ports/change-engine.ts';
import type { YamlReader } from '../../src/ports/policy.ts';
import type { Acknowledged } from '../world/history/line-history.ts';
import { rememberingEngine } from './changes.ts';
import type { Engine } from './engine/engine.ts';
import type { Random } from './engine/random.ts';
import { BRANCH_REF } from './machine/disk.ts';
import { Machine } from './machine/machine.ts';
import { FIRST_FILES } from './people/texts.ts';
import type { Plan } from './plan.ts';
import type { Gateway } from './processes/gateway.ts';
import { ulids } from './ulids.ts';

/** Everything that one schedule is about. */
export interface World {
  readonly machine: Machine;
  readonly store: Store;
  readonly plan: Plan;
  readonly random: Random;
  readonly changes: ChangeEngine;
  readonly yaml: YamlReader;
  readonly newUlid: (at: number) => string;
  readonly acknowledged: Acknowledged[];
  /** Who is there to be asked, if somebody is. */
  gateway: Gateway | null;
  /** People who have not done yet what they came for. */
  busy: number;
  /** The virtual time from which on no fault comes any more; null before. */
  healedAt: number | null;
}

export const WORKSPACE = {
  ...{ name: 'main', gitDir: '/repository', workTree: null, branch: 'main' },
  ...{ addedAt: 0, addedBy: 'operator', paused: null },
} as const;

const REMOTE = { url: 'ssh://elsewhere/repository', writers: 'others', credentials: null } as const;

const CHANGES = rememberingEngine();

/** A machine with one repository, registered; nothing runs yet. */
export async function createWorld(engine: Engine, plan: Plan, random: Random): Promise<World> {
  const machine = new Machine(engine);
  const store = emptyStore();
  const { disk } = machine;
  disk.isLying = plan.lyingDisk;
  machine.isApart = plan.fenceAlone;
  const files = FIRST_FILES.map(({ path, text }) => {
    const bytes = Buffer.from(text);
    return [path as Path, { mode: '100644' as const, blob: blobIdOf(bytes, SHA1_LIKE), bytes }] as const;
  });
  const tree = writeTree(disk.objects, new Map(files));
  const date = Math.floor(machine.wall() / 1_000) - 60;
  const tip = writeCommit(disk.objects, { tree, parent: null, message: 'First\n', date });
  disk.setRef(BRANCH_REF, tip);
  disk.syncRef(BRANCH_REF);
  if (plan.remote) machine.server.branch = tip;
  const remote = plan.remote ? REMOTE : null;
  await memoryWorkspaces(store).add({ ...WORKSPACE, remote, baseline: { tip, landings: 0 } });
  return {
    ...{ machine, store, plan, random, changes: CHANGES, yaml: yamlReader, newUlid: ulids() },
    ...{ acknowledged: [], gateway: null, busy: 0, healedAt: null },
  };
}

const SHA1_LIKE = '0'.repeat(40);
