import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { accessTo } from '../../../../src/adapters/git/remote/access.ts';
import { temporary } from '../world.ts';

/** What a user's configuration may say for every host. */
const CONFIGURATION = [
  'Host *',
  'ControlMaster auto',
  'ControlPath /tmp/%C',
  'ControlPersist yes',
  'ForwardAgent yes',
  'ForwardX11 yes',
  'RemoteForward 9999 localhost:22',
  'PermitLocalCommand yes',
  'LocalCommand id',
  'PasswordAuthentication yes',
  'StrictHostKeyChecking no',
];

const hasSsh = ['/usr/bin/ssh', '/usr/local/bin/ssh'].some((path) => existsSync(path));
const skip = !hasSsh && process.env.CI !== 'true' ? 'there is no ssh on this machine' : false;

describe('ssh without credentials of its own', { skip }, () => {
  it('shares no connection, forwards nothing and runs nothing, whatever the configuration says', async (t) => {
    const file = join(temporary(t), 'config');
    writeFileSync(file, `${CONFIGURATION.join('\n')}\n`);
    const { environment } = await accessTo({ url: 'ssh://git@host.example/a', credentials: null });
    const [program = '', ...options] = (environment.GIT_SSH_COMMAND ?? '').split(' ');
    const told = execFileSync(program, [...options, '-G', '-F', file, 'host.example'], { encoding: 'utf8' });
    const settings = new Map(told.split('\n').map((line) => line.split(/ (.*)/s) as [string, string]));
    for (const name of ['forwardagent', 'forwardx11', 'permitlocalcommand', 'passwordauthentication'])
      assert.equal(settings.get(name), 'no', name);
    assert.equal(settings.get('clearallforwardings'), 'yes');
    assert.equal(settings.get('controlmaster'), 'false');
    assert.equal(settings.get('stricthostkeychecking'), 'true');
    assert.equal(settings.get('batchmode'), 'yes');
    assert.equal(settings.has('controlpath'), false, told);
  });
});
