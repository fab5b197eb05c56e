import { type Sha256, sha256 } from '../../core/digest.ts';
import { type Entry, GENESIS, hashOf } from '../../core/ledger/entry.ts';
import type { LedgerCounts, LedgerPart } from '../../ports/ledger-copy.ts';
import { KINDS, NOTHING_COUNTED } from './copy-format.ts';

/** Follows the parts of a copy. What it keeps grows with the chains and the cursors, not with patches and entries. */
export interface CopyCheck {
  /** What is wrong with the next part, in words; null when it may stand there. */
  next(part: LedgerPart): string | null;
  /** What is wrong with all of them together, which ought to be so many. */
  end(told: LedgerCounts): string | null;
}

/** Holds the parts against the order of a copy, each patch against its text, each entry against its chain. */
export function copyCheck(): CopyCheck {
  const counts: Record<LedgerPart['kind'], number> = { ...NOTHING_COUNTED };
  const heads = new Map<string, { readonly n: number; readonly hash: Sha256 }>();
  let kind = 0;
  let seq = 0;
  let furthest = 0;

  const ofKind = (part: LedgerPart): string | null => {
    switch (part.kind) {
      case 'workspace':
      case 'token':
      case 'lease':
        return null;
      case 'cursor':
        furthest = Math.max(furthest, part.position);
        return null;
      case 'patch':
        if (!(part.patch.seq > seq)) return `patch ${part.patch.id} stands behind a later one`;
        seq = part.patch.seq;
        return bodyProblem(part);
      case 'entry':
        return part.position === counts.entry
          ? linkProblem(part.entry)
          : 'a position is left out, or told again';
    }
  };
  const linkProblem = (entry: Entry): string | null => {
    const before = heads.get(entry.chain) ?? { n: 0, hash: GENESIS };
    heads.set(entry.chain, { n: entry.n, hash: entry.hash });
    if (hashOf(entry) !== entry.hash) return `entry ${entry.n} of chain ${entry.chain} was edited`;
    if (entry.n === before.n + 1 && entry.previous === before.hash) return null;
    return `entry ${entry.n} of chain ${entry.chain} does not follow entry ${before.n}`;
  };

  return {
    next(part) {
      const at = KINDS.indexOf(part.kind);
      if (at < kind) return `a ${part.kind} stands behind a ${KINDS[kind]}`;
      kind = at;
      counts[part.kind] += 1;
      return ofKind(part);
    },
    end(told) {
      const wrong = KINDS.find((one) => counts[one] !== told[one]);
      if (wrong !== undefined)
        return `it has ${counts[wrong]} of kind ${wrong}, and ought to have ${told[wrong]}`;
      return furthest > counts.entry ? 'a reader of the outbox has come further than the outbox goes' : null;
    },
  };
}

function bodyProblem({ patch, body }: Extract<LedgerPart, { kind: 'patch' }>): string | null {
  const isIts = patch.size === body.length && patch.digest === sha256(body);
  return isIts ? null : `patch ${patch.id} has another text than its digest names`;
}
