import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../world/processes.ts';

const BIN = fileURLToPath(new URL('../../bin/ghost', import.meta.url));

export interface GhostProcess {
  readonly process: ChildProcess;
  /** The lines of its standard output until now, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what came out
  readonly events: readonly any[];
  stderr(): string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Runs `bin/ghost` as a shell would, in an environment of its own. */
export function startGhost(
  settings: Readonly<Record<string, string>>,
  ...argv: readonly string[]
): GhostProcess {
  const child = spawn(process.execPath, [BIN, ...argv], {
    env: { ...bareEnvironment(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stderr: '', rest: '' };
  const events: unknown[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (said.rest + text).split('\n');
    said.rest = lines.pop() ?? '';
    events.push(...lines.map((line) => JSON.parse(line)));
  });
  const ended: GhostProcess['ended'] = new Promise((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  return { process: child, events, stderr: () => said.stderr, ended };
}

/** One command with `--json`, run to its end. */
export async function ghost(settings: Readonly<Record<string, string>>, ...argv: readonly string[]) {
  const run = startGhost(settings, ...argv, '--json');
  const { code } = await run.ended;
  return { code, answer: run.events[0], stderr: run.stderr() };
}
