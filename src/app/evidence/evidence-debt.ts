import type { Entry } from '../../core/ledger/entry.ts';
import { eventIn } from '../../core/ledger/fold.ts';
import type { PatchId } from '../../core/patch/id.ts';
import type { Attested } from '../../core/patch/patch.ts';
import type { Needs } from '../needs.ts';
import { headOf } from '../read-chain.ts';

/** Which landings of a workspace have no signed evidence yet, as its chain tells up to entry `n`. */
export interface EvidenceDebt {
  readonly n: number;
  /** The newest leaf of its log; null before the first. */
  readonly last: Attested | null;
  /** In landing order. What landed unsigned, in an older version, is not among them. */
  readonly owed: readonly PatchId[];
  /** Patches whose newest intent names a signed commit. */
  readonly signed: ReadonlySet<PatchId>;
}

type DebtNeeds = Pick<Needs, 'chains'>;

const PAGE = 500;
const TOLD_BY: ReadonlySet<string> = new Set(['patch.intended', 'patch.landed', 'patch.attested']);

/**
 * Read backwards from the head of the chain, as far as the landing of the patch that was attested last: landings are attested
 * in their order, so that nothing before it is owed.
 */
export async function readDebt(needs: DebtNeeds, workspace: string): Promise<EvidenceDebt> {
  const { n } = await headOf(needs, workspace);
  let told: readonly Entry[] = [];
  for (let to = n; to > 0 && !reachesBack(told); to = Math.max(0, to - PAGE)) {
    const from = Math.max(0, to - PAGE);
    const page = await needs.chains.entries(workspace, from, to - from);
    told = [...page.filter(({ type }) => TOLD_BY.has(type)), ...told];
  }
  return debtAfter({ n: 0, last: null, owed: [], signed: new Set() }, told, n);
}

/** The same, read on. */
export async function readOn(needs: DebtNeeds, workspace: string, debt: EvidenceDebt): Promise<EvidenceDebt> {
  let after = debt;
  for (;;) {
    const page = await needs.chains.entries(workspace, after.n, PAGE);
    after = debtAfter(after, page, page.at(-1)?.n ?? after.n);
    if (page.length < PAGE) return after;
  }
}

function reachesBack(told: readonly Entry[]): boolean {
  const last = told.findLast(({ type }) => type === 'patch.attested');
  return (
    last !== undefined &&
    told.some(({ type, subject }) => type === 'patch.landed' && subject === last.subject)
  );
}

function debtAfter(before: EvidenceDebt, entries: readonly Entry[], n: number): EvidenceDebt {
  const signed = new Set(before.signed);
  let { last, owed } = before;
  for (const entry of entries) {
    if (!TOLD_BY.has(entry.type)) continue;
    const event = eventIn(entry);
    const patch = entry.subject as PatchId;
    if (event.type === 'intended' && event.intent.evidence !== undefined) signed.add(patch);
    if (event.type === 'landed' && signed.delete(patch)) owed = [...owed, patch];
    if (event.type !== 'attested') continue;
    last = { bundle: event.bundle, leaf: event.leaf };
    owed = owed.slice(owed.indexOf(patch) + 1);
  }
  return { n, last, owed, signed };
}
