import { type Sha256, sha256 } from '../../core/digest.ts';
import { GhostError } from '../../core/errors.ts';
import { eventIn } from '../../core/ledger/fold.ts';
import type { Needs } from '../needs.ts';
import type { Findings, LandedPatch } from './verify-evidence.ts';

/** Holds what checks printed and left against the digests that were recorded. Outputs are kept for a while only. */
export async function verifyOutputs(
  { outputs }: Pick<Needs, 'outputs'>,
  { patch, entries }: LandedPatch,
): Promise<Findings> {
  const problems: string[] = [];
  let gone = 0;
  for (const digest of digestsIn(entries)) {
    const got = await readOutput(outputs, digest);
    if (got === 'gone') gone += 1;
    else if (got !== digest) problems.push(`${patch.id}: the output with sha256 ${digest} ${got}`);
  }
  return { problems, unproven: gone === 0 ? [] : [`${patch.id}: ${gone} of its outputs are no longer kept`] };
}

async function readOutput(outputs: Needs['outputs'], digest: Sha256): Promise<string> {
  try {
    const bytes = await outputs.read(digest);
    if (bytes === null) return 'gone';
    const got = sha256(bytes);
    return got === digest ? got : `has sha256 ${got} now`;
  } catch (error) {
    if (error instanceof GhostError) return `cannot be read: ${error.message}`;
    throw error;
  }
}

/** Those of nothing at all need no keeping. */
function digestsIn(entries: LandedPatch['entries']): ReadonlySet<Sha256> {
  const digests = new Set<Sha256>();
  for (const entry of entries) {
    const event = eventIn(entry);
    if (event.type !== 'checked') continue;
    for (const { output, earlier = [], artifacts = [] } of event.verdicts) {
      for (const each of [output, ...earlier.map((run) => run.output)])
        if (each.bytes > 0) digests.add(each.sha256);
      for (const each of artifacts) digests.add(each.sha256);
    }
  }
  return digests;
}
