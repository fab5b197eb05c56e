import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../../../core/errors.ts';
import { readRemoteUrl } from '../../../core/remote-url.ts';
import type { Remote } from '../../../core/workspace.ts';
import type { Access } from './network-git.ts';

/** Paths end up in command lines that a shell reads, ssh's own included, which splits at blanks and expands `%` and `~`. */
const PLAIN_PATH = /^\/[A-Za-z0-9_./+@=,:-]+$/;

const CONNECT_S = 10;

/** What ssh may do, whatever its configuration says. */
const SSH = [
  'BatchMode=yes',
  'StrictHostKeyChecking=yes',
  'PasswordAuthentication=no',
  'KbdInteractiveAuthentication=no',
  `ConnectTimeout=${CONNECT_S}`,
  'ServerAliveInterval=10',
  'ServerAliveCountMax=3',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'PermitLocalCommand=no',
  // A shared connection outlives its call and is opened by whoever was first; each call has its own.
  'ControlMaster=no',
  'ControlPath=none',
];

/**
 * What git has to be told to reach a remote, its scheme and no other being allowed. The secret itself stays in its file.
 * @throws GhostError remote_url_invalid, credentials_unsafe
 */
export async function accessTo({ url, credentials }: Pick<Remote, 'url' | 'credentials'>): Promise<Access> {
  const read = readRemoteUrl(url);
  if (read.kind !== 'remote') {
    const problem = read.kind === 'refused' ? read.problem : 'it is a path';
    throw fail('remote_url_invalid', { problem });
  }
  const { scheme } = read;
  if (credentials !== null) await requireSafe(credentials);
  const allowed = { GIT_ALLOW_PROTOCOL: scheme };
  if (scheme === 'ssh') {
    const command = ['ssh', ...(await sshOptions(credentials))].join(' ');
    const environment = { ...allowed, GIT_SSH_COMMAND: command };
    return { scheme, settings: ['ssh.variant=ssh'], environment, secretsFile: null };
  }
  if (scheme === 'file') {
    if (credentials === null) return { scheme, settings: [], environment: allowed, secretsFile: null };
    throw unsafe(credentials, 'file:// needs none');
  }
  const settings = ['credential.helper=', ...helper(credentials)];
  return { scheme, settings, environment: allowed, secretsFile: credentials };
}

/**
 * git's own store, asked and never told: at a refusal git has it erase what was refused, and a server that is out of
 * order for a minute would empty the operator's file.
 */
function helper(credentials: string | null): string[] {
  if (credentials === null) return [];
  return [
    `credential.helper=!f() { test "$1" != get || git credential-store --file='${credentials}' get; }; f`,
  ];
}

async function sshOptions(credentials: string | null): Promise<string[]> {
  const fixed = SSH.map((option) => `-o ${option}`);
  if (credentials === null) return fixed;
  // With a key of our own nothing of the user's configuration counts: no other key, no agent, no proxy.
  const hosts = join(dirname(credentials), 'known_hosts');
  const known = await access(hosts, constants.R_OK).then(
    () => [`-o UserKnownHostsFile=${hosts}`, '-o GlobalKnownHostsFile=/dev/null'],
    () => [],
  );
  return [
    '-F none',
    ...fixed,
    '-o IdentitiesOnly=yes',
    '-o IdentityAgent=none',
    `-i ${credentials}`,
    ...known,
  ];
}

/** @throws GhostError credentials_unsafe: not there, not ours, open to others, or with a name that a shell could read anew */
async function requireSafe(path: string): Promise<void> {
  if (!PLAIN_PATH.test(path))
    throw unsafe(path, 'its absolute path may hold letters, digits and _ . / + @ = , : - only');
  const found = await lstat(path).catch(() => null);
  if (found === null) throw unsafe(path, 'it is not there');
  if (!found.isFile()) throw unsafe(path, 'it is no regular file');
  const mode = found.mode & 0o777;
  if ((mode & 0o077) !== 0)
    throw unsafe(
      path,
      `its mode is ${mode.toString(8).padStart(4, '0')}, expected 0600: others could read or change it`,
    );
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  if (!readable) throw unsafe(path, 'it cannot be read by the user that runs Ghost');
}

function unsafe(path: string, problem: string): Error {
  return fail('credentials_unsafe', { path, problem });
}
