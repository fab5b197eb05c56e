import { memoryHistory } from '../../src/adapters/memory/history.ts';
import type { LineHistory } from '../world/history/line-history.ts';
import { WORKSPACE, type World } from './world.ts';

/** What stands in ledger and repository, read without any process of the machine. */
export async function historyOf({ store, machine, acknowledged }: World): Promise<LineHistory> {
  const { disk } = machine;
  const { name } = WORKSPACE;
  return {
    ...{ workspace: name, acknowledged },
    patches: [...store.patches.values()].map(({ patch }) => patch),
    entries: store.entries.filter(({ chain }) => chain === name),
    branch: await Array.fromAsync(memoryHistory(disk.objects, () => machine.tip()).since(null)),
  };
}

/** For a line that does not come to rest: who still waits for what. */
export function whereItStands({ store, machine, busy }: World): string {
  const patches = [...store.patches.values()].map(({ patch }) => `${patch.id} ${patch.state.name}`);
  const locks = [...machine.disk.locks].map(([ref, { content }]) => `${ref}.lock holding "${content}"`);
  const paused = store.workspaces.get(WORKSPACE.name)?.paused ?? null;
  return [
    `${busy} people busy`,
    ...patches,
    ...locks,
    ...(paused === null ? [] : [`paused: ${paused}`]),
  ].join(', ');
}
