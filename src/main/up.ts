import { extname, join } from 'node:path';
import type { CliHost } from '../cli/host.ts';
import { CATALOGUE, type ErrorCode, EXIT, type ExitCode, fail, GhostError } from '../core/errors.ts';
import { ChildFailed, type ChildSpec } from '../platform/child.ts';
import { systemClock } from '../platform/clock.ts';
import { RESTARTS } from '../platform/restart-budget.ts';
import { type Supervisor, type SupervisorEvent, supervise } from '../platform/supervise.ts';
import { type Announce, announcer } from './announce.ts';
import type { Config } from './config.ts';
import { DEMO, landDemo, wantsDemo } from './demo.ts';
import { alreadyRunning, lockHome } from './home-lock.ts';
import { newInstance } from './instance.ts';
import { ensureOperatorToken } from './operator-token.ts';
import { commandFor, shorter } from './pasted.ts';
import { prepareHome } from './prepare-home.ts';
import { retireDead } from './retire-dead.ts';
import { removeRunning, writeRunning } from './running.ts';
import { beat } from './service.ts';
import { aborted, stopSignal } from './stop-signal.ts';
import { tellStores } from './tell-stores.ts';
import { type Wired, wire } from './wire.ts';

/** They start at once: none needs another to start. They stop in reverse order, so that nothing new comes in at the end. */
const COMPONENTS = ['relay', 'runner', 'gateway', 'health', 'resources'] as const;
/** Where a folder is named for it. */
const INBOX = 'inbox';

const READY_WITHIN_MS = 30_000;
/** Longer than what a runner needs to finish or give back its patch. */
const GRACE_MS = 25_000;

export interface UpOptions {
  readonly json: boolean;
  /** Whether a first start makes the demo workspace. */
  readonly demo: boolean;
  readonly host: Pick<CliHost, 'stdout' | 'stderr' | 'cwd' | 'findService' | 'clock'>;
  readonly homeFromEnvironment: boolean;
}

/**
 * Runs the whole installation in the foreground until SIGINT or SIGTERM.
 * @throws GhostError already_running, port_in_use, start_failed
 */
export async function up(config: Config, options: UpOptions): Promise<ExitCode> {
  const { home } = config;
  await prepareHome(home);
  const lock = lockHome(home.lockFile);
  if (lock === null) throw alreadyRunning(home);
  try {
    const wired = await wire(config, {
      component: 'supervisor',
      instance: newInstance('supervisor'),
      console: 'none',
    });
    try {
      return await new Installation(config, options, wired).run();
    } finally {
      removeRunning(home.runningFile);
      await wired.close();
    }
  } finally {
    lock.release();
  }
}

class Installation {
  readonly #config: Config;
  readonly #options: UpOptions;
  readonly #wired: Wired;
  readonly #supervisor: Supervisor;
  readonly #announce: Announce;
  #urls: Readonly<Record<string, string>> = {};
  #noted: Promise<void> = Promise.resolve();

