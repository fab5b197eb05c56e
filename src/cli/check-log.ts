import type { CheckSource } from '../core/gate/check.ts';
import type { Client } from './client.ts';
import type { Print } from './print.ts';

/** One run of one check, as the service tells it. `output` is what it printed, null when that is not kept. */
export interface CheckRun {
  readonly attempt: number;
  readonly verdict: {
    readonly check: string;
    /** Absent where it was recorded before there were several sides. */
    readonly source?: CheckSource;
    readonly verdict: string;
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly detail: string | null;
    readonly durationMs: number;
    readonly isolation: number;
  };
  readonly output: string | null;
}

export async function readLog(client: Client, id: string): Promise<readonly CheckRun[]> {
  const { checks } = await client.get<{ readonly checks: readonly CheckRun[] }>(
    `/api/v1/patches/${encodeURIComponent(id)}/log`,
  );
  return checks;
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
        `level ${verdict.isolation}`,
      ]),
    );
}

export function printOutputs(print: Print, log: readonly CheckRun[]): void {
  if (log.length === 0) print.note('no check has run on it');
  for (const { attempt, verdict, output } of log) {
    print.text(
      `== attempt ${attempt}, ${named(verdict)}: ${verdict.verdict}, ${endingOf(verdict)}, ${verdict.durationMs} ms`,
    );
    if (output === null) print.note('its output is not kept');
    else if (output !== '') print.text(output.replace(/\n$/, ''));
  }
}

/** Two sides may give a check the same name. */
function named({ check, source }: CheckRun['verdict']): string {
  return source === undefined ? check : `${check} (${source})`;
}

function endingOf({ exitCode, signal, detail }: CheckRun['verdict']): string {
  if (detail !== null) return detail;
  return signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
}
