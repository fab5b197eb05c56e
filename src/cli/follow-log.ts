import type { CheckSource } from '../core/gate/check.ts';
import { leftOutLine } from '../core/gate/output/left-out.ts';
import type { Clock } from '../platform/clock.ts';
import { named, sayOpen } from './check-log.ts';
import type { Client } from './client.ts';
import type { StreamMessage } from './event-stream.ts';
import type { CliHost } from './host.ts';
import { LineCollector, type LineForm, LinePrinter } from './line-printer.ts';
import type { Print } from './print.ts';
import { AWAY_LIMIT_MS, isAway, RECONNECT_MS, sayAway } from './wait.ts';

export interface LogForm extends LineForm {
  /** `now`: what is there. `over`: until the patch is over. */
  readonly until: 'now' | 'over';
  /** As they came, and nothing else. */
  readonly raw: boolean;
  readonly check: string | null;
}

interface Following {
  readonly client: Client;
  readonly print: Print;
  readonly clock: Clock;
  readonly stdout: CliHost['stdout'];
}

/** What the service tells of the runs of checks; each event has some of it. */
interface LogEvent {
  readonly run: number;
  readonly check: string;
  readonly source: CheckSource;
  readonly tree: 'patch' | 'base';
  readonly at: string | null;
  readonly text?: string;
  readonly base64?: string;
  readonly bytes: number;
  readonly ending: 'whole' | 'cut-off';
  readonly elsewhere: readonly string[];
}

/** Prints what the checks of a patch print; a stream that breaks is resumed behind the last event seen. @throws GhostError patch_unknown, service_unreachable */
export async function printLog(id: string, form: LogForm, following: Following): Promise<void> {
  const { client, print, clock } = following;
  const telling = new Telling(form, following);
  const never = new AbortController().signal;
  let after = '';
  let awaySince: number | null = null;
  for (;;) {
    try {
      for await (const message of client.log({ id, after }, never)) {
        [after, awaySince] = [message.id, null];
        if (telling.tell(message) === 'enough') return;
      }
    } catch (error) {
      if (!isAway(error)) throw error;
      awaySince ??= sayAway(print, clock);
      if (clock.monotonic() - awaySince > AWAY_LIMIT_MS) throw error;
    }
    await clock.sleep(RECONNECT_MS);
  }
}

class Telling {
  readonly #form: LogForm;
  readonly #print: Print;
  readonly #stdout: CliHost['stdout'];
  readonly #collector = new LineCollector();
  readonly #printer: LinePrinter;
  readonly #unwanted = new Set<number>();

  constructor(form: LogForm, { print, stdout }: Following) {
    this.#form = form;
    this.#print = print;
    this.#stdout = stdout;
    this.#printer = new LinePrinter(print, form);
  }

  tell({ event, data }: StreamMessage): 'enough' | 'more' {
    const told = JSON.parse(data) as LogEvent;
    if (event === 'begun' && this.#form.check !== null && told.check !== this.#form.check)
      this.#unwanted.add(told.run);
    if (this.#unwanted.has(told.run)) return 'more';
    if (this.#form.raw) this.#raw(event, told);
    else this.#print.element({ event, ...told }, () => this.#people(event, told));
    return event === 'over' || (event === 'current' && this.#form.until === 'now') ? 'enough' : 'more';
  }

  #raw(event: string, told: LogEvent): void {
    if (event === 'printed') this.#stdout.write(bytesOf(told));
    else this.#remark(event, told);
  }

  #people(event: string, told: LogEvent): void {
    const { run } = told;
    if (event === 'begun')
      this.#printer.name(run, `${named(told)}${told.tree === 'base' ? ', without the patch' : ''}`);
    if (event === 'printed') this.#printer.lines(this.#collector.add(run, told.at, bytesOf(told)));
    if (event === 'left-out')
      this.#printer.lines(this.#collector.add(run, null, Buffer.from(leftOutLine(told))));
    if (event === 'ended') this.#printer.lines(this.#collector.end(run));
    if (event === 'current' || event === 'over') this.#printer.release();
    this.#remark(event, told);
  }

  /** What is not of the output itself. */
  #remark(event: string, { run, bytes, ending, elsewhere }: LogEvent): void {
    if (event === 'not-kept') this.#print.note(`run ${run}: ${bytes} bytes are no longer kept`);
    if (event === 'ended' && ending === 'cut-off') this.#print.note(`run ${run}: ${sayOpen('cut-off')}`);
    if (event === 'over')
      for (const runner of elsewhere)
        this.#print.note(`checks ran on ${runner}; what they printed is not kept here`);
  }
}

function bytesOf({ text, base64 = '' }: Pick<LogEvent, 'text' | 'base64'>): Uint8Array {
  return text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text);
}
