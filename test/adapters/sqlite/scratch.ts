import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A directory of its own for one ledger, and how to remove it. */
export async function scratchDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'ghost-ledger-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Where a ledger may be made for one test; it is gone afterwards. */
export async function scratchFile(test: TestContext): Promise<string> {
  const directory = await scratchDirectory();
  test.after(directory.remove);
  return join(directory.path, 'ledger', 'ghost.db');
}
