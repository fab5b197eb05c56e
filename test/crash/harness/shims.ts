import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processesMentioning } from '../../world/processes.ts';
import type { CallPoint, ChildKind } from './fault.ts';
import { STRACE, tracedLines } from './strace.ts';

const PLACES = ['/usr/local/bin', '/usr/bin', '/bin'];

/** What stands before `git` and `bwrap` in the search path: plain until armed, then a tracer around one of them. */
export class Shims {
  /** To be searched first. */
  readonly folder: string;

  constructor(root: string) {
    this.folder = join(root, 'programs');
    mkdirSync(this.folder, { recursive: true });
    for (const name of ['git', 'bwrap']) {
      const file = join(this.folder, name);
      writeFileSync(file, script(this.folder, name));
      chmodSync(file, 0o755);
    }
  }

  /** All that are started from now on are traced, and what they call is written down. */
  count(): void {
    this.#arm('*', `-e trace=${STRACE.calls} -e signal=none`);
  }

  /** The `run`-th process of this kind from now on is traced, and gets the signal at its `nth` call. */
  inject(kind: ChildKind, run: number, injection: string): void {
    this.#arm(`${kind} ${run}`, injection);
  }

  disarm(): void {
    rmSync(join(this.folder, 'plan'), { force: true });
    for (const name of readdirSync(this.folder)) {
      if (/^(run|trace)-/.test(name)) rmSync(join(this.folder, name), { recursive: true, force: true });
    }
  }

  /** Ends tracers that were left over, and what they hold stopped. */
  close(): void {
    for (const tracer of processesMentioning(join(this.folder, 'trace-'))) {
      for (const pid of [...tracedBy(tracer), tracer]) endIfThere(pid);
    }
  }

  /** The processes that were stopped: the one that was meant, and what it started, each at its own `nth` call. */
  stopped(kind: ChildKind, run: number): readonly number[] {
    const text = readFileSync(join(this.folder, `trace-${kind}-${run}`), 'latin1');
    const named = [...text.matchAll(/^(\d+) +--- stopped by SIGSTOP/gm)].map(([, pid]) => Number(pid));
    // Before it has started another, its lines have no pid.
    return [Number(readFileSync(join(this.folder, 'run-victim'), 'utf8')), ...named];
  }

  /** What the traced processes called, by kind and number of the process. */
  traced(): readonly CallPoint[] {
    return readdirSync(this.folder).flatMap((name) => {
      const [, kind, run] = /^trace-([a-z]+)-(\d+)$/.exec(name) ?? [];
      if (kind === undefined) return [];
      const lines = readFileSync(join(this.folder, name), 'latin1');
      return tracedLines(lines).map((one) => ({ ...one, who: kind as ChildKind, run: Number(run) }));
    });
  }

  #arm(which: string, options: string): void {
    this.disarm();
    writeFileSync(join(this.folder, 'plan'), `${which}|${options}\n`);
  }
}

/**
 * `strace -D` keeps the traced program in its place: same pid, same parent, same group. Making a directory is how
 * processes that start at the same time come to different numbers.
 */
function script(folder: string, name: string): string {
  const real = PLACES.map((place) => join(place, name)).find(existsSync) ?? name;
  return `#!/bin/sh
[ -e ${folder}/plan ] || exec ${real} "$@"
case " $* " in
  *" update-ref --stdin "*) kind=writer ;;
  *" cat-file --batch-command "*) kind=reader ;;
  *) kind=${name === 'bwrap' ? 'check' : 'git'} ;;
esac
IFS='|' read -r which options < ${folder}/plan || exec ${real} "$@"
run=1
while ! /bin/mkdir ${folder}/run-$kind-$run 2>/dev/null; do run=$((run + 1)); done
[ "$which" = '*' ] || [ "$which" = "$kind $run" ] || exec ${real} "$@"
echo $$ > ${folder}/run-victim
exec /usr/bin/strace -D -qq -f $options -o ${folder}/trace-$kind-$run ${real} "$@"
`;
}

function tracedBy(tracer: number): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => statusOf(pid).includes(`TracerPid:\t${tracer}\n`)).map(Number);
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}

function endIfThere(pid: number): void {
  if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
}
