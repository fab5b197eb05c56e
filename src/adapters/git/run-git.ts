import { spawn } from 'node:child_process';
import { fail } from '../../core/errors.ts';
import { type GitPlace, gitArguments, gitEnvironment } from './environment.ts';

export interface Finished {
  /** null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: Uint8Array;
  /** Most bytes of standard output that are accepted. */
  readonly outputCap?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const OUTPUT_CAP = 256 * 1024 * 1024;
const STDERR_CAP = 8 * 1024;

/** One git command to its end, whatever its exit code. @throws GhostError git_failed when it cannot start or prints too much */
export function tryGit(
  place: GitPlace,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return runTool(
    { file: 'git', args: gitArguments(place, args), name: args[0] ?? '' },
    { ...options, environment: gitEnvironment(place, options.environment) },
  );
}

/** Standard output of a git command that has to succeed. @throws GhostError git_failed */
export async function git(
  place: GitPlace,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Buffer> {
  const finished = await tryGit(place, args, options);
  if (finished.exitCode !== 0) throw gitFailed(args[0] ?? '', finished);
  return finished.stdout;
}

export function gitFailed(command: string, finished: Pick<Finished, 'exitCode' | 'stderr'>): Error {
  return fail('git_failed', { command, exitCode: finished.exitCode, stderr: finished.stderr.trim() });
}

/** A program with a fixed argument list and exactly the given environment. @throws GhostError git_failed */
export function runTool(
  tool: { readonly file: string; readonly args: readonly string[]; readonly name: string },
  options: RunOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool.file, tool.args, {
      cwd: '/',
      env: { ...options.environment },
      stdio: 'pipe',
      ...(options.signal && { signal: options.signal, killSignal: 'SIGKILL' as const }),
    });
    const stdout: Buffer[] = [];
    let size = 0;
    let stderr = '';
    const broken = (problem: string) => reject(gitFailed(tool.name, { exitCode: null, stderr: problem }));
    child.on('error', (error) => broken(error.message));
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= (options.outputCap ?? OUTPUT_CAP)) return void stdout.push(chunk);
      child.kill('SIGKILL');
      broken(`more than ${options.outputCap ?? OUTPUT_CAP} bytes of output`);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(0, STDERR_CAP);
    });
    // A command that ends before it has read its input closes the pipe; its exit code tells what happened.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin);
    child.on('close', (exitCode) => resolve({ exitCode, stdout: Buffer.concat(stdout), stderr }));
  });
}
