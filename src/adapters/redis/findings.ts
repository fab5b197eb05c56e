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
  const found = [
    versionFinding(facts),
    roleFinding(facts),
    clusterFinding(facts),
    writeFinding(facts),
    evictionFinding(facts),
    appendonlyFinding(facts),
    appendfsyncFinding(facts),
    diskFinding(facts),
    clockFinding(facts),
  ];
  return found.flatMap((finding) => (finding === null ? [] : [{ ...finding, weight: 'degraded' as const }]));
}

type Found = Omit<Finding, 'weight'> | null;

function versionFinding({ version }: RedisFacts): Found {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return null;
  return {
    setting: 'version',
    got: version ?? 'not told: the user of GHOST_REDIS_URL may not ask INFO',
    expected: `${LEAST_VERSION.join('.')} or newer`,
    fix: version === null ? 'redis-cli ACL SETUSER <user> +info' : 'run a newer Redis',
  };
}

function roleFinding({ role }: RedisFacts): Found {
  if (role === null || role === 'primary') return null;
  return {
    setting: 'role',
    got: `replica of ${role.replicaOf}`,
    expected: 'primary: a replica takes no writes, or loses them',
    fix: `let GHOST_REDIS_URL name ${role.replicaOf}`,
  };
}

function clusterFinding({ cluster }: RedisFacts): Found {
  if (cluster !== 'on') return null;
  return {
    setting: 'cluster-enabled',
    got: 'yes',
    expected: 'no: of a cluster Ghost reaches the keys of one node, and goes without the others',
    fix: 'let GHOST_REDIS_URL name a Redis that is no node of a cluster',
  };
}

function writeFinding({ role, writeProblem }: RedisFacts): Found {
  const isReplica = role !== null && role !== 'primary';
  if (isReplica || writeProblem === null) return null;
  return {
    setting: 'writing',
    got: writeProblem,
    expected: 'allowed: everything that Ghost keeps there is written by scripts or SET',
    fix: 'give it memory and disk, and the user of GHOST_REDIS_URL: redis-cli ACL SETUSER <user> ~ghost:* +@all',
  };
}

function evictionFinding({ maxmemoryPolicy }: RedisFacts): Found {
  if (maxmemoryPolicy === null || maxmemoryPolicy === 'noeviction') return null;
  return {
    setting: 'maxmemory-policy',
    got: maxmemoryPolicy,
    expected: 'noeviction: sessions, admissions and counts are evicted as well as what is cached',
    fix: 'redis-cli CONFIG SET maxmemory-policy noeviction',
  };
}

function appendonlyFinding({ appendonly }: RedisFacts): Found {
  if (appendonly !== 'off') return null;
  return {
    setting: 'appendonly',
    got: 'no',
    expected: 'yes: it forgets sessions and counts as it restarts',
    fix: 'redis-cli CONFIG SET appendonly yes',
  };
}

function appendfsyncFinding({ appendonly, appendfsync }: RedisFacts): Found {
  if (appendonly !== 'on' || appendfsync !== 'no') return null;
  return {
    setting: 'appendfsync',
    got: 'no',
    expected: 'everysec or always: a power cut takes back what was written since the kernel last wrote',
    fix: 'redis-cli CONFIG SET appendfsync everysec',
  };
}

function diskFinding({ diskProblem }: RedisFacts): Found {
  if (diskProblem === null) return null;
  return {
    setting: 'persistence',
    got: diskProblem,
    expected: 'ok: it may refuse writes, and forgets as it restarts',
    fix: 'make room on its disk; its log tells more',
  };
}

function clockFinding({ clockDifferenceMs }: RedisFacts): Found {
  if (Math.abs(clockDifferenceMs) < CLOCKS_APART_MS) return null;
  const way = clockDifferenceMs > 0 ? 'ahead of' : 'behind';
  return {
    setting: 'clock',
    got: `${Math.abs(clockDifferenceMs)} ms ${way} this machine's`,
    expected: `less than ${CLOCKS_APART_MS} ms apart: times that it gives are shown beside ours`,
    fix: 'synchronise the clocks of both machines',
  };
}
