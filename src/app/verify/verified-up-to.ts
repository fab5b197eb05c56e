import { logOrigin } from '../../core/evidence/log-files.ts';
import type { Needs } from '../needs.ts';
import { headOf } from '../read-chain.ts';

type MarkNeeds = Pick<Needs, 'sightings' | 'trust' | 'chains'>;

export interface Mark {
  /** The first landing that was not verified when the mark was set. */
  readonly from: number;
  readonly problems: readonly string[];
}

/** From where on a workspace has to be verified, for whoever believes what was verified before; the chain still has to lead there. */
export async function readMark(needs: MarkNeeds, workspace: string): Promise<Mark> {
  const { verified } = await needs.sightings.find(nameOf(needs, workspace));
  if (verified === null) return { from: 1, problems: [] };
  const [entry] = await needs.chains.entries(workspace, verified.entry - 1, 1);
  if (entry?.n === verified.entry && entry.hash === verified.hash)
    return { from: verified.landing + 1, problems: [] };
  const problem = `entry ${verified.entry} of the chain is not the one up to which everything was verified`;
  return { from: 1, problems: [problem] };
}

/** To be called before anything is read: what came meanwhile is verified the next time. */
export async function beginMark(
  needs: MarkNeeds,
  workspace: string,
): Promise<{ keep(landing: number): Promise<void> }> {
  const { n, hash } = await headOf(needs, workspace);
  return {
    keep: async (landing) => {
      if (n === 0) return;
      await needs.sightings.keep(nameOf(needs, workspace), { verified: { landing, entry: n, hash } });
    },
  };
}

function nameOf({ trust }: MarkNeeds, workspace: string): string {
  return logOrigin(trust.installation, workspace);
}