  constructor(config: Config, options: UpOptions, wired: Wired) {
    this.#config = config;
    this.#options = options;
    this.#wired = wired;
    this.#announce = announcer(options.host, options.json);
    this.#supervisor = supervise({
      children: [...COMPONENTS, ...(config.inbox === null ? [] : [INBOX])].map(childSpec),
      starting: 'at once',
      restarts: RESTARTS,
      clock: systemClock,
      random: Math.random,
      onEvent: (event) => this.#heard(event),
    });
  }

  async run(): Promise<ExitCode> {
    const stop = stopSignal(() => this.#hurry());
    let stopBeating = () => Promise.resolve();
    try {
      await this.#start(stop.signal);
      if (!stop.signal.aborted) {
        stopBeating = this.#beat();
        await this.#settle(stop.signal);
        await aborted(stop.signal);
      }
      this.#announce({ kind: 'stopping' });
    } finally {
      await Promise.all([stopBeating(), this.#supervisor.stop()]);
      await this.#noted;
      stop.dispose();
    }
    this.#announce({ kind: 'down' });
    return EXIT.ok;
  }

  /** A stop while it starts is an orderly end, whatever the half-started child says about it. */
  async #start(stop: AbortSignal): Promise<void> {
    await ensureOperatorToken(this.#wired.needs, this.#config.home);
    tellStores(this.#wired, (problem) => this.#announce({ kind: 'store', ...problem }));
    await retireDead(this.#wired.needs);
    await writeRunning(this.#config.home.runningFile, this.#urls);
    const giveUp = () => void this.#supervisor.stop();
    stop.addEventListener('abort', giveUp, { once: true });
    try {
      if (!stop.aborted) await this.#supervisor.start();
    } catch (error) {
      if (!stop.aborted) throw startError(error);
    } finally {
      stop.removeEventListener('abort', giveUp);
    }
  }

  async #settle(stop: AbortSignal): Promise<void> {
    const { home } = this.#config;
    await this.#noted;
    this.#announce({ kind: 'up', urls: this.#urls, home: home.root, logs: home.logs });
    if (!this.#options.demo || !(await wantsDemo(this.#wired.needs))) return;
    await Promise.race([this.#demonstrate(), aborted(stop)]);
  }

  async #demonstrate(): Promise<void> {
    const { home } = this.#config;
    try {
      const { view, summary, secondPatch } = await landDemo(this.#wired.needs, home, this.#options.host);
      const { id: patch, state, commit } = view;
      const commands = this.#commands(patch, secondPatch);
      this.#announce({ kind: 'demo', patch, state, commit, summary, commands });
    } catch (error) {
      this.#wired.logger.error('the demo patch did not land', { error });
      this.#announce({
        kind: 'demo-failed',
        problem: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #commands(patch: string, secondPatch: string): readonly string[] {
    const place = { cwd: this.#options.host.cwd, homeFromEnvironment: this.#options.homeFromEnvironment };
    const next = shorter(place.cwd, secondPatch);
    return [
      ['show', patch, '--diff'],
      ['submit', next, '--workspace', DEMO, '--wait'],
      ['verify', DEMO],
    ].map((words) => commandFor(this.#config, place, words));
  }

  #beat(): () => Promise<void> {
    const report = () => {
      const children = this.#supervisor.children();
      const well = children.every(({ state, budget }) => state === 'running' && budget === 'kept');
      return {
        status: well ? ('healthy' as const) : ('degraded' as const),
        details: { children: children.map((child) => ({ ...child })) },
      };
    };
    const instance = newInstance('supervisor');
    return beat(this.#wired, { component: 'supervisor', instance, address: null, report }).end;
  }

  #heard(event: SupervisorEvent): void {
    const { kind, ...fields } = event;
    const level = kind === 'crashed' || kind === 'degraded' ? 'error' : 'info';
    this.#wired.logger[level](`child ${kind}`, fields);
    this.#announce(event);
    if (kind === 'crashed' || kind === 'degraded') this.#then(() => retireDead(this.#wired.needs));
    if (event.kind !== 'ready' || typeof event.details.url !== 'string') return;
    this.#urls = { ...this.#urls, [event.child]: event.details.url };
    this.#then(() => writeRunning(this.#config.home.runningFile, this.#urls));
  }

  /** One after the other: of two records of where the services are, the newer must be written last. */
  #then(act: () => Promise<void>): void {
    this.#noted = this.#noted.then(act).catch((error: unknown) => {
      this.#wired.logger.error('what the children do cannot be noted', { error });
    });
  }

  #hurry(): void {
    this.#supervisor.kill();
    removeRunning(this.#config.home.runningFile);
    process.exit(EXIT.failed);
  }
}

function childSpec(name: string): ChildSpec {
  const module = join(import.meta.dirname, `${name}${extname(import.meta.filename)}`);
  return { name, module, readyMs: READY_WITHIN_MS, graceMs: GRACE_MS };
}

/** The child's own coded error where it gave one: its hint is better than ours. */
function startError(error: unknown): unknown {
  if (!(error instanceof ChildFailed)) return error;
  const { child, code, message } = error;
  if (code !== null && isErrorCode(code)) return new GhostError(code, message, { cause: error });
  return fail('start_failed', { what: child, problem: message }, { cause: error });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CATALOGUE, code);
}
