import { type Sha256, sha256 } from '../../core/digest.ts';
import { GhostError } from '../../core/errors.ts';
import { CLOCK_SKEW_MS } from '../../core/evidence/trust/trust.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import { eventIn } from '../../core/ledger/fold.ts';
import type { Needs } from '../needs.ts';
import type { Findings, LandedPatch } from './verify-evidence.ts';

/** It was kept while the gate ran of which it is served, and no gate runs for a day. */
const SERVED_FROM_MS = 24 * 3_600_000;

type OutputReads = Pick<Needs, 'outputs' | 'chains' | 'outputsKeptMs' | 'clock'>;

/** Outputs that were kept before this time were removed, and an entry tells of it. */
export type PrunedBefore = () => Promise<number>;

/** Read once, and only where something is gone. */
export function prunedBefore({ chains }: Pick<Needs, 'chains'>): PrunedBefore {
  let reading: Promise<number> | null = null;
  const read = async () => {
    const entries = await chains.entriesAbout('outputs');
    const times = entries.filter(({ type }) => type === 'outputs.pruned').map(({ data }) => timeIn(data));
    return times.reduce((one, other) => Math.max(one, other), 0);
  };
  return () => (reading ??= read());
}

/** Nothing that was named is removed before it is old. */
function timeIn(data: unknown): number {
  const { old, before } = Object(data);
  return typeof before === 'number' && old > 0 ? before : 0;
}

/**
 * Holds what checks printed and left against the digests that were recorded. Outputs are kept for a while only: what is gone
 * before it was old was taken away. What is old enough may be gone without an entry, as whoever removes it may die before telling.
 */
export async function verifyOutputs(
  needs: OutputReads,
  { patch, entries }: LandedPatch,
  pruned: PrunedBefore,
): Promise<Findings> {
  const { outputs, outputsKeptMs, clock } = needs;
  const old = outputsKeptMs === null ? 0 : clock.now() - outputsKeptMs;
  const problems: string[] = [];
  let gone = 0;
  for (const [digest, keptAt] of outputsIn(entries)) {
    const got = await readOutput(outputs, digest);
    if (got === 'gone' && keptAt < Math.max(old, await pruned())) gone += 1;
    else if (got === 'gone')
      problems.push(`${patch.id}: the output with sha256 ${digest} is gone, and was not old enough to go`);
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

/** With the time before which none of them was kept. Those of nothing at all need no keeping. */
function outputsIn(entries: LandedPatch['entries']): ReadonlyMap<Sha256, number> {
  const found = new Map<Sha256, number>();
  for (const [at, entry] of entries.entries()) {
    const event = eventIn(entry);
    if (event.type !== 'checked') continue;
    const began = (entries[at - 1]?.at ?? entry.at) - CLOCK_SKEW_MS;
    for (const verdict of event.verdicts) {
      const { served } = verdict;
      const keptAt = served === undefined ? began : served.at - SERVED_FROM_MS;
      for (const digest of namedBy(verdict)) found.set(digest, Math.max(keptAt, found.get(digest) ?? 0));
    }
  }
  return found;
}

function namedBy({ output, earlier = [], artifacts = [] }: Verdict): readonly Sha256[] {
  const printed = [output, ...earlier.map((run) => run.output)].filter(({ bytes }) => bytes > 0);
  return [...printed, ...artifacts].map(({ sha256: digest }) => digest);
}
