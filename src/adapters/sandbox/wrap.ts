import type { SandboxedCommand } from '../../ports/sandbox.ts';
import { bubblewrapArguments, searchPath } from './bubblewrap.ts';
import { layered } from './layers.ts';
import { type Limits, limited } from './limits.ts';
import { sandboxOwner } from './owner.ts';
import type { NamespacePlan, Plan } from './plan.ts';
import type { Programs } from './programs.ts';
import { seccompFilter } from './seccomp.ts';

/** The file descriptors of a wrapped command, beside the usual three. */
export const FD = { go: 3, ready: 4, status: 5, arguments: 6, seccomp: 7 } as const;

/** `home` is private to this run; only commands without a file system of their own need it. */
export interface Wrapping {
  readonly command: SandboxedCommand;
  /** What the command asks for, and what is ours to give. */
  readonly environment: Readonly<Record<string, string>>;
  readonly tools: readonly string[];
  readonly limits: Limits;
  readonly home: string;
  /** Tells the processes of one installation from those of another, to whoever reads their arguments. */
  readonly mark: string;
}

/** What is really started, and what it reads from its descriptors. */
export interface Wrapped {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly arguments: Uint8Array;
  readonly seccomp: Uint8Array;
}

/**
 * Each gate says that it is reached and goes on only on an answer, so a command never starts after its runner has died. At
 * the first gate the process is bound to the runner's life and may be put into a control group; at the second one all
 * fences stand. All output goes to one pipe from the first gate on, in the order in which it was written.
 */
const FIRST_GATE = 'echo >&4 && read -r _ <&3 || exit 125; exec "$@" 2>&1';
const SECOND_GATE = 'echo >&4 && read -r _ <&3 || exit 125; exec "$@" 3<&- 4>&- 5<&- 6<&- 7<&-';

export function wrap(plan: Plan, programs: Programs, wrapping: Wrapping): Wrapped {
  const gate = (script: string) => [programs.sh, '-c', script, 'gate'];
  const begin = [...boundToUs(programs), ...gate(FIRST_GATE)];
  const command = [programs.sh, '-c', SECOND_GATE, wrapping.mark, ...wrapping.command.argv];
  if (plan.kind === 'namespaces') {
    const inner = [...limitsOf(plan, wrapping), ...dropped(plan.setpriv), ...command];
    return inNamespaces(plan, programs, wrapping, { begin, inner });
  }
  const { layers, mounts = [], directory } = wrapping.command;
  if (layers || mounts.length > 0) throw new Error('layers and mounts need isolation level 2');
  const fences = plan.kind === 'plain-user' ? [...limitsOf(plan, wrapping), ...dropped(plan.setpriv)] : [];
  const none = new Uint8Array();
  const environment = plainEnvironment(wrapping);
  return { argv: [...begin, ...fences, ...command], directory, environment, arguments: none, seccomp: none };
}

function inNamespaces(
  plan: NamespacePlan,
  { sh }: Programs,
  wrapping: Wrapping,
  { begin, inner }: { readonly begin: readonly string[]; readonly inner: readonly string[] },
): Wrapped {
  const { directory, layers } = wrapping.command;
  if (layers && !plan.layers) throw new Error('layers cannot be mounted on this machine');
  const below = layers && plan.layers ? layered(plan.layers, sh, { directory, layers }) : [];
  return {
    argv: [...begin, ...below, plan.bwrap, '--args', String(FD.arguments), '--', ...inner],
    directory: '/',
    // Inside, bwrap's own environment can be read at /proc/1/environ.
    environment: {},
    arguments: Buffer.from(confinement(wrapping).join('\0').concat('\0')),
    seccomp: seccompFilter(plan.architecture),
  };
}

function confinement(wrapping: Wrapping): readonly string[] {
  const { directory, layers, network = 'none', mounts = [] } = wrapping.command;
  const startedBy = sandboxOwner() ? 'root' : 'plain user';
  const fds = { statusFd: FD.status, seccompFd: FD.seccomp };
  const as = layers && startedBy === 'plain user' ? ownIds() : null;
  return bubblewrapArguments({ ...wrapping, directory, network, mounts, startedBy, as, ...fds });
}

function ownIds() {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

/** prctl(2) PR_SET_PDEATHSIG lasts through every exec that follows. */
function boundToUs({ setpriv }: Programs): readonly string[] {
  return setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : [];
}

function limitsOf(plan: Plan & { prlimit: string }, { limits }: Wrapping): readonly string[] {
  const isOwnUser = sandboxOwner() !== null || plan.kind === 'namespaces';
  const isCounted = plan.kind === 'namespaces' && plan.groups !== null;
  return limited(plan.prlimit, limits, isOwnUser && !isCounted ? 'per user' : 'elsewhere');
}

/** Root becomes the plain user for good; a plain user has nothing to drop and only gives up gaining anything. */
function dropped(setpriv: string): readonly string[] {
  const owner = sandboxOwner();
  const user = owner ? [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'] : [];
  const capabilities = owner ? ['--inh-caps=-all', '--bounding-set=-all'] : [];
  return [setpriv, ...user, ...capabilities, '--no-new-privs', '--'];
}

function plainEnvironment({ environment, tools, home }: Wrapping): Readonly<Record<string, string>> {
  const path = [...tools.flatMap(searchPath), '/usr/local/bin', '/usr/bin', '/bin'];
  return { ...environment, PATH: path.join(':'), HOME: home, TMPDIR: home, LANG: 'C.UTF-8' };
}
