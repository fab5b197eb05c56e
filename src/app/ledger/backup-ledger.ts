import type { LedgerFile } from '../../ports/ledger-file.ts';
import type { Needs } from '../needs.ts';
import { checkLedger, type LedgerReport } from './check-ledger.ts';

/**
 * Copies a ledger to a new file while the service may run, and reads the copy back as `checkLedger` does: a backup that
 * nobody has read is a hope.
 * @throws GhostError input_invalid, ledger_unavailable
 */
export async function backupLedger(
  ledger: LedgerFile,
  needs: Pick<Needs, 'repositories'> & { readonly copyAt: (path: string) => LedgerFile },
  path: string,
): Promise<LedgerReport> {
  await ledger.copyTo(path);
  const copy = needs.copyAt(path);
  try {
    return await checkLedger(copy, needs);
  } finally {
    await copy.close();
  }
}
