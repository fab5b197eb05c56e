import type { CheckSource } from '../../core/gate/check.ts';
import type { Grants } from '../../core/gate/grants.ts';
import { type HttpTask, hostAsked } from '../../core/gate/tasks/http.ts';
import type { ServiceAnswer } from '../../ports/services.ts';
import type { Needs } from '../needs.ts';

export interface ServiceToTry {
  readonly task: HttpTask;
  readonly source: CheckSource;
  readonly grants: Grants;
}

export interface Tried {
  readonly verdict: 'pass' | 'fail' | 'error';
  /** How it ended, in words. */
  readonly detail: string;
  /** A line for each time it was asked. */
  readonly printed: string;
}

const BODY_CAP = 1024 * 1024;
/** A service that is being started needs seconds; one that is asked without a pause is none the readier. */
const PAUSE_MS = 1000;

/** Asks a service until it answers as it should, its tries are spent or its time is over. */
export async function tryService(
  needs: Pick<Needs, 'services' | 'clock'>,
  asked: ServiceToTry,
  signal: AbortSignal,
): Promise<Tried> {
  const { task } = asked;
  const lines: string[] = [];
  const start = needs.clock.monotonic();
  const left = () => task.withinMs - (needs.clock.monotonic() - start);
  for (let time = 1; ; time++) {
    const answer = await needs.services.ask(questionOf(asked, Math.max(1, Math.ceil(left()))), signal);
    const wrong = whyWrong(task, answer);
    lines.push(`${time}: ${wrong ?? `${task.status}, as expected, from ${addressIn(answer)}`}`);
    const printed = `GET ${task.url}\n${lines.join('\n')}\n`;
    if (wrong === null) return { verdict: 'pass', detail: `it answers ${task.status}`, printed };
    if (signal.aborted) return { verdict: 'error', detail: 'stopped by us before it had an answer', printed };
    if (answer.kind === 'forbidden') return { verdict: 'error', detail: wrong, printed };
    if (time >= task.tries || left() <= PAUSE_MS)
      return { verdict: 'fail', detail: `${task.url} does not answer as it should: ${wrong}`, printed };
    await needs.clock.sleep(PAUSE_MS, signal);
  }
}

/** What the policy asks for itself it grants; where names lead is another matter. */
function questionOf({ task, source, grants }: ServiceToTry, timeoutMs: number) {
  const { hosts, privateHosts } = grants;
  return {
    url: task.url,
    hosts: [...hosts, ...privateHosts, ...(source === 'policy' ? [hostAsked(task)] : [])],
    ...{ privateHosts, timeoutMs, bodyCap: BODY_CAP },
  };
}

function whyWrong({ status, contains }: HttpTask, answer: ServiceAnswer): string | null {
  if (answer.kind !== 'answered') return answer.why;
  if (answer.status !== status) return `it answers ${answer.status}, expected ${status}`;
  if (contains === null || Buffer.from(answer.body).includes(contains)) return null;
  return `it answers ${status} without \`${contains}\``;
}

function addressIn(answer: ServiceAnswer): string {
  return answer.kind === 'answered' ? answer.address : 'nobody';
}
