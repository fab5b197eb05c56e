import type { StandingFence } from '../../../src/adapters/git/ref-host.ts';
import { commitIn, emptyObjects, type Objects } from '../../../src/adapters/memory/objects.ts';
import type { CommitId, Path, TreeId } from '../../../src/core/git.ts';
import type { FenceMark } from '../../../src/ports/repository.ts';
import type { Actor } from '../engine/actor.ts';
import type { Random } from '../engine/random.ts';

interface Ref {
  visible: string | null;
  /** All that it ever was: a disk that lies may go back to any of it. */
  all: (string | null)[];
  /** What a power cut may leave: the durable value first, then every later one that no sync has made durable. */
  values: (string | null)[];
}

interface LockFile {
  content: string;
  /** Made by a writer of ours: see lock-mark.ts. A file has its mode from the first, so no power cut parts the two. */
  readonly isMarked: boolean;
  readonly owner: Actor;
}

export const BRANCH_REF = 'refs/heads/main';
export const FENCE_REF = 'refs/ghost/fence/main';

/**
 * The repository's files. A rename is seen at once and durable after a sync; objects are durable once synced; a lock is
 * a file like any other, so it outlives who made it.
 */
export class Disk {
  readonly objects: Objects = emptyObjects();
  readonly locks = new Map<string, LockFile>();
  /** Files of the work tree that somebody has edited and not committed. */
  readonly edited = new Set<Path>();
  /** It says that the branch is synced when it is not. */
  isLying = false;
  readonly #marks = new Map<string, FenceMark>();
  readonly #refs = new Map<string, Ref>();
  readonly #unsynced = new Set<string>();
  #written = 0;

  valueOf(ref: string): string | null {
    return this.#refs.get(ref)?.visible ?? null;
  }

  tip(): CommitId {
    const tip = this.valueOf(BRANCH_REF);
    if (tip === null) throw new Error('there is no branch');
    return tip as CommitId;
  }

  /** Whether `commit` is `tip` or before it. */
  isBelow(commit: CommitId, tip: CommitId): boolean {
    for (let at: CommitId | null = tip; at !== null; at = commitIn(this.objects, at).parent)
      if (at === commit) return true;
    return false;
  }

  fence(): StandingFence | null {
    const id = this.valueOf(FENCE_REF);
    if (id === null) return null;
    return { id, mark: this.markOf(id) };
  }

  markOf(id: string): FenceMark {
    const mark = this.#marks.get(id);
    if (mark === undefined) throw new Error(`the fence names ${id}, which is not there`);
    return mark;
  }

  setRef(ref: string, value: string): void {
    const entry = this.#refs.get(ref) ?? { visible: null, all: [], values: [null] };
    this.#refs.set(ref, { visible: value, all: [...entry.all, value], values: [...entry.values, value] });
  }

  syncRef(ref: string): void {
    const entry = this.#refs.get(ref);
    if (entry !== undefined) entry.values = [entry.visible];
  }

  /** Another object each time, as it holds a nonce. */
  writeMark(mark: FenceMark): StandingFence {
    this.#written += 1;
    const id = this.#written.toString(16).padStart(40, 'f');
    this.#marks.set(id, mark);
    this.#unsynced.add(id);
    return { id, mark };
  }

  /** What `write` writes is there at once, and lost with the power until it is synced. */
  writeObject<Id extends string>(write: () => Id): Id {
    const { trees, commits } = this.objects;
    const before = trees.size + commits.size;
    const id = write();
    if (trees.size + commits.size > before) this.#unsynced.add(id);
    return id;
  }

  syncObject(id: string): void {
    this.#unsynced.delete(id);
  }

  holds(id: string): boolean {
    const { trees, commits } = this.objects;
    return commits.has(id as CommitId) || trees.has(id as TreeId) || this.#marks.has(id);
  }

  /** What was not synced is kept or not, each by itself. */
  losePower(random: Random): void {
    for (const [name, ref] of this.#refs) {
      const kept = random.pick(this.isLying && name === BRANCH_REF ? ref.all : ref.values);
      ref.visible = kept;
      ref.values = [kept];
      // What a power cut has taken no later one brings back.
      ref.all = [kept];
    }
    for (const id of this.#unsynced) if (random.chance(0.5)) this.#lose(id);
    this.#unsynced.clear();
    for (const [name, lock] of [...this.locks]) {
      if (random.chance(0.5)) this.locks.delete(name);
      else if (random.chance(0.2)) lock.content = '';
    }
  }

  #lose(id: string): void {
    this.objects.commits.delete(id as CommitId);
    this.objects.trees.delete(id as TreeId);
    this.#marks.delete(id);
  }
}
