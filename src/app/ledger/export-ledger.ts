import { createHash } from 'node:crypto';
import type { Sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import type { LedgerCopy, LedgerCounts } from '../../ports/ledger-copy.ts';
import { copyCheck } from './copy-check.ts';
import { headerLine, partLine, partsIn, trailerLine } from './copy-format.ts';

/** What a copy of a ledger held, told when all of it was read or stored. */
export interface CopiedLedger {
  readonly installation: string;
  /** The store and schema that it comes from. */
  readonly store: string;
  readonly schema: string;
  readonly counts: LedgerCounts;
  /** Of every line of the copy but the last, which tells it. */
  readonly digest: Sha256;
}

/** How far a copy has come, in parts. */
export type Progress = (done: number, of: number) => void;

export interface ExportNeeds {
  readonly copy: LedgerCopy;
  readonly installation: string;
  /** Waits where whoever reads the copy is slower. */
  readonly write: (line: string) => Promise<void>;
  readonly progress: Progress;
}

/**
 * Writes a ledger as lines of JSON: a header, every part as it is at one moment, and the digest of it all. What does not
 * hold together is not exported: a copy that no ledger takes is none.
 * @throws GhostError ledger_unavailable, integrity_broken
 */
export async function exportLedger({
  copy,
  installation,
  write,
  progress,
}: ExportNeeds): Promise<CopiedLedger> {
  const snapshot = await copy.read();
  try {
    const { store, schema, counts } = snapshot;
    const hash = createHash('sha256');
    const tell = async (line: string) => {
      hash.update(`${line}\n`);
      await write(`${line}\n`);
    };
    await tell(headerLine({ installation, store, schema, counts }));
    const check = copyCheck();
    let done = 0;
    for await (const part of snapshot.parts) {
      requireWhole(check.next(part));
      await tell(partLine(part));
      done += 1;
      progress(done, partsIn(counts));
    }
    requireWhole(check.end(counts));
    const digest = hash.digest('hex') as Sha256;
    await write(`${trailerLine({ counts, digest })}\n`);
    return { installation, store, schema, counts, digest };
  } finally {
    await snapshot.close();
  }
}

function requireWhole(problem: string | null): void {
  if (problem === null) return;
  throw fail('integrity_broken', {
    problem: `The ledger is not whole: ${problem}. \`ghost ledger check\` tells all.`,
  });
}
