import { type ChainHead, type Entry, GENESIS } from '../core/ledger/entry.ts';
import { type ChainProblem, verifyChain } from '../core/ledger/verify-chain.ts';
import type { Needs } from './needs.ts';

const PAGE = 1_000;

export interface ChainPage {
  readonly entries: readonly Entry[];
  readonly problems: readonly ChainProblem[];
}

/**
 * Every entry of a chain page by page, verified up to `head`, which was read before: what was appended since is no problem,
 * but entries that a newer head does not know either are.
 */
export async function* chainPages(
  needs: Pick<Needs, 'chains'>,
  head: ChainHead,
): AsyncGenerator<ChainPage, void, undefined> {
  let last: Entry | null = null;
  let named: Entry | null = null;
  for (;;) {
    const entries = await needs.chains.entries(head.chain, last?.n ?? 0, PAGE);
    yield { entries, problems: problemsOf(entries, last) };
    named = entries.find(({ n }) => n === head.n) ?? named;
    last = entries.at(-1) ?? last;
    if (entries.length < PAGE) break;
  }
  yield { entries: [], problems: await endProblems(needs, head, { last, named }) };
}

/** Each page is read on from the last entry of the one before it, whose own problems have been told. */
function problemsOf(entries: readonly Entry[], last: Entry | null): readonly ChainProblem[] {
  const found = verifyChain(last === null ? entries : [last, ...entries], null);
  return last === null ? found : found.filter(({ n }) => n > last.n);
}

async function endProblems(
  needs: Pick<Needs, 'chains'>,
  head: ChainHead,
  { last, named }: { readonly last: Entry | null; readonly named: Entry | null },
): Promise<readonly ChainProblem[]> {
  const end = last?.n ?? 0;
  const isGrown = end > head.n && end <= (await headOf(needs, head.chain)).n;
  const of = isGrown ? named : last;
  // A gap where the head points to was told as such; an empty chain has no last entry.
  if (of === null && (isGrown || head.n === 0)) return [];
  return verifyChain(of === null ? [] : [of], head).filter(({ kind }) => AT_THE_END.has(kind));
}

const AT_THE_END: ReadonlySet<ChainProblem['kind']> = new Set<ChainProblem['kind']>([
  'lost',
  'surplus',
  'replaced',
]);

/** The head of a chain, which has the number 0 before its first entry. */
export async function headOf(needs: Pick<Needs, 'chains'>, chain: string): Promise<ChainHead> {
  const heads = await needs.chains.heads();
  return heads.find((head) => head.chain === chain) ?? { chain, n: 0, hash: GENESIS };
}
