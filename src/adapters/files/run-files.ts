import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PatchId } from '../../core/patch/id.ts';
import type { LoggedRun, RunEnd, RunStart } from '../../ports/run-logs.ts';
import { hasCode } from './missing.ts';
import { CLOSED } from './output-store.ts';

/** Positions and the times at which what stands there came out of the check. */
export type TimeMarks = readonly (readonly [position: number, at: number])[];

const START = 'run.json';
const END = 'end.json';
const TIMES = 'times.json';

/** The folders of the runs of patches: `runs/<patch>/<number>`, with what is known of each. */
export class RunFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  patches(): readonly string[] {
    return namesIn(this.#directory);
  }

  folderOfPatch(patch: string): string {
    return join(this.#directory, patch);
  }

  folderOf({ patch, number }: Pick<LoggedRun, 'patch' | 'number'>): string {
    return join(this.#directory, patch, String(number).padStart(6, '0'));
  }

  /** Makes the next one. Checks that run side by side take numbers at the same time. */
  add(start: RunStart): LoggedRun {
    mkdirSync(this.folderOfPatch(start.patch), { recursive: true, mode: CLOSED.directory });
    for (let number = (this.#numbers(start.patch).at(-1) ?? 0) + 1; ; number += 1) {
      const run = { ...start, number, end: null };
      const folder = this.folderOf(run);
      try {
        mkdirSync(folder, { mode: CLOSED.directory });
      } catch (error) {
        if (hasCode(error, 'EEXIST')) continue;
        throw error;
      }
      replace(join(folder, START), start);
      return run;
    }
  }

  /** Those whose beginning is written; one that is being added comes with the next look. */
  runs(patch: PatchId, from: number): readonly LoggedRun[] {
    return this.#numbers(patch)
      .filter((number) => number >= from)
      .flatMap((number) => {
        const folder = this.folderOf({ patch, number });
        const start = readJson<RunStart>(join(folder, START));
        return start === null ? [] : [{ ...start, number, end: readJson<RunEnd>(join(folder, END)) }];
      });
  }

  /** The first word counts: a runner that was stopped and goes on does not end a run once more. */
  end(run: LoggedRun, end: RunEnd, times: TimeMarks): void {
    const folder = this.folderOf(run);
    if (readJson(join(folder, END)) !== null) return;
    replace(join(folder, TIMES), times);
    replace(join(folder, END), end);
  }

  timesOf(run: LoggedRun): TimeMarks {
    return readJson<TimeMarks>(join(this.folderOf(run), TIMES)) ?? [];
  }

  #numbers(patch: string): readonly number[] {
    return namesIn(this.folderOfPatch(patch))
      .filter((name) => /^\d{6}$/.test(name))
      .map(Number)
      .sort((one, other) => one - other);
  }
}

/** Whole or not at all, for whoever reads it meanwhile. A power loss may take it: what is on record is in the ledger. */
function replace(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: CLOSED.file });
  renameSync(`${path}.new`, path);
}

/** Null for what is not there, and for what a power loss has left of it. */
function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return null;
    throw error;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
