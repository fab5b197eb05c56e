import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { authenticate } from '../../src/app/authenticate.ts';
import { aRepository, git, patchOf, temporaryFolder } from '../world/git.ts';
import { type Installation, openInstallationFor } from '../world/installation.ts';
import { type Ran, type Terminal, type } from './host.ts';

describe('the command line on this machine', () => {
  let installation: Installation;
  const at = (cwd: string, stdin = ''): Terminal => ({ needs: installation.needs, cwd, stdin });
  const ghost = (...argv: readonly string[]): Promise<Ran> => type(at(temporaryFolder('cli')), ...argv);

  // Every folder that this file makes lies in one, which goes at the end.
  const folder = temporaryFolder('cli-local');
  process.env.TMPDIR = folder;

  before(async () => {
    installation = await openInstallationFor();
  });
  after(async () => {
    await installation.close();
    rmSync(folder, { recursive: true });
  });

  it('adds, lists, shows, pauses, resumes and removes a workspace', async () => {
    const repo = aRepository();
    const added = await ghost('workspace', 'add', 'first', '--repo', repo, '--json');
    assert.deepEqual([added.exit, JSON.parse(added.stdout).branch], [0, 'main']);
    assert.match((await ghost('workspace', 'list')).stdout, /first +main +0 +0 +0/);
    assert.match((await ghost('workspace', 'show', 'first')).stdout, /added .* by someone/);
    const paused = await ghost('workspace', 'pause', 'first', '--reason', 'a look around', '--json');
    assert.equal(JSON.parse(paused.stdout).paused, 'a look around');
    const resumed = await ghost('workspace', 'resume', 'first', '--json');
    assert.equal(JSON.parse(resumed.stdout).paused, null);
    assert.equal((await ghost('workspace', 'add', 'first', '--repo', aRepository())).exit, 6);
    assert.equal((await ghost('workspace', 'remove', 'first')).exit, 0);
    assert.equal((await ghost('workspace', 'show', 'first')).exit, 7);
  });

  it('takes checks for a repository that has none, and refuses one without', async () => {
    const repo = temporaryFolder('ungated');
    git(repo, 'init', '-q', '-b', 'main');
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'Begin');
    const refused = await ghost('workspace', 'add', 'bare', '--repo', repo);
    assert.equal(refused.exit, 2);
    assert.match(refused.stderr, /--check/);
    const vacuous = await ghost('workspace', 'add', 'bare', '--repo', repo, '--check', 'ok=true');
    assert.deepEqual([vacuous.exit, vacuous.stdout], [2, '']);
    const added = await ghost(
      'workspace',
      'add',
      'bare',
      '--repo',
      repo,
      '--check',
      'readable=test -r README',
    );
    assert.equal(added.exit, 0);
  });

  it('issues a token on standard output alone, lists it without its text, and revokes it', async () => {
    const { exit, stdout, stderr } = await ghost(
      'token',
      'create',
      '--subject',
      'ci',
      '--role',
      'author',
      '--ttl',
      '1h',
    );
    assert.equal(exit, 0);
    assert.match(stderr, /^t_\S+ for ci as author, until /);
    const token = stdout.trim();
    const identity = await authenticate(installation.needs, token);
    assert.deepEqual([identity.subject, identity.role], ['ci', 'author']);
    const listed = await ghost('token', 'list');
    assert.match(listed.stdout, new RegExp(`${identity.id}  ci`));
    assert.ok(!listed.stdout.includes(token));
    assert.equal((await ghost('token', 'revoke', identity.id)).exit, 0);
    await assert.rejects(authenticate(installation.needs, token), { code: 'token_invalid' });
    assert.equal((await ghost('token', 'revoke', 't_nobody')).exit, 7);
  });

  it('verifies the audit log and the workspaces, and says what it read', async () => {
    const audit = await ghost('audit', 'verify', '--json');
    const report = JSON.parse(audit.stdout);
    assert.deepEqual([audit.exit, report.ok], [0, true], audit.stdout);
    assert.equal((await ghost('verify', '--json')).exit, 0);
    assert.equal((await ghost('verify', 'nowhere')).exit, 7);
  });

  it('says when there was no summary to write anew', async () => {
    await ghost('audit', 'rebuild', '--summaries');
    assert.match((await ghost('audit', 'rebuild', '--summaries')).stdout, /^ok: no summary was missing$/m);
  });

  it('rehearses a patch without writing anything, and tells every fault of one that does not fit', async () => {
    const repo = aRepository();
    const tip = git(repo, 'rev-parse', 'HEAD');
    const good = patchOf(repo, { 'greeting.txt': 'hello\nthere\n' });
    const fits = await type(at(repo, good), 'apply', '-', '--check', '--json');
    assert.deepEqual(
      [fits.exit, JSON.parse(fits.stdout).files],
      [0, [{ path: 'greeting.txt', fit: 'exact' }]],
    );
    assert.match(JSON.parse(fits.stdout).base, /^[0-9a-f]{40}$/);
    const bad =
      good.replace('-world', '-World') +
      patchOf(repo, { 'greeting.txt': null }).replaceAll('greeting', 'absent');
    const faulty = await type(at(repo, bad), 'apply', '-', '--check', '--json');
    assert.equal(faulty.exit, 5);
    const { repair } = JSON.parse(faulty.stdout);
    assert.deepEqual(
      repair.faults.map(({ code }: { code: string }) => code),
      ['hunk_not_found', 'file_missing'],
    );
    assert.deepEqual([repair.base, repair.patch], [tip, null]);
    const told = await type(at(repo, bad), 'apply', '-', '--check');
    assert.match(told.stdout, /greeting\.txt[\s\S]*absent\.txt/);
    assert.match(told.stdout, /Send all of it again/);
    assert.equal(git(repo, 'rev-parse', 'HEAD'), tip);
    assert.equal(git(repo, 'for-each-ref', 'refs/ghost'), '');
  });

  it('says at a rehearsal that nothing was checked, and that a patch would not land without a check', async () => {
    const gated = aRepository();
    const patch = patchOf(gated, { 'greeting.txt': 'hello\nthere\n' });
    const fits = await type(at(gated, patch), 'apply', '-', '--check');
    assert.match(fits.stderr, /it fits [0-9a-f]{12}; nothing was changed, and no check was run/);
    assert.doesNotMatch(fits.stderr, /would not land/);
    git(gated, 'rm', '-q', 'ghost.yml');
    git(gated, 'commit', '-q', '-m', 'Without a gate');
    const ungated = await type(at(gated, patch), 'apply', '-', '--check');
    assert.equal(ungated.exit, 0);
    assert.match(ungated.stderr, /it would not land without --ungated: /);
  });

  it('lands one patch through the gate, and rejects one that breaks it', async () => {
    const repo = aRepository();
    const landed = await type(
      at(repo, patchOf(repo, { 'greeting.txt': 'hello\nthere\n' })),
      'apply',
      '-',
      '--json',
    );
    const view = JSON.parse(landed.stdout);
    assert.deepEqual(
      [landed.exit, view.state, view.commit],
      [0, 'landed', git(repo, 'rev-parse', 'main')],
      landed.stderr,
    );
    assert.match(landed.stderr, /checks-run[\s\S]*branch-moved/);
    assert.equal(git(repo, 'show', 'main:greeting.txt'), 'hello\nthere');
    const broken = await type(at(repo, patchOf(repo, { broken: 'x\n' })), 'apply', '-');
    assert.equal(broken.exit, 5);
    assert.match(broken.stdout, /check_failed/);
    assert.equal(git(repo, 'rev-parse', 'main'), view.commit);
  });
});
