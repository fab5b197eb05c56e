import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { eventually } from '../../../world/processes.ts';
import { change, prepared, raised } from '../world.ts';
import { aRemote, openedRemote, type RemotePlace } from './world.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));
const skip = SSHD === undefined && process.env.CI !== 'true' ? 'there is no sshd on this machine' : false;

interface Site {
  readonly place: RemotePlace;
  readonly url: string;
  /** Opens it; `known_hosts` lies beside. */
  readonly key: string;
  readonly folder: string;
}

/** A real sshd of this user's own on a free loopback port, which lets one key in. */
async function aSite(t: TestContext): Promise<Site> {
  const place = aRemote(t);
  const folder = join(place.root, 'keys');
  mkdirSync(folder, { mode: 0o700 });
  for (const name of ['host', 'id'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  const port = await freePort();
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(authorized, readFileSync(join(folder, 'id.pub')), { mode: 0o600 });
  const host = readFileSync(join(folder, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${host}\n`);
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${authorized}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
  ];
  writeFileSync(join(folder, 'sshd_config'), `${settings.join('\n')}\n`);
  const sshd = await started(folder, port);
  t.after(() => sshd.kill('SIGKILL'));
  return {
    place,
    folder,
    key: join(folder, 'id'),
    url: `ssh://${userInfo().username}@127.0.0.1:${port}${place.gitDir}`,
  };
}

async function started(folder: string, port: number): Promise<ChildProcess> {
  // For root it wants a folder that a package's service makes at boot.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const sshd = spawn(String(SSHD), ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  sshd.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await eventually(`sshd listens on ${port}`, () => {
    assert.equal(sshd.exitCode, null, said);
    return said.includes('Server listening');
  });
  return sshd;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

describe('a remote over ssh', { skip }, () => {
  it('is opened by a private key and the host key beside it, and landed on', async (t) => {
    const { place, url, key } = await aSite(t);
    const open = await openedRemote(t, place, { url, credentials: key });
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('x', 'one\n')]);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(place.git('rev-parse', 'main'), intent.commit);
  });

  it('is not opened where its host key is not the known one, or by another key', async (t) => {
    const { place, url, key, folder } = await aSite(t);
    const known = join(folder, 'known_hosts');
    const right = readFileSync(known, 'utf8');
    const other = readFileSync(join(folder, 'id.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    writeFileSync(known, `${right.split(' ')[0]} ${other}\n`);
    await assert.rejects(openedRemote(t, place, { url, credentials: key }), {
      code: 'remote_refused',
      message: /[Hh]ost key verification failed|identification/,
    });
    writeFileSync(known, right);
    await assert.rejects(openedRemote(t, place, { url, credentials: join(folder, 'host') }), {
      code: 'remote_refused',
      message: /Permission denied/,
    });
  });

  it('takes no key that others may read, and no name that a shell could read anew', async (t) => {
    const { place, url, key, folder } = await aSite(t);
    chmodSync(key, 0o644);
    await assert.rejects(openedRemote(t, place, { url, credentials: key }), { code: 'credentials_unsafe' });
    const odd = join(folder, "id'; touch stolen; '");
    writeFileSync(odd, readFileSync(key), { mode: 0o600 });
    await assert.rejects(openedRemote(t, place, { url, credentials: odd }), { code: 'credentials_unsafe' });
    rmSync(key);
    await assert.rejects(openedRemote(t, place, { url, credentials: key }), {
      code: 'credentials_unsafe',
      message: /it is not there/,
    });
  });
});
