import { fail, type GhostError } from '../../core/errors.ts';

/** Words of a server that refuses, by the first word of what it says. */
const REFUSALS: Readonly<Record<string, string>> = {
  WRONGPASS: 'it does not know the user or the password of GHOST_REDIS_URL (WRONGPASS)',
  NOAUTH: 'it asks for a password, and GHOST_REDIS_URL has none (NOAUTH)',
  NOPERM: 'the user of GHOST_REDIS_URL may not do what Ghost asks for (NOPERM)',
  LOADING: 'it is reading its data after a start (LOADING)',
  READONLY: 'it is a replica that takes no writes (READONLY): GHOST_REDIS_URL has to name the primary',
  MISCONF: 'it takes no writes while it cannot save to its disk (MISCONF)',
  OOM: 'its memory is full (OOM): raise maxmemory',
  BUSY: 'it is held up by a script (BUSY)',
  MASTERDOWN: 'it is a replica that has lost its primary (MASTERDOWN)',
  CLUSTERDOWN: 'its cluster is down (CLUSTERDOWN)',
  MOVED: 'it is a node of a cluster, which Ghost does not speak (MOVED)',
};

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection was reset (ECONNRESET)',
  EPIPE: 'the connection was ended (EPIPE)',
  ETIMEDOUT: 'no connection in time (ETIMEDOUT)',
  ENOTFOUND: 'its host name has no address (ENOTFOUND)',
  EAI_AGAIN: 'its host name cannot be looked up now (EAI_AGAIN)',
  EHOSTUNREACH: 'there is no way to its host (EHOSTUNREACH)',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: redis:// instead of rediss://',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS: redis:// instead of rediss://',
};

const CERTIFICATE = /CERT|SELF_SIGNED|VERIFY|ISSUER/;

/** How the client words what it has not seen the end of. */
const CLIENT: readonly (readonly [RegExp, string])[] = [
  [/^Command timed out|^Socket timeout/, 'no answer in time'],
  [/^Reached the max retries|^Connection is closed|aborted due to/, 'the connection was lost'],
];

/** What went wrong, in words, without anything of the URL that is secret. */
export function problemOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return problemOf(error.errors[0]);
  if (!(error instanceof Error)) return 'it failed without a word';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const refusal = REFUSALS[/^-?([A-Z]+)\b/.exec(error.message)?.[1] ?? ''];
  const told = refusal ?? NETWORK[code] ?? CLIENT.find(([said]) => said.test(error.message))?.[1];
  if (told !== undefined) return told;
  if (CERTIFICATE.test(code)) return `its certificate is not to be trusted (${code})`;
  return code || saidBy(error) || error.name;
}

/** Of a connection that never was ready: with TLS on one end only, both ends wait or hang up. */
export function firstProblemOf(error: unknown, wire: 'tls' | 'plain'): string {
  const problem = problemOf(error);
  if (wire === 'tls' && problem === NETWORK.ETIMEDOUT) return `${problem}: does it speak TLS (rediss://)?`;
  if (wire === 'plain' && problem === NETWORK.ECONNRESET) return `${problem}: does it want TLS (rediss://)?`;
  return problem;
}

/**
 * The one place where an error of the client becomes ours. Its words alone are the cause of ours: it holds the command as
 * well, password and all.
 */
export function unavailable(at: string, problem: string, error?: unknown): GhostError {
  const cause = error instanceof Error ? new Error(saidBy(error)) : undefined;
  return fail('store_unavailable', { problem: `Redis at ${at}: ${problem}` }, { cause });
}

/** A server that does not know a command repeats its arguments, of which one may be the password. */
function saidBy({ message }: Error): string {
  return message.replace(/[,.]? with args beginning with.*|\n.*/s, '');
}
