import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Mount } from '../../ports/sandbox.ts';
import type { Limits } from './limits.ts';

/** Where the private copy is inside. All of the root is ours, so it collides with nothing. */
const WORK = '/work';
const HOME = '/tmp/home';

/** Beside /usr: links into it on a merged system, directories of their own on others. */
const SYSTEM_DIRECTORIES = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** What loaders, name lookup, time zones and TLS read. Nothing here is a secret: it is readable by all on every system. */
const SYSTEM_SETTINGS = [
  ...['passwd', 'group', 'nsswitch.conf', 'hosts', 'host.conf', 'gai.conf', 'protocols', 'services'],
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'alternatives', 'localtime', 'timezone', 'mime.types'],
  ...['ssl/certs', 'ssl/openssl.cnf', 'ssl/cert.pem', 'pki/tls', 'pki/ca-trust', 'ca-certificates'],
  ...['locale.alias', 'magic', 'terminfo', 'perl', 'debian_version', 'os-release'],
].map((name) => `/etc/${name}`);

/** `/etc/python3.11`, `/etc/java-17-openjdk`: named by version. */
const RUNTIME_SETTINGS = /^(?:python3|java-)/;

export interface Confinement {
  /** The private copy on the host. */
  readonly directory: string;
  /** Directories of the host that commands may use, read-only. */
  readonly tools: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly network: 'none' | 'host';
  /** Inside of the copy, on directories that are there and on whose way no link is. */
  readonly mounts: readonly Mount[];
  /** `root` drops to a plain user itself, inside; a plain user needs a user namespace to get the others. */
  readonly startedBy: 'root' | 'plain user';
  /** Whom a plain user is inside, where it is root of the namespace that bubblewrap starts in. */
  readonly as: { readonly uid: number; readonly gid: number } | null;
  readonly statusFd: number;
  readonly seccompFd: number;
}

/**
 * bwrap's arguments, see bwrap(1). They are handed over through a file descriptor, because the values of the
 * environment may be secrets and argument lists are public.
 */
export function bubblewrapArguments(confinement: Confinement): readonly string[] {
  const { directory, limits, network, statusFd, seccompFd } = confinement;
  return [
    ...namespaces(confinement),
    ...['--die-with-parent', '--new-session', '--hostname', 'ghost'],
    ...SYSTEM_DIRECTORIES.flatMap(systemDirectory),
    ...['--ro-bind', '/usr', '/usr'],
    ...['/etc', '/etc/ssl', '/etc/pki', '/tools'].flatMap(openDirectory),
    ...systemSettings(network).flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...temporary('/dev/shm', limits),
    ...temporary('/tmp', limits),
    ...['--perms', '1777', '--dir', HOME],
    ...toolMounts(confinement.tools).flatMap(({ from, to }) => [
      ...openDirectory(dirname(to)),
      ...['--ro-bind', from, to],
    ]),
    ...['--bind', directory, WORK],
    ...confinement.mounts.flatMap(({ from, to }) => ['--ro-bind', from, `${WORK}/${to}`]),
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', WORK],
    ...Object.entries(confinedEnvironment(confinement)).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--json-status-fd', String(statusFd), '--seccomp', String(seccompFd)],
  ];
}

/** PATH, HOME, TMPDIR and LANG are the sandbox's; the rest is the caller's. */
function confinedEnvironment({ environment, tools }: Confinement): Readonly<Record<string, string>> {
  const path = [
    ...toolMounts(tools).flatMap(({ to }) => searchPath(to)),
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
  ];
  return { ...environment, PATH: path.join(':'), HOME, TMPDIR: '/tmp', LANG: 'C.UTF-8' };
}

/** A tool directory may be a prefix with a `bin` in it, or hold the programs itself. */
export function searchPath(directory: string): readonly string[] {
  return basename(directory) === 'bin' ? [directory] : [`${directory}/bin`, directory];
}

/** Tools get paths of our own: those of the host would show where it keeps things. */
function toolMounts(tools: readonly string[]) {
  return tools.map((from, index) => ({
    from,
    to: basename(from) === 'bin' ? `/tools/${index}/bin` : `/tools/${index}`,
  }));
}

/**
 * Root needs no user namespace, and without one the plain user it drops to is a real one, whose limits count. It keeps
 * what it takes to drop, and setpriv gives that up. A further user namespace is forbidden either way, here or by the filter.
 */
function namespaces({ startedBy, network, as }: Confinement): readonly string[] {
  const names = ['pid', 'ipc', 'uts', 'cgroup', ...(network === 'host' ? [] : ['net'])];
  const all = names.map((name) => `--unshare-${name}`);
  const user = as === null ? [] : ['--uid', String(as.uid), '--gid', String(as.gid)];
  const kept = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((name) => ['--cap-add', name]);
  return startedBy === 'root'
    ? [...all, '--cap-drop', 'ALL', ...kept]
    : [...all, '--unshare-user', ...user, '--disable-userns', '--cap-drop', 'ALL'];
}

function temporary(path: string, { temporaryBytes }: Limits): readonly string[] {
  return ['--perms', '1777', '--size', String(temporaryBytes), '--tmpfs', path];
}

/** Directories that bwrap makes on its own way are closed to other users. */
function openDirectory(path: string): readonly string[] {
  return ['--perms', '0755', '--dir', path];
}

/** Which servers tell names is of use, and to be known, only where there is a network. */
function systemSettings(network: Confinement['network']): readonly string[] {
  const runtimes = readdirSync('/etc').filter((name) => RUNTIME_SETTINGS.test(name));
  const names = network === 'host' ? ['/etc/resolv.conf'] : [];
  return [...SYSTEM_SETTINGS, ...names, ...runtimes.map((name) => `/etc/${name}`)];
}

function systemDirectory(path: string): readonly string[] {
  const seen = lstatSync(path, { throwIfNoEntry: false });
  if (!seen) return [];
  return seen.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}
