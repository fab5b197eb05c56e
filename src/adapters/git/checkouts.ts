import { rm } from 'node:fs/promises';
import type { TreeId } from '../../core/git.ts';
import type { Checkout } from '../../ports/repository.ts';
import type { Copy, TreeWriter } from './tree-writer.ts';

/**
 * Copies of trees on disk. While a checkout of many files is given back, a spare is made of the same tree; the next one is
 * that spare with what changed brought up to date. No copy is handed out twice.
 */
export class Checkouts {
  readonly #writer: TreeWriter;
  #spare: Promise<Copy | null> = Promise.resolve(null);

  constructor(writer: TreeWriter) {
    this.#writer = writer;
  }

  async make(tree: TreeId): Promise<Checkout> {
    const spare = this.#takeSpare();
    const copy = await this.#writer.write(tree, (await spare) ?? (await this.#writer.empty()));
    await rm(copy.index, { force: true });
    const size = await this.#writer.giveAway(copy.path);
    return { path: copy.path, remove: () => this.#remove(copy, size === 'many' ? 'spare' : 'no spare') };
  }

  /** When nothing is being made any more; the writer must have been stopped before. */
  async settled(): Promise<void> {
    await this.#spare;
  }

  #takeSpare(): Promise<Copy | null> {
    const spare = this.#spare;
    this.#spare = Promise.resolve(null);
    return spare;
  }

  async #remove(copy: Copy, then: 'spare' | 'no spare'): Promise<void> {
    await this.#writer.remove(copy.path);
    if (this.#writer.isStopped || then === 'no spare') return;
    const kept = this.#takeSpare();
    this.#spare = kept.then((spare) => spare ?? this.#makeSpare(copy.tree));
  }

  /** A spare only saves time: when it cannot be made there is none, and the next checkout says what is wrong. */
  async #makeSpare(tree: string): Promise<Copy | null> {
    const copy = await this.#writer.empty().catch(() => null);
    if (!copy) return null;
    return this.#writer.write(tree, copy).catch(() => null);
  }
}
