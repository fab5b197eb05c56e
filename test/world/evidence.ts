import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { attestLandings } from '../../src/app/evidence/attest-landings.ts';
import type { Holding } from '../../src/app/holding.ts';
import { sha256 } from '../../src/core/digest.ts';
import { type Envelope, payloadOf, readBundle } from '../../src/core/evidence/dsse.ts';
import { allowedSigner } from '../../src/core/evidence/sshsig.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import { git, temporaryFolder, write } from './git.ts';
import { stateOf, type TestLine } from './line.ts';

/** A patch that makes a file; each number makes another one. */
export function newFile(number: number): string {
  return `--- /dev/null\n+++ b/file-${number}.txt\n@@ -0,0 +1 @@\n+content ${number}\n`;
}

/** Lands so many patches and returns their ids, in landing order. Nothing is attested. */
export async function land(line: TestLine, count: number, from = 1): Promise<readonly PatchId[]> {
  const ids: PatchId[] = [];
  for (let number = from; number < from + count; number++) {
    const { patch } = await line.submit(newFile(number));
    await line.next();
    await stateOf(line, patch.id, 'landed');
    ids.push(patch.id);
  }
  return ids;
}

/** Attests all that is owed; how many leaves there are afterwards. */
export async function attest(line: TestLine, holding = line.holding): Promise<number> {
  const outcome = await attestLandings(line.needs, holding, null);
  if (outcome.kind !== 'attested') throw new Error(`not attested: ${outcome.kind}`);
  return (outcome.debt.last?.leaf ?? -1) + 1;
}

export interface Kept {
  readonly bytes: Buffer;
  readonly leaf: number;
  readonly envelopes: readonly Envelope[];
  readonly statements: readonly Record<string, unknown>[];
}

/** The bundle of a patch as it stands on disk. */
export async function keptOf(line: TestLine, id: PatchId): Promise<Kept> {
  const { attested } = await stateOf(line, id, 'landed');
  if (attested === undefined) throw new Error(`${id} is not attested`);
  const file = `${id}.${attested.bundle}.jsonl`;
  const bytes = readFileSync(join(line.installation.config.home.evidence, file));
  if (sha256(bytes) !== attested.bundle) throw new Error(`${file} is not what the ledger names`);
  const read = readBundle(bytes);
  if (read.kind === 'broken') throw new Error(read.problem);
  const statements = read.envelopes.map((one) => JSON.parse(Buffer.from(payloadOf(one)).toString('utf8')));
  return { bytes, leaf: attested.leaf, envelopes: read.envelopes, statements };
}

/** What `git verify-commit` says with an allowed signers file of this installation. */
export async function verifyCommit(line: TestLine, commit: string): Promise<string> {
  const folder = temporaryFolder('signers');
  const keys = await line.needs.evidenceSigner.keys();
  const signers = keys.map(({ publicKey }) => `${allowedSigner('ghost@localhost', publicKey)}\n`);
  write(folder, { allowed: signers.join('') });
  const settings = ['gpg.format=ssh', `gpg.ssh.allowedSignersFile=${join(folder, 'allowed')}`];
  const given = settings.flatMap((setting) => ['-c', setting]);
  return git(line.repository, ...given, 'log', '-1', '--format=%G? %GS', commit);
}

/** Takes the line over from a holder that goes on as if nothing had happened. */
export async function succeed(test: TestContext, line: TestLine): Promise<Holding> {
  const { needs, holding } = line;
  await needs.leaser.release(holding.lease);
  const taken = await needs.leaser.take({ name: 'main', owner: 'successor', ttlMs: 60_000, above: 0 });
  if (taken.kind === 'busy') throw new Error('the lease is not to be had');
  const open = await needs.repositories.open(holding.workspace);
  test.after(() => open.repository.close());
  const raised = await open.destination.raise(taken.lease, holding.fence.writer, { adopt: false });
  if (raised.kind !== 'raised') throw new Error(`not raised: ${raised.kind}`);
  test.after(() => raised.fence.lower());
  return { ...holding, open, lease: taken.lease, fence: raised.fence };
}
