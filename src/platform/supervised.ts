/** What a child tells its supervisor over the IPC channel. */
export type ChildMessage =
  | { readonly kind: 'ready'; readonly details: ReadyDetails }
  /** It cannot start; the supervisor repeats the reason and the way out to whoever started it. */
  | { readonly kind: 'refused'; readonly problem: string; readonly code: string | null };

/** What others need in order to reach the child, such as the URL it listens on. */
export type ReadyDetails = Readonly<Record<string, string | number>>;

export interface Running {
  readonly details: ReadyDetails;
  /** Finishes what is under way and lets go of everything. */
  stop(): Promise<void>;
  /** Breaks off what is under way, so that a stop comes to its end sooner. */
  hurry?(): void;
}

/** Resources that a process keeps after its stop (a socket in TIME_WAIT, a slow peer) do not keep it alive longer. */
const STOP_LIMIT_MS = 20_000;
/** A start that is not through by then, once a stop was asked for, hangs. */
const START_LIMIT_MS = 3_000;

/** Tells the supervisor that this process does its work now. Without a supervisor nothing happens. */
function announceReady(details: ReadyDetails): void {
  tell({ kind: 'ready', details });
}

/**
 * The whole life of a child process: starts it, announces it, and stops it at SIGTERM, SIGINT or when the channel to
 * the supervisor closes (a supervisor that was killed leaves no orphan). Also runs alone, without a supervisor.
 * The second signal breaks off in order what can be; the one after that, or the second where nothing can, ends it at once.
 */
export async function runUnderSupervisor(start: () => Promise<Running>): Promise<void> {
  const stop = stopRequested();
  const hanging = stop.requested.then(() => setTimeout(leave, START_LIMIT_MS, 1));
  let running: Running;
  try {
    running = await start();
  } catch (error) {
    refuse(error);
    return;
  }
  announceReady(running.details);
  stop.onSecond(running.hurry ?? null);
  clearTimeout(await hanging);
  await finish(running);
}

interface StopRequest {
  readonly requested: Promise<void>;
  onSecond(hurry: (() => void) | null): void;
}

function stopRequested(): StopRequest {
  let second: (() => void) | null = null;
  const requested = new Promise<void>((resolve) => {
    let asked = false;
    const ask = () => {
      if (!asked) resolve();
      else if (second === null) process.exit(1);
      else {
        second();
        second = null;
      }
      asked = true;
    };
    process.on('SIGTERM', ask);
    process.on('SIGINT', ask);
    process.once('disconnect', () => {
      if (!asked) ask();
    });
  });
  return {
    requested,
    onSecond: (hurry) => {
      second = hurry;
    },
  };
}

async function finish(running: Running): Promise<void> {
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  try {
    await running.stop();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  }
  leave();
}

function refuse(error: unknown): void {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  // An error with a code was meant; where anything else came from has to be seen.
  process.stderr.write(`${code === null && error instanceof Error ? error.stack : describe(error)}\n`);
  process.exitCode = 1;
  tell({ kind: 'refused', problem: describe(error), code }, () => leave());
}

/** The exit code that was set counts, unless one is given; what is still open does not. */
function leave(exitCode?: number): void {
  process.exit(exitCode);
}

function tell(message: ChildMessage, then: () => void = () => undefined): void {
  if (process.send && process.connected) process.send(message, undefined, {}, () => then());
  else then();
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
