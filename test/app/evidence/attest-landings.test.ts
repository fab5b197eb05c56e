import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { dsse } from '@sigstore/core';
import { attestLandings } from '../../../src/app/evidence/attest-landings.ts';
import { payloadOf } from '../../../src/core/evidence/dsse.ts';
import { MUTATION } from '../../../src/core/evidence/mutation.ts';
import { newestVersion, readTrustFile } from '../../../src/core/evidence/trust/trust-file.ts';
import { type Schema, violations } from '../../workers/schema.ts';
import { attest, type Kept, keptOf, land, newFile, succeed, verifyCommit } from '../../world/evidence.ts';
import { aRepository, git } from '../../world/git.ts';
import { lineFor, stateOf } from '../../world/line.ts';

const SCHEMA: Schema = JSON.parse(readFileSync('docs/schemas/mutation.schema.json', 'utf8'));

/** Ed25519's 32 bytes as SubjectPublicKeyInfo (RFC 8410). */
function publicKeyOf(raw: Uint8Array) {
  const key = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

describe('what landed', () => {
  it('is a commit that git itself verifies, and not with another key', async (test) => {
    const line = await lineFor(test);
    const [id] = await land(line, 1);
    assert.ok(id);
    const { intent } = await stateOf(line, id, 'landed');
    assert.equal(await verifyCommit(line, intent.commit), 'G ghost@localhost');
    assert.equal(intent.evidence?.key, (await line.needs.evidenceSigner.newest()).keyId);
    const raw = git(line.repository, 'cat-file', 'commit', intent.commit);
    assert.match(raw, /^gpgsig -----BEGIN SSH SIGNATURE-----\n /m);
    assert.equal(git(line.repository, 'fsck', '--strict', '--no-dangling'), '');
    // Made by nobody of ours, with another key beside the one that is allowed.
    assert.match(await verifyCommit(line, `${intent.commit}^`), /^N/);
  });

  it('is signed in a repository of SHA-256 too', async (test) => {
    const sha256 = aRepositoryOfSha256();
    const line = await lineFor(test, { repository: sha256 });
    const [id] = await land(line, 1);
    assert.ok(id);
    const { intent } = await stateOf(line, id, 'landed');
    assert.equal(intent.commit.length, 64);
    assert.equal(await verifyCommit(line, intent.commit), 'G ghost@localhost');
  });

  it('has envelopes that an independent library reads the same way, over statements of the standard', async (test) => {
    const line = await lineFor(test);
    const [id] = await land(line, 1);
    assert.ok(id);
    await attest(line);
    const { envelopes, statements } = await keptOf(line, id);
    const { publicKey, keyId } = await line.needs.evidenceSigner.newest();
    for (const envelope of envelopes) {
      const pae = dsse.preAuthEncoding(envelope.payloadType, Buffer.from(payloadOf(envelope)));
      const [{ keyid, sig }] = envelope.signatures;
      assert.equal(keyid, keyId);
      assert.ok(verify(null, pae, publicKeyOf(publicKey), Buffer.from(sig, 'base64')));
    }
    const { intent } = await stateOf(line, id, 'landed');
    const [mutation, ...results] = statements;
    assert.deepEqual(violations(mutation?.predicate, SCHEMA), []);
    assert.equal(mutation?.predicateType, MUTATION);
    assert.deepEqual(mutation?.subject, [
      { name: 'git:commit', digest: { gitCommit: intent.commit } },
      { name: 'git:tree', digest: { gitTree: intent.tree } },
      {
        name: 'file-1.txt',
        digest: { gitBlob: intent.paths[0]?.after?.blob, sha256: intent.paths[0]?.after?.sha256 },
      },
    ]);
    assert.deepEqual(
      results.map(({ _type, predicateType, predicate }) => ({ _type, predicateType, predicate })),
      [
        {
          _type: 'https://in-toto.io/Statement/v1',
          predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
          predicate: {
            ...{ result: 'PASSED', passedTests: ['not broken'], warnedTests: [], failedTests: [] },
            configuration: [{ name: 'gate', digest: { sha256: (await gateOf(line, id)) ?? '' } }],
          },
        },
      ],
    );
  });

  it('has one leaf each, in landing order, and each names the one before it', async (test) => {
    const line = await lineFor(test);
    const ids = await land(line, 3);
    assert.equal(await attest(line), 3);
    await land(line, 1, 4);
    assert.equal(await attest(line), 4);
    const kept = await Promise.all(ids.map((id) => keptOf(line, id)));
    assert.deepEqual(
      kept.map(({ leaf }) => leaf),
      [0, 1, 2],
    );
    const [, , third] = kept;
    assert.ok(third);
    const { log } = predicateIn(third) as { log: unknown };
    const { attested } = await stateOf(line, ids[1] ?? '', 'landed');
    assert.deepEqual(log, { leaf: 2, previous: { leaf: 1, sha256: attested?.bundle } });
  });

  it('has the same bundle however often it is made, whoever dies between the file and the event', async (test) => {
    const dying = { at: '' };
    const line = await lineFor(test, {
      observe: (step) => {
        if (step === dying.at) throw new Error(`dies at ${step}`);
      },
    });
    const ids = await land(line, 2);
    for (const at of ['evidence-kept', 'attestation-recorded']) {
      dying.at = at;
      await assert.rejects(attest(line), /dies at/);
    }
    dying.at = '';
    assert.equal(await attest(line), 2);
    for (const id of ids) await keptOf(line, id);
    const entries = await line.needs.chains.entries('main', 0, 1_000);
    assert.equal(entries.filter(({ type }) => type === 'patch.attested').length, 2);
  });

  it('is attested by the newest holder alone', async (test) => {
    const line = await lineFor(test);
    await land(line, 1);
    const successor = await succeed(test, line);
    assert.deepEqual(await attestLandings(line.needs, line.holding, null), { kind: 'fenced' });
    assert.equal(await attest(line, successor), 1);
  });

  it('is attested with the key of that day after a rotation, and the commit keeps its own', async (test) => {
    const line = await lineFor(test);
    const [id] = await land(line, 1);
    assert.ok(id);
    const { keyId: before } = await line.needs.evidenceSigner.newest();
    const { keyId: after } = await line.needs.evidenceSigner.rotate();
    await attest(line);
    const kept = await keptOf(line, id);
    assert.equal(kept.envelopes[0]?.signatures[0].keyid, after);
    assert.equal((predicateIn(kept) as { result: { key: string } }).result.key, before);
    const { intent } = await stateOf(line, id, 'landed');
    assert.equal(await verifyCommit(line, intent.commit), 'G ghost@localhost');
  });

  it('is attested by a key that the trust file has, also where no log is kept', async (test) => {
    const line = await lineFor(test);
    await line.needs.evidenceSigner.newest();
    await land(line, 1);
    await line.needs.evidenceSigner.rotate();
    await attest(line);
    const read = readTrustFile((await line.needs.trust.read()) ?? Buffer.alloc(0));
    assert.equal(read.kind === 'read' && newestVersion(read.versions).trust.keys.length, 2);
  });

  it('tells nothing of a patch that did not land', async (test) => {
    const line = await lineFor(test);
    await line.submit(newFile(1).replaceAll('file-1.txt', 'broken'));
    await line.next();
    assert.equal(await attest(line), 0);
  });
});

/** Of the mutation. */
function predicateIn({ statements }: Kept): unknown {
  return statements[0]?.predicate;
}

async function gateOf(line: Awaited<ReturnType<typeof lineFor>>, id: string): Promise<string | undefined> {
  const entries = await line.needs.chains.entriesAbout(id);
  return (entries.find(({ type }) => type === 'patch.checked')?.data as { gate?: string } | undefined)?.gate;
}

/** One without a gate of its own would land nothing. */
function aRepositoryOfSha256(): string {
  const plain = aRepository();
  git(plain, 'init', '-q', '--object-format=sha256', '-b', 'main', '../sha256-of-it');
  const root = `${plain}/../sha256-of-it`;
  git(root, `--work-tree=${plain}`, 'add', 'ghost.yml', 'greeting.txt');
  git(root, `--work-tree=${plain}`, 'commit', '-q', '-m', 'Begin');
  git(root, 'reset', '-q', '--hard');
  return root;
}
