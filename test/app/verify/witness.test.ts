import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileEvidenceKeys } from '../../../src/adapters/files/evidence-keys.ts';
import { fileSightings } from '../../../src/adapters/files/sightings.ts';
import { keepTrust } from '../../../src/app/evidence/keep-trust.ts';
import { writeLog } from '../../../src/app/evidence/write-log.ts';
import { verifyAllOf } from '../../../src/app/verify/verify-all.ts';
import { verifyWorkspace } from '../../../src/app/verify/verify-workspace.ts';
import { Witness } from '../../../src/app/verify/witness.ts';
import { type Sha256, sha256 } from '../../../src/core/digest.ts';
import { firstTrust } from '../../../src/core/evidence/trust/next-trust.ts';
import { sealTrust, trustFileBytes } from '../../../src/core/evidence/trust/trust-file.ts';
import { attest, land } from '../../world/evidence.ts';
import { aRepository, git, temporaryFolder } from '../../world/git.ts';
import { type LineOptions, lineFor, type TestLine } from '../../world/line.ts';

const COMMAND = { checks: [{ name: 'loud', run: 'ls' }] };

function aTextGate(): LineOptions {
  return { repository: aRepository({ 'ghost.yml': 'checks: [{ name: text, kind: text }]\n' }) };
}

async function attestedLine(test: TestContext, count = 2, gate = aTextGate()): Promise<TestLine> {
  const line = await lineFor(test, gate);
  await land(line, count);
  await publish(line);
  return line;
}

async function publish(line: TestLine): Promise<void> {
  assert.deepEqual(await writeLog(line.needs, line.holding, await attest(line)), { kind: 'written' });
}

async function verify(line: TestLine, pinned: Sha256 | null = null) {
  const witness = await Witness.with(line.needs, { from: 1, pinned });
  return verifyWorkspace(line.needs, 'main', { replay: { from: 1 }, progress: () => undefined, witness });
}

