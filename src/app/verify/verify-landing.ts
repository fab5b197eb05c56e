import { GhostError } from '../../core/errors.ts';
import type { Intent, Patch } from '../../core/patch/patch.ts';
import type { History, HistoryCommit } from '../../ports/repository.ts';

/** A landing that is written down as begun or as done. */
export interface Landing {
  readonly id: string;
  readonly intent: Intent;
}

export function landingOf({ id, state }: Patch): Landing | null {
  return state.name === 'landed' || state.name === 'landing' ? { id, intent: state.intent } : null;
}

/** In what the commit on the branch differs from the landing as it is recorded. */
export async function verifyLanding(history: History, landing: Landing): Promise<readonly string[]> {
  const { commit } = landing.intent;
  try {
    const found = await history.commit(commit);
    if (found === null) return [`${landing.id} is landed as ${commit}, which is not in the repository`];
    return differencesOf(found, landing).map((difference) => `${commit} has ${difference}`);
  } catch (error) {
    if (error instanceof GhostError && error.code === 'integrity_broken') return [error.message];
    throw error;
  }
}

function differencesOf(found: HistoryCommit, { id, intent }: Landing): string[] {
  const { tree, base, landingSeq } = intent;
  return [
    found.tree === tree ? null : `tree ${found.tree}, recorded ${tree}`,
    found.parent === base ? null : `parent ${found.parent ?? 'none'}, recorded ${base}`,
    found.patch === id ? null : `trailer Ghost-Patch ${found.patch}, recorded ${id}`,
    found.landingSeq === landingSeq ? null : `trailer Ghost-Seq ${found.landingSeq}, recorded ${landingSeq}`,
  ].filter((difference) => difference !== null);
}
