import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { keepTrust } from '../../../src/app/evidence/keep-trust.ts';
import { revokeKey } from '../../../src/app/evidence/revoke-key.ts';
import { writeLog } from '../../../src/app/evidence/write-log.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { readCheckpoint } from '../../../src/core/evidence/log/checkpoint.ts';
import { bundleLeaf, logRoot } from '../../../src/core/evidence/log/merkle.ts';
import { readNote, signersOf } from '../../../src/core/evidence/log/note.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import { attest, keptOf, land, succeed, verifyCommit } from '../../world/evidence.ts';
import { git } from '../../world/git.ts';
import { lineFor, type TestLine } from '../../world/line.ts';

const REF = 'refs/ghost/log/main';

/** The checkpoint on the ref of the log, its signature checked by this installation's keys. */
async function checkpointOf(line: TestLine) {
  const note = readNote(Buffer.from(`${git(line.repository, 'show', `${REF}:checkpoint`)}\n`));
  assert.ok(note.kind === 'read');
  const told = readCheckpoint(note.note.text);
  assert.ok(told.kind === 'read');
  const { checkpoint } = told;
  const keys = await line.needs.evidenceSigner.keys();
  const named = keys.map(({ publicKey }) => ({ name: checkpoint.origin, publicKey }));
  assert.equal(signersOf(note.note, named)?.length, 1);
  return checkpoint;
}

async function leavesOf(line: TestLine, ids: readonly PatchId[]) {
  const kept = await Promise.all(ids.map((id) => keptOf(line, id)));
  return kept.map(({ bytes }) => bundleLeaf(sha256(bytes)));
}

describe('the log in the repository', () => {
  it('has each bundle under its leaf and a signed checkpoint over all, commit after commit', async (test) => {
    const line = await lineFor(test);
    const first = await land(line, 2);
    assert.deepEqual(await writeLog(line.needs, line.holding, await attest(line)), { kind: 'written' });
    const before = git(line.repository, 'rev-parse', REF);
    const ids = [...first, ...(await land(line, 3, 3))];
    assert.deepEqual(await writeLog(line.needs, line.holding, await attest(line)), { kind: 'written' });
    assert.equal(git(line.repository, 'rev-parse', `${REF}^`), before);
    assert.match(await verifyCommit(line, REF), /^G /);
    const { size, root, origin } = await checkpointOf(line);
    assert.deepEqual({ size, root }, { size: 5, root: logRoot(await leavesOf(line, ids)) });
    assert.equal(origin, `ghost/${line.holding.open.destination.installation}/main`);
    for (const [leaf, id] of ids.entries()) {
      const text = git(line.repository, 'show', `${REF}:bundles/000/000/00${leaf}.jsonl`);
      assert.equal(`${text}\n`, (await keptOf(line, id)).bytes.toString('utf8'));
    }
    const after = git(line.repository, 'rev-parse', REF);
    assert.deepEqual(await writeLog(line.needs, line.holding, 5), { kind: 'written' });
    assert.equal(git(line.repository, 'rev-parse', REF), after);
  });

  it('is not moved by a holder whose fence was passed', async (test) => {
    const line = await lineFor(test);
    await land(line, 1);
    const leaves = await attest(line);
    const successor = await succeed(test, line);
    assert.deepEqual(await writeLog(line.needs, line.holding, leaves), { kind: 'fenced' });
    assert.throws(() => git(line.repository, 'rev-parse', '--verify', REF));
    assert.deepEqual(await writeLog(line.needs, successor, leaves), { kind: 'written' });
  });

  it('goes on past the lock of a writer that died, and waits for that of somebody else', async (test) => {
    const line = await lineFor(test);
    await land(line, 1);
    assert.deepEqual(await writeLog(line.needs, line.holding, await attest(line)), { kind: 'written' });
    const lock = join(line.repository, '.git', `${REF}.lock`);
    await land(line, 1, 2);
    const leaves = await attest(line);
    writeFileSync(lock, '');
    const waiting = await writeLog(line.needs, line.holding, leaves);
    assert.equal(waiting.kind, 'trouble');
    assert.match('problem' in waiting ? waiting.problem : '', /repository locked: .*\/main\.lock/);
    chmodSync(lock, 0o444);
    assert.deepEqual(await writeLog(line.needs, line.holding, leaves), { kind: 'written' });
  });

  it('is left as it is where it is not what this installation wrote, and the trouble is told', async (test) => {
    const line = await lineFor(test);
    await land(line, 1);
    const leaves = await attest(line);
    git(line.repository, 'update-ref', REF, 'main');
    const strange = await writeLog(line.needs, line.holding, leaves);
    assert.match('problem' in strange ? strange.problem : '', /no checkpoint that can be read/);
    git(line.repository, 'update-ref', '-d', REF);
    assert.deepEqual(await writeLog(line.needs, line.holding, leaves), { kind: 'written' });
    const ahead = await writeLog(line.needs, line.holding, leaves - 1);
    assert.match('problem' in ahead ? ahead.problem : '', /the log has 1 leaves, and the ledger 0/);
  });

  it('is not grown on leaves that the ledger does not have, as after an older backup', async (test) => {
    const line = await lineFor(test);
    await land(line, 2);
    const leaves = await attest(line);
    const { chains } = line.needs;
    const others: typeof chains = {
      ...chains,
      entries: async (...asked) =>
        (await chains.entries(...asked)).map((entry) =>
          entry.type === 'patch.attested'
            ? { ...entry, data: { ...Object(entry.data), bundle: '0'.repeat(64) } }
            : entry,
        ),
    };
    assert.deepEqual(await writeLog(line.needs, line.holding, leaves), { kind: 'written' });
    const strange = await writeLog({ ...line.needs, chains: others }, line.holding, leaves + 1);
    assert.match('problem' in strange ? strange.problem : '', /leaf 1 of the log is not the one/);
    const missing = await writeLog(line.needs, line.holding, leaves + 1);
    assert.match('problem' in missing ? missing.problem : '', /does not tell leaf 2/);
  });

  it('does not get a trust file that lacks a version which it has', async (test) => {
    const line = await lineFor(test);
    await land(line, 1);
    const { needs, holding } = line;
    const older = await keepTrust(needs);
    await revokeKey(needs, { key: (await needs.evidenceSigner.newest()).keyId, since: 0 });
    assert.deepEqual(await writeLog(needs, holding, await attest(line)), { kind: 'written' });
    await land(line, 1, 2);
    writeFileSync(join(line.installation.config.home.evidence, 'trust.json'), older.bytes);
    const written = await writeLog(needs, holding, await attest(line));
    assert.match('problem' in written ? written.problem : '', /has version 2 of the trust file, and/);
  });

  it('does not get a bundle that is not what the ledger names', async (test) => {
    const line = await lineFor(test);
    const [id] = await land(line, 1);
    assert.ok(id);
    const leaves = await attest(line);
    const folder = line.installation.config.home.evidence;
    const digest = sha256((await keptOf(line, id)).bytes);
    const file = join(folder, `${id}.${digest}.jsonl`);
    writeFileSync(file, '{}\n');
    await assert.rejects(writeLog(line.needs, line.holding, leaves), /is not what the ledger names/);
    rmSync(file);
    await assert.rejects(writeLog(line.needs, line.holding, leaves), /is missing/);
  });
});
