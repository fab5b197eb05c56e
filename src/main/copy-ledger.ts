import { linesOf, readCopyFile, writeCopyFile } from '../adapters/files/copy-file.ts';
import { type Installation, readInstallation } from '../adapters/files/installation.ts';
import { type CopiedLedger, exportLedger, type Progress } from '../app/ledger/export-ledger.ts';
import { importLedger } from '../app/ledger/import-ledger.ts';
import { fail } from '../core/errors.ts';
import type { Config } from './config.ts';
import type { Home } from './home.ts';
import { alreadyRunning, lockHome } from './home-lock.ts';
import { openLedgerCopy } from './wire/ledger-copy.ts';

type Output = Pick<NodeJS.WritableStream, 'write'>;

/** To a new file, or to a pipe that may be slower than the ledger. */
export async function exportLedgerOf(
  config: Config,
  to: string | Output,
  progress: Progress,
): Promise<CopiedLedger> {
  const { id: installation } = await ownInstallation(config.home);
  const { copy, close } = await openLedgerCopy(config, installation);
  const into = (write: (text: string) => Promise<void>) =>
    exportLedger({ copy, installation, write, progress });
  try {
    return await (typeof to === 'string' ? writeCopyFile(to, into) : into((text) => drained(to, text)));
  } finally {
    await close();
  }
}

/** While no `ghost up` runs in this home: it would write to the ledger as it is filled. */
export async function importLedgerOf(
  config: Config,
  from: string | AsyncIterable<Uint8Array>,
  progress: Progress,
): Promise<CopiedLedger> {
  const { id: installation } = await ownInstallation(config.home);
  const lock = lockHome(config.home.lockFile);
  if (lock === null) throw alreadyRunning(config.home);
  try {
    const { copy, close } = await openLedgerCopy(config, installation);
    try {
      const lines = typeof from === 'string' ? readCopyFile(from) : linesOf(from);
      return await importLedger({ copy, installation, lines, progress });
    } finally {
      await close();
    }
  } finally {
    lock.release();
  }
}

/** A new identity would be the wrong one: the fences of the branches name that of the ledger. */
async function ownInstallation({ data, root }: Home): Promise<Installation> {
  const found = await readInstallation(data);
  if (found !== null) return found;
  const problem = `${root} is a new home, and a ledger belongs to an installation; bring the files of its home there first`;
  throw fail('input_invalid', { where: 'GHOST_HOME', problem });
}

/** Whoever waits for a drain of a pipe whose reader is gone waits for ever: each write says itself what became of it. */
function drained(output: Output, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(text, (error) => (error ? reject(cannotWrite(error)) : resolve()));
  });
}

function cannotWrite({ message }: Error) {
  return fail('input_invalid', {
    where: 'standard output',
    problem: `${message}; what was written of the copy is not whole`,
  });
}
