import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { creating } from '../world/diffs.ts';
import { aBareRepository, git, temporaryFolder } from '../world/git.ts';
import { gitHttpServer } from '../world/git-http-server.ts';
import { openInstallationFor } from '../world/installation.ts';
import { bareEnvironment, type Child, eventually, startProcess } from '../world/processes.ts';
import { stopped } from '../world/service.ts';

const GHOST = fileURLToPath(new URL('../../bin/ghost', import.meta.url));
const PASSWORD = 'tr0mbone-4471-quartz';

/** A remote behind a password, and an installation without any process yet. */
async function aScene(t: TestContext) {
  const gitDir = aBareRepository();
  const server = await gitHttpServer(dirname(gitDir), { user: 'ann', password: PASSWORD });
  const credentials = join(temporaryFolder('secret'), 'credentials');
  const { host } = new URL(server.origin);
  writeFileSync(credentials, `http://ann:${PASSWORD}@${host}\n`, { mode: 0o600 });
  const installation = await openInstallationFor();
  const { home } = installation.config;
  t.after(async () => {
    await installation.close();
    await server.close();
    for (const folder of [home.root, dirname(gitDir)]) rmSync(folder, { recursive: true, force: true });
  });
  const ghost = async (...args: readonly string[]) => {
    const env = { ...bareEnvironment(), ...installation.settings };
    return promisify(execFile)(GHOST, [...args], { env });
  };
  return { installation, gitDir, url: `${server.origin}/repository.git`, credentials, ghost };
}

/** Every file below a folder that holds `text`. */
function filesWith(text: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .filter((path) => readFileSync(path, 'latin1').includes(text));
}

describe('a remote behind a password', () => {
  it('is added and landed on by real processes, and the password is nowhere afterwards', async (t) => {
    const { installation, gitDir, url, credentials, ghost } = await aScene(t);
    const added = await ghost(
      'workspace',
      'add',
      'app',
      '--repo',
      url,
      '--credentials',
      credentials,
      '--json',
    );
    assert.equal(JSON.parse(added.stdout).remote.url, url);
    assert.match(added.stderr, /new branch/);

    const { needs, config, settings } = installation;
    const children: Child[] = ['runner', 'relay'].map((name) =>
      startProcess(`src/main/${name}.ts`, settings),
    );
    t.after(() => Promise.all(children.map(({ process: child }) => child.kill('SIGKILL'))));
    await Promise.all(children.map(({ ready }) => ready));
    const { patch } = await submitPatch(needs, {
      ...{ workspace: 'app', body: Buffer.from(creating('new.txt')), format: null, title: null },
      ...{ author: 'test', origin: 'cli', idempotencyKey: null, force: false },
    });
    await eventually('it lands', async () => (await needs.ledger.find(patch.id))?.state.name === 'landed');
    assert.match(git(gitDir, 'log', '-1', '--format=%B', 'main'), new RegExp(`Ghost-Patch: ${patch.id}`));
    // Refused from now on, so that what git says of it is in logs and heartbeats too.
    writeFileSync(credentials, readFileSync(credentials, 'utf8').replace('ann:', 'eve:'));
    await submitPatch(needs, {
      ...{ workspace: 'app', body: Buffer.from(creating('two.txt')), format: null, title: null },
      ...{ author: 'test', origin: 'cli', idempotencyKey: null, force: false },
    });
    await eventually(
      'its refusal is in the log',
      () => filesWith('remote_refused', config.home.logs).length > 0,
    );
    await Promise.all(children.map(stopped));

    const verified = await ghost('verify', 'app', '--json').catch((error) => error);
    assert.match(`${verified.stdout}${verified.stderr}`, /remote_refused/);
    assert.deepEqual(filesWith(PASSWORD, config.home.root), []);
    assert.equal(
      `${added.stdout}${added.stderr}${verified.stdout}${verified.stderr}`.includes(PASSWORD),
      false,
    );
  });
});
