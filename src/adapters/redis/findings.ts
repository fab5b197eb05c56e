import type { Finding } from '../../ports/dependency.ts';

/** What a Redis said of itself; null for what it did not say, or may not be asked. */
export interface RedisFacts {
  readonly version: string | null;
  /** Of a replica, where its primary is. */
  readonly role: 'primary' | { readonly replicaOf: string } | null;
  readonly cluster: 'on' | 'off' | null;
  readonly maxmemoryPolicy: string | null;
  readonly appendonly: 'on' | 'off' | null;
  readonly appendfsync: string | null;
  /** Why it does not take what is written to it. */
  readonly writeProblem: string | null;
  /** Of saving to its disk: what went wrong last. */
  readonly diskProblem: string | null;
  /** Its clock minus ours, as far as that can be told: by how much it differs at least. */
  readonly clockDifferenceMs: number;
}

/** From here on all commands are there that Ghost gives, and scripts may ask for the time before they write. */
const LEAST_VERSION = [6, 2] as const;
const CLOCKS_APART_MS = 1_000;

/**
 * What a Redis below Ghost should be like. None of it keeps Ghost from starting: all that is kept there may be lost, and a
 * process that does not come back while a failover goes on would make an outage of it.
 */
export function findingsOf(facts: RedisFacts): readonly Finding[] {
  return RULES.flatMap(({ setting, wrong, expected, fix }) => {
    const got = wrong(facts);
    if (got === null) return [];
    return [{ setting, got, expected, fix: typeof fix === 'string' ? fix : fix(facts) }];
  });
}

interface Rule {
  readonly setting: string;
  /** What it is instead; null where nothing is wrong with it. */
  readonly wrong: (facts: RedisFacts) => string | null;
  readonly expected: string;
  readonly fix: string | ((facts: RedisFacts) => string);
}

const VERSION = { setting: 'version', expected: `${LEAST_VERSION.join('.')} or newer` };

const RULES: readonly Rule[] = [
  {
    ...VERSION,
    wrong: ({ version }) =>
      version === null ? 'not told: the user of GHOST_REDIS_URL may not ask INFO' : null,
    fix: 'redis-cli ACL SETUSER <user> +info',
  },
  {
    ...VERSION,
    wrong: ({ version }) => (version === null || isRecent(version) ? null : version),
    fix: 'run a newer Redis',
  },
  {
    setting: 'role',
    wrong: (facts) => (primaryOf(facts) === null ? null : `replica of ${primaryOf(facts)}`),
    expected: 'primary: a replica takes no writes, or loses them',
    fix: (facts) => `let GHOST_REDIS_URL name ${primaryOf(facts)}`,
  },
  {
    setting: 'cluster-enabled',
    wrong: ({ cluster }) => (cluster === 'on' ? 'yes' : null),
    expected: 'no: of a cluster Ghost reaches the keys of one node, and goes without the others',
    fix: 'let GHOST_REDIS_URL name a Redis that is no node of a cluster',
  },
  {
    setting: 'writing',
    wrong: (facts) => (primaryOf(facts) === null ? facts.writeProblem : null),
    expected: 'allowed: everything that Ghost keeps there is written by scripts or SET',
    fix: 'give it memory and disk, and the user of GHOST_REDIS_URL: redis-cli ACL SETUSER <user> ~ghost:* +@all',
  },
  {
    setting: 'maxmemory-policy',
    wrong: ({ maxmemoryPolicy }) => (maxmemoryPolicy === 'noeviction' ? null : maxmemoryPolicy),
    expected: 'noeviction: admissions and counts are evicted as well as what is cached',
    fix: 'redis-cli CONFIG SET maxmemory-policy noeviction',
  },
  {
    setting: 'appendonly',
    wrong: ({ appendonly }) => (appendonly === 'off' ? 'no' : null),
    expected: 'yes: it forgets admissions and counts as it restarts',
    fix: 'redis-cli CONFIG SET appendonly yes',
  },
  {
    setting: 'appendfsync',
    wrong: ({ appendonly, appendfsync }) => (appendonly === 'on' && appendfsync === 'no' ? 'no' : null),
    expected: 'everysec or always: a power cut takes back what was written since the kernel last wrote',
    fix: 'redis-cli CONFIG SET appendfsync everysec',
  },
  {
    setting: 'persistence',
    wrong: ({ diskProblem }) => diskProblem,
    expected: 'ok: it may refuse writes, and forgets as it restarts',
    fix: 'make room on its disk; its log tells more',
  },
  {
    setting: 'clock',
    wrong: ({ clockDifferenceMs }) => sayClock(clockDifferenceMs),
    expected: `less than ${CLOCKS_APART_MS} ms apart: times that it gives are shown beside ours`,
    fix: 'synchronise the clocks of both machines',
  },
];

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Null of one that is a primary itself, or did not say. */
function primaryOf({ role }: RedisFacts): string | null {
  return role === null || role === 'primary' ? null : role.replicaOf;
}

function sayClock(differenceMs: number): string | null {
  if (Math.abs(differenceMs) < CLOCKS_APART_MS) return null;
  return `${Math.abs(differenceMs)} ms ${differenceMs > 0 ? 'ahead of' : 'behind'} this machine's`;
}
