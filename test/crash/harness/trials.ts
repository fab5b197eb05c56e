import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../world/processes.ts';
import { type Fault as AnyFault, type CallPoint, isThread, type Thread } from './fault.ts';
import { isStopped, type Lanes } from './lanes.ts';
import type { Scene } from './scene.ts';
import { injection, readTrace, STRACE, type Tracer, traceThread } from './strace.ts';
import type { Trial } from './trial.ts';

/** What is done to the holder of a line. */
type Fault = Extract<AnyFault, { kind: 'step' | 'call' | 'moment' }>;

/** A line that is not at rest by then hangs: the longest wait of the product itself is 4 s between two attempts. */
const REST_LIMIT_MS = 40_000;
const LOOK_AT_BLOCKED_MS = 3_000;
const GOES_ON_LIMIT_MS = 15_000;
const LAST_STEPS_MS = 200;

/** Does one thing after the other to the holders of one line; each successor is the next one's victim. */
export class Trials {
  readonly #scene: Scene;
  #holder: Lanes | null = null;
  #standby: Lanes | null = null;
  #traces = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  async inflict(fault: Fault): Promise<Trial> {
    const leftToPerson: string[] = [];
    const violations: string[] = [];
    const victim = await this.#victimOf(fault);
    // Ready before anything is stopped: a ledger whose writer is stopped cannot be opened.
    this.#standby ??= this.#scene.lanes();
    await this.#standby.wired();
    const tracer = await this.#arm(victim, fault);
    const of: Settling = { fault, reached: false, leftToPerson, stoodStill: false, late: false };
    try {
      await this.#scene.submit();
      victim.tell({ do: 'run' });
      of.reached = await this.#hit(victim, of);
      violations.push(...(await this.#settle(victim, of)));
    } catch (error) {
      violations.push(error instanceof Error ? error.message : String(error));
    } finally {
      if (this.#holder !== victim) await victim.kill();
    }
    await tracer?.detach();
    this.#scene.shims.disarm();
    leftToPerson.push(...this.#clear(this.#scene.strangeLocks()));
    const { stoodStill } = of;
    const reached = of.reached && !of.late;
    return { fault, reached, violations: [...new Set(violations)], leftToPerson, stoodStill };
  }

  /** The mutating calls between the start of the lanes and the end of one patch: of a thread, or of all processes (null). */
  async enumerate(thread: Thread | null): Promise<readonly CallPoint[]> {
    const { shims, folder } = this.#scene;
    const victim = await this.#taken();
    const output = join(folder, 'enumerated');
    const options = ['-e', `trace=${STRACE.calls}`, '-e', 'signal=none'];
    const tracer = thread === null ? null : await traceThread(victim.thread(thread), options, output);
    if (thread === null) shims.count();
    await this.#scene.submit();
    victim.tell({ do: 'run' });
    await this.#scene.atRest(REST_LIMIT_MS);
    await victim.rest();
    await tracer?.detach();
    const traced =
      thread === null ? shims.traced() : readTrace(output).map((one) => ({ ...one, who: thread, run: 1 }));
    shims.disarm();
    this.#holder = victim;
    return traced;
  }

  /** Brings to rest what was submitted past the trials. */
  async settle(): Promise<void> {
    if (await this.#scene.isAtRest()) return;
    const lanes = await this.#taken();
    await this.#scene.lapsed();
    lanes.tell({ do: 'run' });
    await this.#scene.atRest(REST_LIMIT_MS);
    await lanes.rest();
    this.#holder = lanes;
  }

  async close(): Promise<void> {
    for (const lanes of [this.#holder, this.#standby]) await lanes?.kill();
    this.#holder = null;
    this.#standby = null;
  }

  /** The clock of a process can be turned only where it was started for that. */
  async #victimOf(fault: Fault): Promise<Lanes> {
    if (fault.kind !== 'step' || (fault.how !== 'forward' && fault.how !== 'back')) return this.#taken();
    const spare = this.#standby === null ? this.#holder : null;
    if (spare === null) await this.#holder?.kill();
    else this.#standby = spare;
    this.#holder = null;
    this.#traces += 1;
    const clockFile = join(this.#scene.folder, `clock-${this.#traces}`);
    writeFileSync(clockFile, '+0');
    return this.#scene.lanes({ clockFile }).wired();
  }

  async #taken(): Promise<Lanes> {
    const held = this.#holder?.isOver === false ? this.#holder : null;
    const lanes = held ?? this.#standby ?? this.#scene.lanes();
    if (held === null) this.#standby = null;
    this.#holder = null;
    return lanes.wired();
  }

  async #arm(victim: Lanes, fault: Fault): Promise<Tracer | null> {
    if (fault.kind === 'step') victim.tell({ do: 'die', step: fault.step, how: fault.how });
    if (fault.kind === 'moment')
      setTimeout(
        () => victim.process.kill(fault.how === 'kill' ? 'SIGKILL' : 'SIGSTOP'),
        fault.afterMs,
      ).unref();
    if (fault.kind !== 'call') return null;
    const { who, run, call, nth } = fault.at;
    const options = injection(call, nth, fault.how);
    if (!isThread(who)) {
      this.#scene.shims.inject(who, run, options);
      return null;
    }
    this.#traces += 1;
    return traceThread(
      victim.thread(who),
      options.split(' '),
      join(this.#scene.folder, `trace-${this.#traces}`),
    );
  }

  /** Until it has happened, or cannot happen any more. */
  async #hit(victim: Lanes, of: Settling): Promise<boolean> {
    const { fault } = of;
    const told = fault.kind === 'step' ? { reached: false } : null;
    if (told !== null)
      void victim.next('reached').then(() => {
        told.reached = true;
      });
    const has = () => {
      if (fault.how === 'kill' && (fault.kind !== 'call' || isThread(fault.at.who))) return victim.isOver;
      if (fault.how === 'stop' && fault.kind !== 'call') return isStopped(victim.pid);
      return told === null ? this.#signalled(fault) : told.reached;
    };
    await eventually(
      `the fault or the end of the patch: ${victim.stderr}`,
      async () => has() || this.#scene.isAtRest(),
      REST_LIMIT_MS,
    );
    of.late = fault.kind === 'moment' && !has();
    // The last steps come after the patch is through; a moment comes in any case.
    if (!has())
      await eventually('it', has, fault.kind === 'moment' ? REST_LIMIT_MS : LAST_STEPS_MS).catch(() => false);
    return has();
  }

  /** The tracer says so. */
  #signalled(fault: Fault): boolean {
    if (fault.kind !== 'call') return false;
    const { who, run } = fault.at;
    const file = isThread(who)
      ? join(this.#scene.folder, `trace-${this.#traces}`)
      : join(this.#scene.shims.folder, `trace-${who}-${run}`);
    return existsSync(file) && /stopped by SIGSTOP|killed by SIGKILL/.test(readFileSync(file, 'latin1'));
  }

  async #settle(victim: Lanes, of: Settling): Promise<readonly string[]> {
    const { fault } = of;
    if (victim.isOver) return this.#succeed(of);
    if (!of.reached) return this.#goOn(victim, of);
    if (fault.how === 'stop' && (fault.kind !== 'call' || isThread(fault.at.who)))
      return this.#outlive(victim, of);
    if (fault.how === 'orphan') return this.#orphan(victim, of);
    const problems = await this.#goOn(victim, of);
    if (fault.how !== 'forward' && fault.how !== 'back') return problems;
    await victim.kill();
    this.#holder = null;
    await this.#scene.submit();
    return [...problems, ...(await this.#succeed(of))];
  }

  /** The same process brings the line to rest. */
  async #goOn(victim: Lanes, of: Settling): Promise<readonly string[]> {
    this.#holder = victim;
    return this.#atRest(victim, of);
  }

  /** Another one does. */
  async #succeed(of: Settling, release?: () => void): Promise<readonly string[]> {
    const successor = await this.#standbyTaken();
    await this.#scene.lapsed();
    successor.tell({ do: 'run' });
    return this.#atRest(successor, of, release);
  }

  async #standbyTaken(): Promise<Lanes> {
    const successor = this.#standby ?? this.#scene.lanes();
    this.#standby = null;
    this.#holder = await successor.wired();
    return successor;
  }

  /** A successor finishes while the victim is stopped; then that one goes on, and nothing may change. */
  async #outlive(victim: Lanes, of: Settling): Promise<readonly string[]> {
    try {
      const problems = await this.#succeed(of, () => victim.process.kill('SIGCONT'));
      const before = await this.#scene.standing();
      if (!of.stoodStill) victim.process.kill('SIGCONT');
      const over = new AbortController();
      const rested = victim.rest().then(() => true);
      const late = this.#scene.installation.needs.clock
        .sleep(GOES_ON_LIMIT_MS, over.signal)
        .then(() => false);
      const hung = (await Promise.race([rested, late])) ? [] : ['who went on did not come to an end'];
      over.abort();
      return [...problems, ...hung, ...(await this.#changed(before))];
    } finally {
      await victim.kill();
    }
  }

  /** A process of the victim is stopped, the victim dies, a successor finishes; then the process goes on. */
  async #orphan(victim: Lanes, of: Settling): Promise<readonly string[]> {
    await victim.kill();
    const problems = await this.#succeed(of);
    const before = await this.#scene.standing();
    await eventually('the orphan has ended', () => !this.#goesOn(of.fault), GOES_ON_LIMIT_MS);
    return [...problems, ...(await this.#changed(before))];
  }

  /** Lets go on whatever is stopped; whether any of it is there. */
  #goesOn(fault: Fault): boolean {
    if (fault.kind !== 'call' || isThread(fault.at.who)) return false;
    const left = this.#scene.shims
      .stopped(fault.at.who, fault.at.run)
      .filter((pid) => existsSync(`/proc/${pid}`));
    for (const pid of left) process.kill(pid, 'SIGCONT');
    return left.length > 0;
  }

  async #changed(before: string): Promise<readonly string[]> {
    const after = await this.#scene.standing();
    const again = await this.#scene.violations();
    return before === after ? again : ['who went on changed something', ...again];
  }

  async #atRest(lanes: Lanes, of: Settling, release?: () => void): Promise<readonly string[]> {
    const deadline = performance.now() + REST_LIMIT_MS;
    while (performance.now() < deadline) {
      if (await this.#scene.atRest(LOOK_AT_BLOCKED_MS).catch(() => false)) {
        await lanes.rest();
        return this.#scene.violations();
      }
      of.leftToPerson.push(...(await this.#unblock(lanes)));
      if (release && (await this.#blockedBy(lanes, 'database is locked'))) {
        of.stoodStill = true;
        release();
      }
    }
    const facts = JSON.stringify(await lanes.facts());
    await lanes.kill();
    this.#holder = null;
    return [`the line is not at rest after ${REST_LIMIT_MS} ms: ${facts} ${lanes.stderr}`];
  }

  /** What a person would do who reads why the line stands still. */
  async #unblock(lanes: Lanes): Promise<readonly string[]> {
    return (await this.#blockedBy(lanes, 'repository locked')) ? this.#clear(this.#scene.locks()) : [];
  }

  async #blockedBy(lanes: Lanes, what: string): Promise<boolean> {
    return (await lanes.facts()).some(({ doing, detail }) => doing === 'blocked' && detail?.includes(what));
  }

  #clear(locks: readonly string[]): readonly string[] {
    for (const lock of locks) this.#scene.removeLock(lock);
    return locks;
  }
}

interface Settling {
  readonly fault: Fault;
  reached: boolean;
  readonly leftToPerson: string[];
  stoodStill: boolean;
  /** It came when the patch was through: something was done, and nothing was under way. */
  late: boolean;
}
