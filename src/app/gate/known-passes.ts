import { sha256 } from '../../core/digest.ts';
import { type GateRun, type KnownPasses, NOTHING_KNOWN, passesOf } from '../../core/gate/reuse.ts';
import type { IsolationLevel } from '../../core/gate/verdict.ts';
import type { TreeId } from '../../core/git.ts';
import { canonicalJson } from '../../core/json.ts';
import { eventIn } from '../../core/ledger/fold.ts';
import type { Needs } from '../needs.ts';

/** A pass is believed for a day; pointers to older ones only take room. */
const KEPT_MS = 24 * 3_600_000;

/** One gate on one tree, on a machine that fences checks off as well as this one. */
export interface GateOnTree {
  readonly workspace: string;
  readonly tree: TreeId;
  readonly gate: string;
  readonly level: IsolationLevel;
}

/**
 * What passed on this tree before. The cache only tells which patch that was: what counts is read from the entry in the
 * ledger, and has to be about the same workspace, tree and gate.
 */
export async function knownPasses(
  needs: Pick<Needs, 'cache' | 'chains'>,
  about: GateOnTree,
): Promise<KnownPasses> {
  const pointer = await needs.cache.get(keyOf(about));
  if (pointer === null) return NOTHING_KNOWN;
  const run = await gateRun(needs, about, new TextDecoder().decode(pointer));
  return run === null ? NOTHING_KNOWN : passesOf(run);
}

/** Remembers which patch passed there. Its entry is in the ledger by now. */
export async function pointToPass(
  needs: Pick<Needs, 'cache'>,
  about: GateOnTree,
  patch: string,
): Promise<void> {
  await needs.cache.set(keyOf(about), new TextEncoder().encode(patch), KEPT_MS);
}

async function gateRun(
  needs: Pick<Needs, 'chains'>,
  about: GateOnTree,
  subject: string,
): Promise<GateRun | null> {
  const entries = await needs.chains.entriesAbout(subject);
  for (const entry of entries.toReversed()) {
    if (entry.type !== 'patch.checked' || entry.chain !== about.workspace) continue;
    const event = eventIn(entry);
    if (event.type !== 'checked' || event.tree !== about.tree || event.gate !== about.gate) continue;
    const served = { patch: entry.subject as GateRun['served']['patch'], entry: entry.n, at: entry.at };
    return { verdicts: event.verdicts, served };
  }
  return null;
}

function keyOf({ workspace, tree, gate, level }: GateOnTree) {
  return { namespace: 'passed gates', name: sha256(canonicalJson([workspace, tree, gate, level])) };
}
