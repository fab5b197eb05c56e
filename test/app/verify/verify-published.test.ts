import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { fileSightings } from '../../../src/adapters/files/sightings.ts';
import { keepTrust } from '../../../src/app/evidence/keep-trust.ts';
import { writeLog } from '../../../src/app/evidence/write-log.ts';
import { verifyPublished } from '../../../src/app/verify/verify-published.ts';
import { type Sha256, sha256 } from '../../../src/core/digest.ts';
import { firstTrust } from '../../../src/core/evidence/trust/next-trust.ts';
import { sealTrust, trustFileBytes } from '../../../src/core/evidence/trust/trust-file.ts';
import { attest, land } from '../../world/evidence.ts';
import { aRepository, git, temporaryFolder } from '../../world/git.ts';
import { lineFor, type TestLine } from '../../world/line.ts';

async function published(test: TestContext) {
  const line = await lineFor(test, {
    repository: aRepository({ 'ghost.yml': 'checks: [{ name: text, kind: text }]\n' }),
  });
  await land(line, 2);
  await publish(line);
  const { bytes, versions } = await keepTrust(line.needs);
  // What somebody else has: a copy of the repository with its log, and a digest.
  const copy = temporaryFolder('copy');
  git(copy, 'init', '-q', '--bare', '-b', 'main', '.');
  const fetch = () =>
    git(
      copy,
      'fetch',
      '-q',
      line.repository,
      '+refs/heads/main:refs/heads/main',
      '+refs/ghost/log/*:refs/ghost/log/*',
    );
  fetch();
  const sightings = fileSightings(temporaryFolder('seen'));
  const verify = (more: { trustFile?: Uint8Array | null; pinned?: Sha256 | null } = {}) =>
    verifyPublished(
      { repositories: line.needs.repositories, sightings },
      { repo: copy, branch: 'main', trustFile: bytes, pinned: versions[0].digest, ...more },
    );
  return { line, copy, fetch, verify };
}

async function publish(line: TestLine): Promise<void> {
  assert.deepEqual(await writeLog(line.needs, line.holding, await attest(line)), { kind: 'written' });
}

describe('Whoever has the repository and a pinned trust file alone', () => {
  it('verifies every landing of its log, and what came since', async (test) => {
    const { line, fetch, verify } = await published(test);
    const first = await verify();
    assert.deepEqual([first.ok, first.landings, first.problems, first.unproven], [true, 2, [], []]);
    await land(line, 2, 10);
    fetch();
    assert.match((await verify()).unproven.join('\n'), /2 commits that name patches are newer than the log/);
    await publish(line);
    fetch();
    const { ok, landings, unproven } = await verify();
    assert.deepEqual([ok, landings, unproven], [true, 4, []]);
  });

  it('is told of a log that went back, and of a branch that lost a landing', async (test) => {
    const { line, copy, fetch, verify } = await published(test);
    await land(line, 1, 10);
    await publish(line);
    fetch();
    assert.equal((await verify()).ok, true);
    git(copy, 'update-ref', 'refs/ghost/log/main', 'refs/ghost/log/main^');
    assert.match((await verify()).problems.join('\n'), /has 2 leaves; 3 were seen before/);
    fetch();
    git(copy, 'update-ref', 'refs/heads/main', 'main^');
    assert.match((await verify()).problems.join('\n'), /of the log is not on the branch/);
  });

  it('is told of commits after the log that name patches and are signed by nobody', async (test) => {
    const { copy, verify } = await published(test);
    const message = 'Forged\n\nGhost-Patch: p_01M8250R1GVJHJC7RCG3PM0N67\nGhost-Seq: 3\n';
    const forged = git(copy, 'commit-tree', 'main^{tree}', '-p', 'main', '-m', message);
    git(copy, 'update-ref', 'refs/heads/main', forged);
    assert.match((await verify()).problems.join('\n'), /is newer than the log: the commit is not signed/);
  });

  it('is told of a log that is gone, or is now that of another installation', async (test) => {
    const { line, copy, fetch, verify } = await published(test);
    assert.equal((await verify()).ok, true);
    const [mine] = await line.needs.evidenceSigner.keys();
    assert.ok(mine);
    const trustFile = trustFileBytes([sealTrust(firstTrust('another', mine, 1), [mine])]);
    assert.match((await verify({ trustFile, pinned: null })).problems.join('\n'), /of installation another/);
    git(copy, 'update-ref', '-d', 'refs/ghost/log/main');
    assert.match((await verify()).problems.join('\n'), /is gone from the repository; 2 of its leaves/);
    fetch();
    assert.equal((await verify()).ok, true);
  });

  it('does not trust a file that has not the pinned version, and says where nothing was pinned', async (test) => {
    const { verify } = await published(test);
    assert.match((await verify({ pinned: sha256('another') })).problems.join('\n'), /pinned digest/);
    const trusting = await verify({ trustFile: null, pinned: null });
    assert.deepEqual([trusting.ok, trusting.problems], [false, []]);
    assert.match(trusting.unproven.join('\n'), /no digest of it was pinned/);
  });
});
