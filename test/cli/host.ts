import { homedir } from 'node:os';
import { Readable } from 'node:stream';
import { yamlReader } from '../../src/adapters/files/yaml.ts';
import { formatCommits } from '../../src/adapters/git/format-patch.ts';
import type { Needs } from '../../src/app/needs.ts';
import type { CliHost, OpenedNeeds } from '../../src/cli/host.ts';
import { runCli } from '../../src/cli/program.ts';
import { systemClock } from '../../src/platform/clock.ts';

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Terminal {
  readonly url?: string;
  readonly token?: string | null;
  readonly supervisor?: number;
  readonly needs?: Needs;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly isTTY?: boolean;
  readonly processes?: Partial<CliHost['processes']>;
}

/** Types a command line at a terminal and answers with all that came of it. */
export async function type(terminal: Terminal, ...argv: readonly string[]): Promise<Ran> {
  const said = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const sink = (to: Uint8Array[]) => ({
    write: (chunk: string | Uint8Array) => to.push(Buffer.from(chunk)),
    isTTY: terminal.isTTY === true,
  });
  const exit = await runCli(argv, {
    stdout: sink(said.stdout),
    stderr: sink(said.stderr),
    stdin: Object.assign(Readable.from([Buffer.from(terminal.stdin ?? '')]), {
      isTTY: terminal.stdin === undefined,
    }),
    commits: formatCommits,
    cwd: terminal.cwd ?? homedir(),
    user: 'someone',
    clock: systemClock,
    findService: async () => ({
      url: terminal.url ?? 'http://127.0.0.1:9',
      token: terminal.token ?? null,
      supervisor: terminal.supervisor ?? null,
    }),
    yaml: async () => yamlReader,
    open: async () => opened(terminal.needs),
    repositories: async () => opened(terminal.needs).needs,
    processes: { ...NO_PROCESSES, ...terminal.processes },
  });
  const text = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString();
  return { exit, stdout: text(said.stdout), stderr: text(said.stderr) };
}

function opened(needs: Needs | undefined): OpenedNeeds {
  if (needs === undefined) throw new TypeError('this test has no state to open');
  return { needs, close: async () => undefined };
}

const refuse = () => Promise.reject(new TypeError('this test has no processes'));
const NO_PROCESSES: CliHost['processes'] = {
  up: refuse,
  mcp: refuse,
  down: refuse,
  demo: refuse,
  health: refuse,
  doctor: refuse,
  resources: refuse,
  checkLedger: refuse,
  backupLedger: refuse,
  exportLedger: refuse,
  importLedger: refuse,
  version: () => ({ version: '0.0.0' }),
};
