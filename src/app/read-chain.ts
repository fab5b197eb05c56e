import { type ChainHead, type Entry, GENESIS } from '../core/ledger/entry.ts';
import { type ChainProblem, verifyChain } from '../core/ledger/verify-chain.ts';
import type { Needs } from './needs.ts';

const PAGE = 1_000;

export interface WholeChain {
  readonly entries: readonly Entry[];
  readonly problems: readonly ChainProblem[];
}

/**
 * Every entry of a chain, verified up to `head`, which was read before: what was appended since is no problem, but
 * entries that a newer head does not know either are.
 */
export async function readChain(needs: Pick<Needs, 'chains'>, head: ChainHead): Promise<WholeChain> {
  const entries: Entry[] = [];
  for (;;) {
    const page = await needs.chains.entries(head.chain, entries.at(-1)?.n ?? 0, PAGE);
    entries.push(...page);
    if (page.length < PAGE) break;
  }
  const last = entries.at(-1)?.n ?? 0;
  const hasGrown = last > head.n && last <= (await headOf(needs, head.chain)).n;
  const known = hasGrown ? entries.filter(({ n }) => n <= head.n) : entries;
  return { entries, problems: verifyChain(known, head) };
}

/** The head of a chain, which has the number 0 before its first entry. */
export async function headOf(needs: Pick<Needs, 'chains'>, chain: string): Promise<ChainHead> {
  const heads = await needs.chains.heads();
  return heads.find((head) => head.chain === chain) ?? { chain, n: 0, hash: GENESIS };
}