describe('The evidence of landed patches', () => {
  it('is whole after what the runner did, and grows', async (test) => {
    const line = await attestedLine(test);
    const first = await verify(line);
    assert.deepEqual([first.problems, first.unproven], [[], []]);
    await land(line, 2, 10);
    assert.match((await verify(line)).unproven.join('\n'), /is not attested yet/);
    await publish(line);
    const { problems, unproven } = await verify(line);
    assert.deepEqual([problems, unproven], [[], []]);
  });

  it('is found changed, lost or exchanged, and named', async (test) => {
    const line = await attestedLine(test);
    const folder = line.installation.config.home.evidence;
    const [bundle = '', other = ''] = readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(folder, name));
    const bytes = readFileSync(bundle);
    const changed = Buffer.from(bytes);
    changed[200] = (changed[200] ?? 0) ^ 1;
    for (const [content, problem] of [
      [changed, /its evidence has digest [0-9a-f]{64}, recorded was/],
      [readFileSync(other), /its evidence has digest/],
      [null, /its evidence is gone/],
    ] as const) {
      if (content === null) rmSync(bundle);
      else writeFileSync(bundle, content);
      assert.match((await verify(line)).problems.join('\n'), problem);
    }
    writeFileSync(bundle, bytes);
    assert.deepEqual((await verify(line)).problems, []);
  });

  it('does not rest on another trust file than the one that is pinned or was seen', async (test) => {
    const line = await attestedLine(test);
    const { bytes, versions } = await keepTrust(line.needs);
    assert.deepEqual((await verify(line, versions[0].digest)).problems, []);
    const file = join(line.installation.config.home.evidence, 'trust.json');
    const changed = Buffer.from(bytes);
    changed[40] = (changed[40] ?? 0) ^ 1;
    writeFileSync(file, changed);
    assert.match((await verify(line)).problems.join('\n'), /the trust file/);
    rmSync(file);
    rmSync(line.installation.config.home.keys, { recursive: true });
    const { keys: directory } = line.installation.config.home;
    const evidenceSigner = fileEvidenceKeys({ directory, now: () => 1 });
    const sightings = fileSightings(temporaryFolder('seen'));
    await keepTrust({ ...line.needs, evidenceSigner, sightings });
    assert.match((await verify(line)).problems.join('\n'), /version 1 of the trust file is not the one/);
  });

  it('is not right without the trust file, and nothing counts as verified then', async (test) => {
    const line = await attestedLine(test);
    rmSync(join(line.installation.config.home.evidence, 'trust.json'));
    const { problems } = await verify(line);
    assert.match(problems.join('\n'), /: there is no trust file to check its evidence by/);
    assert.match(problems.join('\n'), /a log is published, and there is no trust file/);
    const pinned = sha256('another');
    assert.match((await verify(line, pinned)).problems.join('\n'), /there is no trust file, and digest/);
    const all = { replay: 'each', since: 'new', pinned: null, progress: () => undefined } as const;
    assert.equal((await verifyAllOf(line.needs, 'main', all)).ok, false);
    await keepTrust(line.needs);
    assert.equal((await verify(line)).ok, true);
    rmSync(join(line.installation.config.home.evidence, 'trust.json'));
    assert.match((await verify(line)).problems.join('\n'), /the trust file is gone; version 1 was seen/);
  });

  it('that is not there yet is looked at once it is, also by whoever looks only at what is new', async (test) => {
    const line = await attestedLine(test);
    await land(line, 1, 10);
    const all = { replay: 'each', since: 'new', pinned: null, progress: () => undefined } as const;
    const before = await verifyAllOf(line.needs, 'main', all);
    assert.ok(before.ok && 'unproven' in before);
    assert.match(before.unproven.join('\n'), /is not attested yet/);
    await publish(line);
    const after = await verifyAllOf(line.needs, 'main', all);
    assert.deepEqual('replayed' in after && [after.replayed, after.unproven], [1, []]);
    const again = await verifyAllOf(line.needs, 'main', all);
    assert.equal('replayed' in again && again.replayed, 0);
  });

  it('is told where its log was rewritten or cut off in the repository', async (test) => {
    const line = await attestedLine(test);
    await land(line, 1, 20);
    await publish(line);
    assert.deepEqual((await verify(line)).problems, []);
    const ref = 'refs/ghost/log/main';
    const tree = git(line.repository, 'rev-parse', `${ref}^{tree}`);
    git(line.repository, 'update-ref', ref, `${ref}^`);
    assert.match((await verify(line)).problems.join('\n'), /has 2 leaves; 3 were seen there before/);
    git(line.repository, 'update-ref', '-d', ref);
    assert.match((await verify(line)).problems.join('\n'), /is gone from the repository; 3 of its leaves/);
    const empty = git(line.repository, 'hash-object', '-t', 'tree', '-w', '/dev/null');
    git(line.repository, 'update-ref', ref, git(line.repository, 'commit-tree', empty, '-m', 'nothing'));
    assert.match((await verify(line)).problems.join('\n'), /the checkpoint: /);
    git(line.repository, 'update-ref', ref, git(line.repository, 'commit-tree', tree, '-m', 'the same'));
    assert.deepEqual((await verify(line)).problems, []);
  });

  it('says what a policy of another day leaves unproven', async (test) => {
    const line = await attestedLine(test, 1, COMMAND);
    await line.needs.policy.addCheck('main', { name: 'another', run: 'ls' });
    const { problems, unproven } = await verify(line);
    assert.deepEqual(problems, []);
    assert.match(unproven.join('\n'), /its gate was made by a policy that is another one now/);
  });

  it('is not held against the trust file of another installation, whatever keys are in it', async (test) => {
    const line = await attestedLine(test);
    assert.deepEqual((await verify(line)).problems, []);
    const [mine] = await line.needs.evidenceSigner.keys();
    assert.ok(mine);
    const file = trustFileBytes([sealTrust(firstTrust('another', mine, 1), [mine])]);
    writeFileSync(join(line.installation.config.home.evidence, 'trust.json'), file);
    assert.match((await verify(line)).problems.join('\n'), /is of installation another, not of/);
    await assert.rejects(keepTrust(line.needs), /is of installation another, not of/);
  });

  it('is told without a time where the entry of its signing is gone', async (test) => {
    const line = await lineFor(test, aTextGate());
    const [id] = await land(line, 1);
    await publish(line);
    const patch = id && (await line.find(id));
    assert.ok(patch && patch.state.name === 'landed');
    const all = await line.needs.chains.entriesAbout(patch.id);
    const entries = all.filter(({ type }) => type !== 'patch.attested');
    const witness = await Witness.with(line.needs, { from: 1, pinned: null });
    const landed = { patch, intent: patch.state.intent, entries };
    const problems = (await witness.landed(line.holding, landed, null)).problems.join('\n');
    assert.match(problems, /no entry tells when its evidence was signed/);
    assert.doesNotMatch(problems, /1970/);
  });

  it('says which outputs are no longer kept, and finds those that are gone too early', async (test) => {
    const line = await attestedLine(test, 1, COMMAND);
    const kept = [];
    for await (const { digest } of line.needs.outputs.list()) kept.push(digest);
    assert.equal(kept.length > 0, true);
    for (const digest of kept) await line.needs.outputs.remove(digest);
    assert.match((await verify(line)).problems.join('\n'), /is gone, and was not old enough to go/);
    line.clock.advance(91 * 24 * 3_600_000);
    const { problems, unproven } = await verify(line);
    assert.deepEqual(problems, []);
    assert.match(unproven.join('\n'), /1 of its outputs are no longer kept/);
  });
});
