/** How a remote is spoken to. `http` is for this very machine only, where nobody listens in on the way. */
export type RemoteScheme = 'ssh' | 'https' | 'file' | 'http';

export type ReadRemote =
  | { readonly kind: 'remote'; readonly url: string; readonly scheme: RemoteScheme }
  /** No address: a path on this machine. */
  | { readonly kind: 'path' }
  | { readonly kind: 'refused'; readonly problem: string };

/** `scheme://...` with no regard to what stands behind it. */
const WITH_SCHEME = /^([A-Za-z][A-Za-z0-9+.-]{0,31}):\/\/(.*)$/s;
/** The short form of ssh: `user@host:path`. Without a user it cannot be told from a path. */
const SHORT = /^([A-Za-z0-9_][A-Za-z0-9._-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/\/)([^:].*)$/s;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
/** Of what is encoded only the `@` of an address that serves as a name: anything else could be a password. */
const USER = /^[A-Za-z0-9_](?:[A-Za-z0-9._+-]|%40)*$/;
const PLAIN_PATH = /^[A-Za-z0-9_./~+@=,:%()!&;-]*$/;
/** What hosting services hand out as tokens. As a user name it opens the door, so it is a password. */
const TOKEN_AS_USER = /^(?:gh[a-z]_|github_pat_|gl[a-z]+-|x-token|ATBB|ATCTT|ATATT)/;
/** Others have no mark of their own and are long: people's names have a dot or an `@` in them by then. */
const LONG_USER = /^(?!.*(?:\.|%40)).{20}/;
/** The same anywhere in an address, with so much behind it that it is no word. */
const TOKEN =
  /(?<![A-Za-z0-9])(?:gh[a-z]_[A-Za-z0-9]{16}|github_pat_\w{16}|gl(?:pat|oas|dt|rt|ptt|ft|soat|agent|imt|cbt)-[\w-]{16}|AT(?:BB|CTT|ATT)[\w-]{16})/;

const NO_SECRET =
  'it holds a secret, which would stand in process lists and in the ledger; give it with --credentials FILE (git credential-store for https, a private key for ssh)';

/**
 * What `--repo` names: a remote, in the form in which it is stored and compared, or a path. An address that git would
 * run a program for, that would be spoken to in the clear, or that holds a secret is refused.
 */
export function readRemoteUrl(text: string): ReadRemote {
  const [, scheme, rest = ''] = WITH_SCHEME.exec(text) ?? [];
  if (scheme !== undefined) return withScheme(scheme.toLowerCase(), rest);
  const [, user = '', host, path = ''] = SHORT.exec(text) ?? [];
  if (host === undefined) return /^[A-Za-z0-9+.-]+::/.test(text) ? refused(HELPER) : { kind: 'path' };
  if (!USER.test(user)) return refused('its user name holds characters that none has');
  return checkedPath(path) ?? remote('ssh', `${user}@${host.toLowerCase()}:${trimmed(path)}`);
}

/** Two addresses of one repository have the same key: most servers answer to it with `.git` and without. */
export function remoteKey(url: string): string {
  return url.replace(/\.git$/, '');
}

const HELPER = 'a remote helper would run a program of its own';

function withScheme(scheme: string, rest: string): ReadRemote {
  switch (scheme) {
    case 'ssh':
    case 'https':
    case 'http':
      return overNetwork(scheme, rest);
    case 'file':
      return onThisMachine(rest);
    case 'git':
      return refused('git:// has neither secrecy nor proof of who answers; use ssh:// or https://');
    default:
      return refused(`${scheme}:// is none of ssh://, https://, file:// and user@host:path`);
  }
}

function overNetwork(scheme: 'ssh' | 'https' | 'http', rest: string): ReadRemote {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const [user, host] = at < 0 ? [null, authority] : [authority.slice(0, at), authority.slice(at + 1)];
  if (user !== null && isSecret(scheme, user)) return refused(NO_SECRET);
  if (user !== null && !USER.test(user)) return refused('its user name holds characters that none has');
  if (!HOST.test(host)) return refused('its host is no host name or address');
  if (scheme === 'http' && !LOOPBACK.test(host))
    return refused('http:// sends everything in the clear, what opens it included; use https://');
  if (path.replaceAll('/', '') === '') return refused('it names no repository on its host');
  const place = `${user === null ? '' : `${user}@`}${withoutStandardPort(scheme, host.toLowerCase())}`;
  return checkedPath(path) ?? remote(scheme, `${scheme}://${place}${trimmed(path)}`);
}

function onThisMachine(rest: string): ReadRemote {
  const path = rest.startsWith('localhost/') ? rest.slice('localhost'.length) : rest;
  if (!path.startsWith('/')) return refused('file:// needs an absolute path: file:///srv/app.git');
  return checkedPath(path) ?? remote('file', `file://${trimmed(path)}`);
}

function isSecret(scheme: RemoteScheme, user: string): boolean {
  if (user.includes(':') || TOKEN_AS_USER.test(user)) return true;
  // To ssh a user name opens nothing.
  return scheme !== 'ssh' && LONG_USER.test(user);
}

function checkedPath(path: string): ReadRemote | null {
  if (TOKEN.test(path)) return refused(NO_SECRET);
  if (/[?#]/.test(path)) return refused('nothing of it may stand behind a "?" or "#"');
  if (!PLAIN_PATH.test(path))
    return refused('its path holds blanks, quotes or other characters; encode them');
  if (path.startsWith('-')) return refused('its path begins with "-"');
  return path === '' ? refused('it names no repository') : null;
}

function trimmed(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

function withoutStandardPort(scheme: 'ssh' | 'https' | 'http', host: string): string {
  const standard = { ssh: ':22', https: ':443', http: ':80' }[scheme];
  return host.endsWith(standard) ? host.slice(0, -standard.length) : host;
}

function remote(scheme: RemoteScheme, url: string): ReadRemote {
  return { kind: 'remote', url, scheme };
}

function refused(problem: string): ReadRemote {
  return { kind: 'refused', problem };
}
