import type { Needs } from '../../app/needs.ts';
import { type IntakeStep, type TakenIn, takeInFile } from '../../app/take-in-file.ts';
import { GhostError } from '../../core/errors.ts';
import {
  atRest,
  type FileState,
  isSameState,
  type Sightings,
  sightingsAfter,
} from '../../core/inbox/at-rest.ts';
import { holdOf, kindOfName, stopIn } from '../../core/inbox/inbox-name.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Inbox, InboxEntry, InboxFile, InboxFolder, Look } from '../../ports/inbox.ts';

export type InboxNeeds = Parameters<typeof takeInFile>[0] & Pick<Needs, 'workspaces' | 'clock'>;

export interface InboxOptions {
  readonly inbox: Inbox;
  /** How long a file has to stay as it is before it is taken. */
  readonly quietMs: number;
  readonly logger: Logger;
  /** Told of each step of each file, and waited for. */
  readonly observe: (step: IntakeStep) => void | Promise<void>;
}

interface FolderFacts {
  readonly workspace: string;
  /** Files that are not yet at rest, held, or in the way of which something stands. */
  readonly waiting: number;
  /** The name of the hold or stop file because of which nothing is taken. */
  readonly stoppedBy: string | null;
  readonly problems: readonly string[];
}

export interface InboxFacts {
  readonly problem: string | null;
  readonly folders: readonly FolderFacts[];
  /** How many entries beside the folders of the workspaces stay untouched. */
  readonly strays: number;
  /** Since this process began. */
  readonly accepted: number;
  readonly refused: number;
  readonly rounds: number;
}

/** Looks through all folders, takes what is due, and remembers from round to round since when each file has been as it is. */
export class InboxRound {
  readonly #needs: InboxNeeds;
  readonly #options: InboxOptions;
  readonly #stopping: AbortSignal;
  readonly #sightings = new Map<string, Sightings>();
  readonly #stuck = new Map<string, StuckFile>();
  /** Files of this round that could not be taken by a fault of ours, with none taken since. */
  #failed: { readonly file: InboxFile; readonly error: GhostError }[] = [];
  facts: InboxFacts = { problem: null, folders: [], strays: 0, accepted: 0, refused: 0, rounds: 0 };

  constructor(needs: InboxNeeds, options: InboxOptions, stopping: AbortSignal) {
    this.#needs = needs;
    this.#options = options;
    this.#stopping = stopping;
  }

