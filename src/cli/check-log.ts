import type { CheckSource } from '../core/gate/check.ts';
import { sayCircumstances, sayEnding } from '../core/gate/say-verdict.ts';
import type { Verdict } from '../core/gate/verdict.ts';
import type { Client } from './client.ts';
import type { Print } from './print.ts';

/** One run of one check, as the service tells it. `output` is what it printed, null when that is not kept. */
export interface CheckRun {
  readonly attempt: number;
  readonly verdict: Pick<
    Verdict,
    | 'check'
    | 'source'
    | 'verdict'
    | 'exitCode'
    | 'signal'
    | 'detail'
    | 'durationMs'
    | 'isolation'
    | 'earlier'
    | 'served'
    | 'base'
  >;
  readonly output: string | null;
}

/** A run without a verdict. */
interface OpenRun {
  readonly check: string;
  readonly source: CheckSource;
  readonly state: 'running' | 'cut-off';
  readonly output: string | null;
}

export interface WholeLog {
  readonly checks: readonly CheckRun[];
  /** An older service does not tell them. */
  readonly open?: readonly OpenRun[];
}

export function readLog(client: Client, id: string, check: string | null = null): Promise<WholeLog> {
  return client.get<WholeLog>(`/api/v1/patches/${encodeURIComponent(id)}/log`, { check });
}

export function printChecks(print: Print, log: readonly CheckRun[]): void {
  if (log.length === 0) print.note('no check has run on it');
  else
    print.table(
      ['attempt', 'check', 'asked by', 'verdict', 'ended with', 'took', 'isolation'],
      log.map(({ attempt, verdict }) => [
        `${attempt}`,
        verdict.check,
        verdict.source ?? 'not recorded',
        verdict.verdict,
        endingOf(verdict),
        `${verdict.durationMs} ms`,
        verdict.isolation === null ? 'not needed' : `level ${verdict.isolation}`,
      ]),
    );
}

/** @param lines how many of the end of each; null for all */
export function printOutputs(
  print: Print,
  { checks, open = [] }: WholeLog,
  lines: number | null = null,
): void {
  if (checks.length + open.length === 0) print.note('no check has run on it');
  for (const { attempt, verdict, output } of checks) {
    print.text(
      `== attempt ${attempt}, ${named(verdict)}: ${verdict.verdict}, ${endingOf(verdict)}, ${verdict.durationMs} ms`,
    );
    printOutput(print, output, lines);
  }
  for (const run of open) {
    print.text(`== ${named(run)}: ${sayOpen(run.state)}`);
    printOutput(print, run.output, lines);
  }
}

function printOutput(print: Print, output: string | null, lines: number | null): void {
  const text = output?.replace(/\n$/, '') ?? '';
  if (output === null) print.note('its output is not kept here');
  else if (text !== '') print.text(lines === null ? text : text.split('\n').slice(-lines).join('\n'));
}

export function sayOpen(state: 'running' | 'cut-off'): string {
  return state === 'running' ? 'still running' : 'cut off, its runner ended before it did';
}

/** Two sides may give a check the same name. */
export function named({ check, source }: Pick<CheckRun['verdict'], 'check' | 'source'>): string {
  return source === undefined ? check : `${check} (${source})`;
}

function endingOf(verdict: CheckRun['verdict']): string {
  return [sayEnding(verdict), ...sayCircumstances(verdict)].join('; ');
}
