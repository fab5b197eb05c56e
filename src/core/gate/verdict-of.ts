import { BROUGHT_TOGETHER_MS, isShortened } from './brought-checks.ts';
import type { Check } from './check.ts';
import { argvOf, type CommandTask } from './tasks/command.ts';
import type { IsolationLevel, OutputDigest, Verdict } from './verdict.ts';

/** How one run of a command ended, as a sandbox reports it. */
export interface ObservedRun {
  readonly ending: 'exited' | 'timed-out' | 'aborted' | 'not-started' | 'cut-off';
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly detail: string | null;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly environment: readonly string[];
  readonly isolation: IsolationLevel;
}

/**
 * Judges one run: exit code 0 passes; any other end of its own, and a spent time limit, fails; a run that could not be
 * started, that we broke off or that somebody ended from outside is an error, which is nobody's answer.
 */
export function verdictOf(
  check: Check & { readonly task: CommandTask },
  ran: ObservedRun,
  output: OutputDigest,
): Verdict {
  return {
    check: check.name,
    source: check.source,
    ...endingOf(check, ran),
    argv: argvOf(check.task.command),
    environment: ran.environment,
    isolation: ran.isolation,
    startedAt: ran.startedAt,
    durationMs: ran.durationMs,
    exitCode: ran.exitCode,
    signal: ran.signal,
    output,
  };
}

/** What one run of the command of a check says, and in words how it ended where its exit code does not tell. */
export function endingOf(
  check: Pick<Check, 'source' | 'timeoutMs'>,
  ran: ObservedRun,
): Pick<Verdict, 'verdict' | 'detail'> {
  return { verdict: judge(ran), detail: detailOf(check, ran) };
}

function judge(ran: ObservedRun): Verdict['verdict'] {
  switch (ran.ending) {
    case 'aborted':
    case 'not-started':
    case 'cut-off':
      return 'error';
    case 'timed-out':
      return 'fail';
    case 'exited':
      return ran.exitCode === 0 && ran.signal === null ? 'pass' : 'fail';
  }
}

function detailOf(check: Pick<Check, 'source' | 'timeoutMs'>, ran: ObservedRun): string | null {
  switch (ran.ending) {
    case 'timed-out':
      return ran.detail ?? `timed out after ${check.timeoutMs} ms${whyShort(check)}`;
    case 'aborted':
      return ran.detail ?? 'stopped by us before it had an answer';
    case 'not-started':
      return ran.detail ?? 'could not be started';
    case 'cut-off':
      return (
        ran.detail ?? `its sandbox was ended from outside${ran.signal === null ? '' : `, by ${ran.signal}`}`
      );
    case 'exited':
      return ran.detail ?? (ran.signal === null ? meaningOf(ran.exitCode) : anybodysSignal(ran.signal));
  }
}

function whyShort(check: Pick<Check, 'source' | 'timeoutMs'>): string {
  return isShortened(check)
    ? `, which were left of the ${BROUGHT_TOGETHER_MS} ms that the checks of a patch have together`
    : '';
}

/** A command with a process namespace of its own never ends so: its signals arrive as exit codes. */
function anybodysSignal(signal: string): string {
  return `ended by ${signal}; without a process namespace nobody can tell whether it came from its own side`;
}

/** Shells and wrappers have agreed on these: 126 and 127 of POSIX's `sh`, and 128 plus the number of a signal. */
function meaningOf(exitCode: number | null): string | null {
  if (exitCode === 126) return 'exit code 126: the command is not executable';
  if (exitCode === 127) return 'exit code 127: a command was not found';
  if (exitCode === 137) return 'exit code 137, as after SIGKILL: out of memory, or killed by its own side';
  if (exitCode === 153) return 'exit code 153, as after SIGXFSZ: it wrote a file larger than the limit';
  return null;
}
