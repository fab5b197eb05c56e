import { verdictsIn } from '../../core/evidence/summary.ts';
import type { Entry } from '../../core/ledger/entry.ts';

/** One time that the gate was asked about a patch, with commands that ran for it. */
export interface AskedGate {
  readonly token: number;
  readonly runner: string;
}

/** Who ran commands for a patch and has them on record, in order. */
export function whoRan(entries: readonly Entry[]): readonly AskedGate[] {
  let token = 0;
  const asked: AskedGate[] = [];
  for (const { type, data, actor } of entries) {
    if (type === 'patch.claimed') token = Number(Object(data).token);
    const hasRun = verdictsIn(data).some(({ argv, served }) => argv.length > 0 && served === undefined);
    if (type === 'patch.checked' && hasRun) asked.push({ token, runner: actor });
  }
  return asked;
}
