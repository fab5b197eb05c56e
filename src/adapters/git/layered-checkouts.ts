import { mkdir } from 'node:fs/promises';
import type { TreeId } from '../../core/git.ts';
import type { Checkout } from '../../ports/repository.ts';
import type { ObjectReader } from './object-reader.ts';
import { runTool } from './run-git.ts';
import { type Difference, differenceOf } from './tree-difference.ts';
import type { Copy, TreeWriter } from './tree-writer.ts';
import type { Trees } from './trees.ts';
import { writeUpper } from './upper.ts';

export interface LayeredParts {
  readonly searchPath: string;
  readonly writer: TreeWriter;
  readonly trees: Trees;
  readonly reader: ObjectReader;
}

/** Beyond this many the tree below is brought up to date at once, where nobody rests on it; git takes them faster then. */
const MOST_DIFFERENCES = 256;
/** Beyond this many it is brought up to date while nobody waits for it. */
const ENOUGH_DIFFERENCES = 32;

/** The one checkout that others lie above. It is never handed out itself, and changes only while nobody rests on it. */
interface Kept extends Copy {
  readonly users: Set<string>;
}

/**
 * Checkouts as two layers: one kept tree of the repository below, and above it what differs, in a directory of each checkout's
 * own. It costs by what differs, not by the size of the tree.
 */
export class LayeredCheckouts {
  readonly #parts: LayeredParts;
  #kept: Kept | null = null;
  #whiteout: string | null = null;
  /** One at a time: who comes while the kept tree changes waits for it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: LayeredParts) {
    this.#parts = parts;
  }

  /** Null where a copy does better, or where something is in the way that a copy will tell. */
  make(tree: TreeId): Promise<Checkout | null> {
    return this.#inTurn(() => this.#make(tree).catch(() => null));
  }

  /** When nothing is being made any more; the writer must have been stopped before. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #make(tree: TreeId): Promise<Checkout | null> {
    const kept = this.#kept ?? (await this.#keep(tree, await this.#emptyKept()));
    const differences = await this.#differences(kept, tree);
    if (differences) return this.#above(kept, tree, differences);
    if (kept.users.size > 0) return null;
    return this.#above(await this.#keep(tree, kept), tree, []);
  }

  async #above(kept: Kept, tree: TreeId, differences: readonly Difference[]): Promise<Checkout> {
    const { writer, reader } = this.#parts;
    const path = await writer.nextPath();
    const work = `${path}.work`;
    const remove = async () => {
      await Promise.all([writer.remove(path), writer.remove(work)]);
      kept.users.delete(path);
      this.#catchUp(tree, differences.length);
    };
    kept.users.add(path);
    try {
      const whiteout = differences.some(({ kind }) => kind === 'gone') ? await this.#openWhiteout() : '';
      await writeUpper({ reader, owner: writer.owner, whiteout }, path, differences);
      await mkdir(work, { mode: 0o700 });
    } catch (error) {
      await remove();
      throw error;
    }
    return { path, layers: { below: kept.path, work }, remove };
  }

  /** While nobody waits. One that does not succeed costs time and nothing else. */
  #catchUp(tree: TreeId, differences: number): void {
    if (differences <= ENOUGH_DIFFERENCES || this.#parts.writer.isStopped) return;
    this.#inTurn(async () => {
      if (this.#kept && this.#kept.users.size === 0) await this.#keep(tree, this.#kept);
    }).catch(() => undefined);
  }

  async #differences(kept: Kept, tree: TreeId): Promise<readonly Difference[] | null> {
    if (kept.tree === tree) return [];
    return differenceOf(this.#parts.trees, kept.tree, tree, MOST_DIFFERENCES);
  }

  /** What git fails on has been removed by then: the next one begins anew. */
  async #keep(tree: TreeId, from: Kept): Promise<Kept> {
    this.#kept = null;
    const { writer } = this.#parts;
    const written = { ...from, ...(await writer.write(tree, from)) };
    await writer.giveAway(written.path);
    this.#kept = written;
    return written;
  }

  /** In a folder that only we can enter: commands of the same user that are not fenced off must not reach it. */
  async #emptyKept(): Promise<Kept> {
    const folder = await this.#parts.writer.nextPath();
    await mkdir(folder, { mode: 0o700 });
    const path = `${folder}/tree`;
    await mkdir(path);
    return { tree: '', path, index: `${folder}/index`, users: new Set() };
  }

  /** Anybody may make this one device, since Linux 5.8. */
  async #openWhiteout(): Promise<string> {
    if (this.#whiteout !== null) return this.#whiteout;
    const { writer, searchPath } = this.#parts;
    const path = await writer.nextPath();
    const tool = { file: 'mknod', args: ['-m', '0', '--', path, 'c', '0', '0'], name: 'mknod of a whiteout' };
    const { exitCode, stderr } = await runTool(tool, { environment: { PATH: searchPath, LC_ALL: 'C' } });
    if (exitCode !== 0) throw new Error(`mknod ended with ${exitCode}: ${stderr}`);
    this.#whiteout = path;
    return path;
  }
}
