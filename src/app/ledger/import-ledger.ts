import { createHash } from 'node:crypto';
import type { Sha256 } from '../../core/digest.ts';
import { fail, type GhostError } from '../../core/errors.ts';
import type { LedgerCopy, LedgerPart } from '../../ports/ledger-copy.ts';
import { copyCheck } from './copy-check.ts';
import { type CopyHeader, type CopyLine, partsIn, readCopyLine } from './copy-format.ts';
import type { CopiedLedger, Progress } from './export-ledger.ts';

export interface ImportNeeds {
  readonly copy: LedgerCopy;
  /** Of the home that the ledger goes to. */
  readonly installation: string;
  /** Without their line feeds. */
  readonly lines: AsyncIterable<string>;
  readonly progress: Progress;
}

/**
 * Stores a copy that `exportLedger` wrote: all of it, or nothing where it is torn, edited, in another order, of another
 * installation or no copy at all.
 * @throws GhostError input_invalid, ledger_not_empty, ledger_unavailable
 */
export async function importLedger({
  copy,
  installation,
  lines,
  progress,
}: ImportNeeds): Promise<CopiedLedger> {
  const reader = new CopyReader(lines);
  const header = await headerOf(reader);
  requireOwn(header, installation);
  await copy.write(partsOf(reader, header, progress));
  const { store, schema, counts } = header;
  return { installation, store, schema, counts, digest: reader.digest() };
}

/** Lines one after the other, and the digest of all before the last one that was read. */
class CopyReader {
  readonly #lines: AsyncIterator<string>;
  readonly #hash = createHash('sha256');
  #last: string | null = null;
  #number = 0;

  constructor(lines: AsyncIterable<string>) {
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async next(): Promise<CopyLine | null> {
    const read = await this.#lines.next();
    this.#number += 1;
    if (read.done) return null;
    if (this.#last !== null) this.#hash.update(`${this.#last}\n`);
    this.#last = read.value;
    return readCopyLine(read.value);
  }

  digest(): Sha256 {
    return this.#hash.copy().digest('hex') as Sha256;
  }

  refused(problem: string): GhostError {
    return fail('input_invalid', {
      where: `FILE, line ${this.#number}`,
      problem: `${problem}; nothing was imported`,
    });
  }
}

async function headerOf(reader: CopyReader): Promise<CopyHeader> {
  const first = await reader.next();
  if (first?.kind === 'header') return first.header;
  throw reader.refused(first?.kind === 'foreign' ? first.problem : 'it is no copy of a ledger');
}

/** The fences of its branches name the installation, and the keys of its tokens are in its home. */
function requireOwn({ installation: from }: CopyHeader, installation: string): void {
  if (from === installation) return;
  const problem = `it is of installation ${from}, and this home is ${installation}: bring the files of that home here first`;
  throw fail('input_invalid', { where: 'FILE', problem });
}

/** Ends only when the last line was held against all before it, so that nobody keeps parts of a copy that is torn. */
async function* partsOf(
  reader: CopyReader,
  { counts }: CopyHeader,
  progress: Progress,
): AsyncGenerator<LedgerPart> {
  const check = copyCheck();
  const of = partsIn(counts);
  let done = 0;
  let line = await reader.next();
  for (; line?.kind === 'part'; line = await reader.next()) {
    const problem = check.next(line.part);
    if (problem !== null) throw reader.refused(problem);
    yield line.part;
    done += 1;
    progress(done, of);
  }
  if (line?.kind !== 'trailer') throw reader.refused(endProblem(line));
  const [digest, told] = [reader.digest(), line.trailer];
  if (told.digest !== digest)
    throw reader.refused(`the lines before have digest ${digest}, not ${told.digest}`);
  const problem = check.end(counts);
  if (problem !== null) throw reader.refused(problem);
  if ((await reader.next()) !== null) throw reader.refused('it goes on behind its end');
}

function endProblem(line: CopyLine | null): string {
  if (line === null) return 'it ends before its last line: it was cut off';
  return line.kind === 'foreign' ? line.problem : 'it begins again';
}
