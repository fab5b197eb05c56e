import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { keepTrust } from '../../src/app/evidence/keep-trust.ts';
import { writeLog } from '../../src/app/evidence/write-log.ts';
import { attest, land } from '../world/evidence.ts';
import { aRepository, git, temporaryFolder } from '../world/git.ts';
import { lineFor, stateOf } from '../world/line.ts';
import { type } from './host.ts';

async function attested(test: TestContext) {
  const line = await lineFor(test, {
    repository: aRepository({ 'ghost.yml': 'checks: [{ name: text, kind: text }]\n' }),
  });
  const [id = ''] = await land(line, 2);
  const publish = async () => writeLog(line.needs, line.holding, await attest(line));
  await publish();
  const { intent } = await stateOf(line, id, 'landed');
  const ghost = (...argv: readonly string[]) => type({ needs: line.needs }, ...argv);
  return { line, id, commit: intent.commit, publish, ghost };
}

describe('ghost verify', () => {
  it('takes a patch, a commit, a workspace or a repository alone', async (test) => {
    const { line, id, commit, ghost } = await attested(test);
    const patch = await ghost('verify', id);
    assert.deepEqual([patch.exit, patch.stdout], [0, `${id}: ok, landed as ${commit} in main\n`]);
    const shortened = await ghost('verify', commit.slice(0, 12), '--json');
    assert.deepEqual([shortened.exit, JSON.parse(shortened.stdout).patch], [0, id]);
    assert.match((await ghost('verify', 'main')).stdout, /^main: ok, 2 landed patches, 2 commits/);
    const pin = (await ghost('trust', 'pin')).stdout.trim();
    const file = join(temporaryFolder('trust'), 'trust.json');
    writeFileSync(file, (await keepTrust(line.needs)).bytes);
    const alone = await ghost('verify', '--repo', line.repository, '--trust', file, '--pin', pin);
    assert.equal(alone.exit, 0, alone.stdout);
    assert.match(alone.stdout, /^main: ok, 2 landings in the log ghost\//);
    const trusting = await ghost('verify', '--repo', line.repository);
    assert.deepEqual([trusting.exit, /main: not verified$/m.test(trusting.stdout)], [10, true]);
  });

  it('ends with 11 for what differs, and names it', async (test) => {
    const { line, id, commit, ghost } = await attested(test);
    const other = `sha256:${'0'.repeat(64)}`;
    const pinned = await ghost('verify', id, '--pin', other);
    assert.equal(pinned.exit, 11);
    assert.match(pinned.stdout, /the trust file has no version with the pinned digest/);
    git(line.repository, 'update-ref', 'refs/heads/main', `${commit}^`);
    const lost = await ghost('verify', id);
    assert.equal(lost.exit, 11);
    assert.match(lost.stdout, /is not on the branch/);
  });

  it('ends with 7 for what nobody knows, 2 for a pin that is none, and 10 for a repository without a log', async (test) => {
    const { line, ghost } = await attested(test);
    assert.equal((await ghost('verify', 'p_01M8250R1GVJHJC7RCG3PM0N67')).exit, 7);
    assert.equal((await ghost('verify', 'abcdef0123')).exit, 7);
    assert.equal((await ghost('verify', '--pin', 'sha256:1')).exit, 2);
    git(line.repository, 'update-ref', '-d', 'refs/ghost/log/main');
    const { exit, stdout } = await ghost('verify', '--repo', line.repository);
    assert.deepEqual([exit, /so nothing was verified/.test(stdout)], [10, true]);
  });

  it('looks only at what is new where the chain leads there from what was verified', async (test) => {
    const { line, publish, ghost } = await attested(test);
    assert.match((await ghost('verify', '--new')).stdout, /2 trees computed again/);
    assert.match((await ghost('verify', '--new')).stdout, /0 trees computed again/);
    await land(line, 1, 9);
    await publish();
    const grown = await ghost('verify', '--new');
    assert.deepEqual([grown.exit, /1 trees computed again/.test(grown.stdout)], [0, true], grown.stdout);
  });
});

describe('ghost trust', () => {
  it('shows keys from when to when they sign, and takes the word of one away', async (test) => {
    const { line, id, ghost } = await attested(test);
    await line.needs.evidenceSigner.rotate();
    const { keys, version } = JSON.parse((await ghost('trust', 'show', '--json')).stdout);
    assert.deepEqual([version, keys.length], [2, 2]);
    assert.equal((await ghost('verify', id)).exit, 0);
    const since = '1970-01-01T00:00:00Z';
    assert.equal((await ghost('trust', 'revoke', keys[0].keyId, '--since', since)).exit, 0);
    assert.match((await ghost('trust', 'show')).stdout, /^version 3 of /);
    const revoked = await ghost('verify', id);
    assert.equal(revoked.exit, 11);
    assert.match(revoked.stdout, /was revoked at 1970-01-01T00:00:00.000Z/);
    assert.equal((await ghost('trust', 'revoke', 'nobody', '--since', since)).exit, 2);
  });
});
