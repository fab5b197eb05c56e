import type { Entry } from '../core/ledger/entry.ts';
import { outputsPruned, type PrunedOutputs } from '../core/ledger/outputs-entry.ts';
import type { KeptOutput } from '../ports/outputs.ts';
import type { Needs } from './needs.ts';

export type PruneNeeds = Pick<Needs, 'chains' | 'outputs' | 'runLogs' | 'outputsKeptMs' | 'clock'>;

export interface PruneRules {
  /** `try` only tells what would be removed. */
  readonly mode: 'try' | 'do';
  /** `old`: what is older than is kept. `unnamed`: that no entry of the ledger names as well, for which all of it is read. */
  readonly what: 'old' | 'unnamed';
  readonly actor: string;
}

/** An output is kept before the entry that names it is written. */
const UNNAMED_AFTER_MS = 24 * 3_600_000;
const PAGE = 500;
const DIGEST = /"([0-9a-f]{64})"/g;

/** Removes outputs that are old, and those that nobody names any more; what was removed is told by an entry. */
export async function pruneOutputs(needs: PruneNeeds, rules: PruneRules): Promise<PrunedOutputs> {
  const { outputs, runLogs, chains, clock, outputsKeptMs } = needs;
  const { mode, actor } = rules;
  const now = clock.now();
  const before = outputsKeptMs === null ? null : now - outputsKeptMs;
  const isOld = ({ keptAt }: KeptOutput) => before !== null && keptAt < before;
  // What is kept is looked at first, so that what is named meanwhile is not taken for unnamed.
  const kept = await Array.fromAsync(outputs.list());
  const old = kept.filter(isOld);
  const named = rules.what === 'unnamed' ? await digestsNamed(needs) : null;
  const unnamed = kept.filter(
    (one) => named !== null && !isOld(one) && !named.has(one.digest) && one.keptAt < now - UNNAMED_AFTER_MS,
  );
  const going = [...old, ...unnamed];
  if (mode === 'do') for (const { digest, keptAt } of going) await outputs.remove(digest, keptAt);
  const pruned = {
    ...{ old: old.length, unnamed: unnamed.length },
    bytes: going.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
    patches: before === null ? 0 : await runLogs.forget(before, mode),
  };
  if (mode === 'do' && going.length + pruned.patches > 0)
    await chains.append(outputsPruned(pruned, { at: now, actor, before }));
  return pruned;
}

/** Everything in the ledger that looks like a digest: to take too much for a name removes too little. */
async function digestsNamed({ chains }: PruneNeeds): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (const { chain } of await chains.heads()) {
    let page: readonly Entry[] = [];
    do {
      page = await chains.entries(chain, page.at(-1)?.n ?? 0, PAGE);
      for (const { data } of page)
        for (const [, digest = ''] of JSON.stringify(data).matchAll(DIGEST)) named.add(digest);
    } while (page.length === PAGE);
  }
  return named;
}

const EVERY_MS = 24 * 3_600_000;

/** Removes what is old, once a day and at the start, until `signal` aborts. `tell` hears of what could not be done. */
export async function keepPruned(
  needs: PruneNeeds,
  { actor, tell }: { readonly actor: string; readonly tell: (error: unknown) => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pruneOutputs(needs, { mode: 'do', what: 'old', actor }).catch(tell);
    await needs.clock.sleep(EVERY_MS, signal);
  }
}
