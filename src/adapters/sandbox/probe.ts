import { randomUUID } from 'node:crypto';
import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Isolation } from '../../ports/sandbox.ts';
import { findControlGroups } from './control-group.ts';
import { sandboxOwner } from './owner.ts';
import { levelOf, type Plan } from './plan.ts';
import { runCommand, type Workshop } from './run-command.ts';
import { filteredArchitecture } from './seccomp.ts';

/** The strongest plan that was seen to hold, and what is missing for the next level. */
export interface Probed {
  readonly plan: Plan;
  readonly isolation: Isolation;
}

const PROBE_TIMEOUT_MS = 10_000;

/** Tries from inside what a hostile check would try; the first thing that works is the problem it reports. */
const ATTEMPTS_OF_A_PLAIN_USER = `
problem() { echo "$1"; exit 1; }
[ "$(id -u)" != 0 ] || problem 'commands would run as root'
touch inside || problem 'the private copy is not writable'
for place in / /etc /usr /usr/bin; do
  if touch "$place/ghost-probe" 2>/dev/null; then rm -f "$place/ghost-probe"; problem "$place is writable"; fi
done
grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status || problem 'capabilities are left'
grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/self/status || problem 'new privileges can be gained'
`;

const ATTEMPTS_IN_NAMESPACES = `
[ ! -e "$1" ] || problem 'the file system of the host is visible'
[ "$$" -lt 64 ] || problem 'the process namespace is not its own'
[ "$(grep -c : /proc/net/dev)" = 1 ] || problem 'there are network interfaces'
if cat /proc/1/environ 2>/dev/null | tr '\\0' '\\n' | grep -Evq '^(PWD|OLDPWD|SHLVL|_)='; then problem 'the environment of the host is readable'; fi
grep -q '^Seccomp:[[:space:]]*2$' /proc/self/status || problem 'no system-call filter is in force'
if unshare --user true 2>/dev/null; then problem 'further namespaces can be made'; fi
`;

/** Finds out, by running hostile commands, how well this machine can fence commands off. */
export async function probe(workshop: Workshop): Promise<Probed> {
  const missing: string[] = [];
  for (const candidate of [namespaces(workshop), plainUser(workshop)]) {
    const problem = typeof candidate === 'string' ? candidate : await problemOf(workshop, candidate);
    if (problem === null && typeof candidate !== 'string') return strengthened(workshop, candidate, missing);
    missing.push(problem ?? 'unknown');
  }
  const plan: Plan = { kind: 'none' };
  return { plan, isolation: { level: 0, description: `no isolation: ${missing.join('; ')}` } };
}

async function strengthened(workshop: Workshop, plan: Plan, missing: readonly string[]): Promise<Probed> {
  const owner = sandboxOwner();
  const user = `uid ${owner?.uid ?? process.getuid?.()}`;
  if (plan.kind !== 'namespaces') {
    const description = `${user}, limits per process; no namespaces: ${missing.join('; ')}`;
    return { plan, isolation: { level: levelOf(plan), description } };
  }
  const base = `bubblewrap, all namespaces, ${user}, system-call filter`;
  const groups = await findControlGroups(workshop.limits, workshop.clock);
  if (typeof groups === 'string') {
    const description = `${base}; no control group (${groups}): limits are per process`;
    return { plan, isolation: { level: 2, description } };
  }
  return { plan: { ...plan, groups }, isolation: { level: 3, description: `${base}, control group` } };
}

function namespaces({ programs }: Workshop): Plan | string {
  const { bwrap, setpriv, prlimit } = programs;
  if (!bwrap) return 'bubblewrap is not installed';
  if (!setpriv || !prlimit) return 'setpriv and prlimit of util-linux are not installed';
  const architecture = filteredArchitecture(process.arch);
  if (!architecture) return `no system-call filter is known for ${process.arch}`;
  return { kind: 'namespaces', bwrap, setpriv, prlimit, architecture, groups: null };
}

/** A plain user that is Ghost's own could read Ghost's keys and write to its ledger: that is no isolation. */
function plainUser({ programs: { setpriv, prlimit } }: Workshop): Plan | string {
  if (!setpriv || !prlimit) return 'setpriv and prlimit of util-linux are not installed';
  if (!sandboxOwner())
    return 'commands would run as the same user as Ghost, who is not root and cannot drop to another';
  return { kind: 'plain-user', setpriv, prlimit };
}

/** Null when the plan held; else in words what did not. */
async function problemOf(workshop: Workshop, plan: Plan): Promise<string | null> {
  const directory = join(workshop.scratch, `probe-${randomUUID()}`);
  await mkdir(directory);
  try {
    const owner = sandboxOwner();
    if (owner) await chown(directory, owner.uid, owner.gid);
    return await attempt(workshop, plan, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function attempt(workshop: Workshop, plan: Plan, directory: string): Promise<string | null> {
  const script = ATTEMPTS_OF_A_PLAIN_USER + (plan.kind === 'namespaces' ? ATTEMPTS_IN_NAMESPACES : '');
  const ran = await runCommand(
    workshop,
    plan,
    {
      argv: [workshop.programs.sh, '-c', `${script}echo contained`, 'probe', directory],
      directory,
      environment: {},
      timeoutMs: PROBE_TIMEOUT_MS,
      outputCap: 4096,
    },
    new AbortController().signal,
  );
  const said = Buffer.from(ran.output).toString().trim();
  if (ran.ending === 'exited' && ran.exitCode === 0 && said === 'contained') return null;
  const what = plan.kind === 'namespaces' ? 'bubblewrap' : 'the plain user';
  return `${what} failed its probe: ${[ran.detail, said].filter(Boolean).join(': ') || `exit code ${ran.exitCode}`}`;
}