  /** Never throws: what a round cannot do, the next one tries again. */
  async go(): Promise<void> {
    try {
      const workspaces = (await this.#needs.workspaces.list()).map(({ name }) => name);
      const look = await this.#options.inbox.look(workspaces);
      const folders: FolderFacts[] = [];
      this.#failed = [];
      for (const folder of look.folders) folders.push(await this.#takeFrom(folder, look));
      const [failed] = this.#failed;
      if (failed !== undefined) throw failed.error;
      this.#show(folders, look);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      // Said once for as long as it stays the same: a ledger that is away would fill the log.
      if (problem !== this.facts.problem)
        this.#options.logger.error('nothing is taken from the inbox', { error });
      this.facts = { ...this.facts, problem, rounds: this.facts.rounds + 1 };
    }
  }

  #show(folders: readonly FolderFacts[], { strays }: Look): void {
    const problems = folders.flatMap(({ workspace, problems }) =>
      problems.map((one) => `${workspace}: ${one}`),
    );
    const problem = problems.length === 0 ? null : problems.join('; ');
    if (problem !== null && problem !== this.facts.problem)
      this.#options.logger.warn('files stay in the inbox', { problems });
    this.facts = { ...this.facts, problem, folders, strays: strays.length, rounds: this.facts.rounds + 1 };
  }

  async #takeFrom(folder: InboxFolder, { stoppedBy: stoppedAll }: Look): Promise<FolderFacts> {
    const { workspace, problem, entries } = folder;
    const now = this.#needs.clock.monotonic();
    const offered = entries.filter(isOffered);
    const seen = new Map(offered.map(({ name, state }) => [name, state]));
    const sightings = sightingsAfter(this.#sightings.get(workspace) ?? new Map(), seen, now);
    this.#sightings.set(workspace, sightings);
    const stoppedBy = stoppedAll ?? stopIn(entries.map(({ name }) => name));
    const facts = { workspace, waiting: offered.length, stoppedBy };
    if (problem !== null) return { ...facts, problems: [problem] };
    const due = stoppedBy === null ? this.#due(folder, { sightings, now }) : [];
    const stuck = await this.#takeAll(due);
    const gone = due.length - stuck.left;
    return {
      ...facts,
      waiting: offered.length - gone,
      problems: [...entries.flatMap(whyIgnored), ...stuck.problems],
    };
  }

  #due({ workspace, entries }: InboxFolder, { sightings, now }: { sightings: Sightings; now: number }) {
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    return atRest(sightings, { now, quietMs: this.#options.quietMs })
      .filter((name) => !byName.has(holdOf(name)))
      .flatMap((name) => {
        const entry = byName.get(name);
        return entry === undefined ? [] : [{ workspace, ...entry }];
      });
  }

  async #takeAll(
    due: readonly InboxFile[],
  ): Promise<{ readonly left: number; readonly problems: readonly string[] }> {
    const written = await this.#options.inbox.beingWritten(due);
    const problems: string[] = [];
    let left = 0;
    for (const file of due) {
      const taken = this.#stopping.aborted || written.has(file) ? LEFT : await this.#takeUnlessStuck(file);
      if (taken.kind === 'stuck') problems.push(taken.problem);
      if (taken.kind === 'stuck' || taken.kind === 'left') left += 1;
      else this.#count(file, taken);
      if (taken.kind === 'accepted') this.#holdFailed();
    }
    return { left, problems };
  }

  /** What is wrong with a file is rarely over a second later: it is tried again after a while, or when it changed. */
  async #takeUnlessStuck(file: InboxFile): Promise<TakenIn> {
    const before = this.#stuck.get(pathOf(file));
    const now = this.#needs.clock.monotonic();
    if (before !== undefined && now < before.until && isSameState(before.state, file.state))
      return { kind: 'stuck', problem: before.problem };
    try {
      const taken = await takeInFile(this.#needs, this.#options, file);
      if (taken.kind === 'stuck') this.#hold(file, taken.problem);
      else this.#stuck.delete(pathOf(file));
      return taken;
    } catch (error) {
      return this.#fail(file, error);
    }
  }

  /** A fault of ours is most often everybody's: some files that meet one after the other stop the round. */
  #fail(file: InboxFile, error: unknown): TakenIn {
    const isOurs =
      error instanceof GhostError && (error.whose === 'infrastructure' || error.retry === 'later');
    if (!isOurs) return this.#break(file, error);
    this.#failed.push({ file, error });
    if (this.#failed.length >= FAILED_IN_A_ROW) throw error;
    return { kind: 'stuck', problem: `${file.name}: ${error.message}` };
  }

  /** Another file was taken: what failed before it failed by itself, and shall not stand before all others again. */
  #holdFailed(): void {
    for (const { file, error } of this.#failed.splice(0)) this.#break(file, error);
  }

  #break(file: InboxFile, error: unknown): TakenIn {
    const problem = `${file.name}: ${error instanceof Error ? error.message : error}`;
    if (this.#stuck.get(pathOf(file))?.problem !== problem)
      this.#options.logger.error('a file of the inbox could not be taken', { name: file.name, error });
    this.#hold(file, problem);
    return { kind: 'stuck', problem };
  }

  #hold(file: InboxFile, problem: string): void {
    const until = this.#needs.clock.monotonic() + STUCK_MS;
    this.#stuck.set(pathOf(file), { problem, state: file.state, until });
  }

  #count({ workspace, name }: InboxFile, taken: Extract<TakenIn, { name: string }>): void {
    this.#options.logger.info(`a file of the inbox was ${taken.kind}`, { workspace, name, as: taken.name });
    this.facts = { ...this.facts, [taken.kind]: this.facts[taken.kind] + 1 };
  }
}

interface StuckFile {
  readonly problem: string;
  readonly state: FileState;
  /** Monotonic. */
  readonly until: number;
}

const STUCK_MS = 30_000;
const FAILED_IN_A_ROW = 3;

const LEFT: TakenIn = { kind: 'left' };

function pathOf({ workspace, name }: InboxFile): string {
  return `${workspace}/${name}`;
}

/** Folders may be somebody's order; they and what is in them stay. */
function isOffered({ name, kind }: InboxEntry): boolean {
  return kind !== 'folder' && kindOfName(name) === 'offered';
}

function whyIgnored({ name }: InboxEntry): readonly string[] {
  return kindOfName(name) === 'unusable'
    ? [`${JSON.stringify(name)} is no name that can be taken: it is no UTF-8, or longer than 200 bytes`]
    : [];
}
