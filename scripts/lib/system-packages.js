import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describeExit, runChild } from './child.js';
import { Fault } from './fault.js';

// dpkg refuses to work when the system folders are not in PATH.
const SYSTEM_PATH = [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']
  .filter(Boolean)
  .join(delimiter);

/**
 * What tests need of the system: a program in PATH, or a file below one of the folders for libraries. Debian starts the
 * service of a package as it installs it (`service`): nobody who runs the tests has asked for one on their machine.
 */
export const TEST_PACKAGES = [
  { program: 'bwrap', name: 'bubblewrap', use: 'the sandbox that runs checks' },
  { program: 'chromium', name: 'chromium', use: 'pictures of pages before and after a patch' },
  { program: 'strace', name: 'strace', use: 'faults at system calls' },
  { program: 'sshd', name: 'openssh-server', use: 'remotes over ssh', service: true },
  { program: 'redis-server', name: 'redis-server', use: 'a real Redis', service: true },
  { program: 'javac', name: 'openjdk-17-jdk-headless', use: 'a Kafka broker and a MongoDB wire server' },
  { program: 'mvn', name: 'maven', use: 'fetching them' },
  { library: 'faketime/libfaketime.so.1', name: 'libfaketime', use: 'clocks that jump' },
];

/**
 * Installs the Debian packages that are missing: `[{program or library, name, use, service}]`. Where that is not possible
 * it says what will be missing; with CI=true it throws a Fault, because a test left out there would look like a pass.
 * Packages that start a service are installed with CI=true alone.
 */
export async function ensureSystemPackages(wanted) {
  const missing = wanted.filter((one) => !isThere(one));
  const isOurs = process.env.CI === 'true';
  const withService = isOurs ? [] : missing.filter(({ service }) => service);
  if (withService.length > 0) goOnWithout(startsService(withService));
  const rest = missing.filter((one) => !withService.includes(one));
  const obstacle = rest.length === 0 ? undefined : await install(rest);
  if (!obstacle) return;
  const fault = cannotInstall(rest, obstacle);
  if (isOurs) throw fault;
  goOnWithout(fault);
}

function goOnWithout(fault) {
  console.error(`ghost: ${fault.message}\nghost: going on without`);
}

/** Resolves to what stood in the way, undefined when all is installed. */
async function install(packages) {
  if (!existsSync('/usr/bin/apt-get')) return 'a system without apt-get';
  if (process.getuid?.() !== 0) return `user id ${process.getuid?.()}`;
  const names = packages.map(({ name }) => name);
  for (const { name, use } of packages) console.error(`ghost: installing the Debian package ${name}: ${use}`);
  // A failed update is no obstacle yet: the package may be in the lists and the cache that are there.
  await aptGet('update');
  const ended = await aptGet('install', '-y', '--no-install-recommends', ...names);
  return ended.code === 0 ? undefined : `apt-get install ended with ${describeExit(ended)}`;
}

function aptGet(...args) {
  const env = { ...process.env, PATH: SYSTEM_PATH, DEBIAN_FRONTEND: 'noninteractive' };
  return runChild('apt-get', ['-q', ...args], { env, stdio: ['ignore', 2, 2] });
}

/** Debian keeps libraries in one folder per architecture. */
function isThere({ program, library }) {
  if (library) return readdirSync('/usr/lib').some((folder) => existsSync(join('/usr/lib', folder, library)));
  return SYSTEM_PATH.split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function cannotInstall(packages, got) {
  return notThere(packages, { got, or: 'root on Debian to install it' });
}

function startsService(packages) {
  return notThere(packages, {
    got: 'none, and installing it starts a service',
    or: 'CI=true on a machine that is there for tests alone',
  });
}

function notThere(packages, { got, or }) {
  const names = packages.map(({ name }) => name).join(' ');
  return new Fault({
    what: `what tests need is not there: ${packages.map(({ name, use }) => `${name} (${use})`).join(', ')}`,
    where: 'this machine',
    got,
    expected: `${packages.map(({ program, library }) => program ?? library).join(', ')}, or ${or}`,
    next: `apt-get install ${names}`,
  });
}
