import type { FileChange } from '../../core/change/change.ts';
import type { CommitId, TreeId } from '../../core/git.ts';
import type { History, HistoryCommit } from '../../ports/repository.ts';
import { isAncestor } from './ancestry.ts';
import { historyCommit } from './commits.ts';
import type { GitPlace } from './environment.ts';
import { commitId } from './object-id.ts';
import type { ObjectReader } from './object-reader.ts';
import type { TipSource } from './refs.ts';
import { git } from './run-git.ts';
import type { TreeBuilder } from './tree-builder.ts';

/** Commits read at once: enough to keep the pipe busy, few enough to keep memory flat on a long branch. */
const AT_ONCE = 512;

const DIFF = [
  'diff-tree',
  '-p',
  '--binary',
  '--full-index',
  '--unified=3',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-relative',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--end-of-options',
] as const;

export interface HistoryParts {
  readonly place: GitPlace;
  readonly refs: TipSource;
  readonly reader: ObjectReader;
  readonly builder: TreeBuilder;
}

export class GitHistory implements History {
  readonly #place: GitPlace;
  readonly #refs: TipSource;
  readonly #reader: ObjectReader;
  readonly #builder: TreeBuilder;

  constructor({ place, refs, reader, builder }: HistoryParts) {
    this.#place = place;
    this.#refs = refs;
    this.#reader = reader;
    this.#builder = builder;
  }

  async *since(from: CommitId | null): AsyncGenerator<HistoryCommit, void, undefined> {
    const tip = await this.#refs.tip();
    const range = [tip, ...(from === null ? [] : [`^${from}`])];
    // Ids alone: 41 bytes for each commit of the branch.
    const lines = await git(this.#place, [
      'rev-list',
      '--first-parent',
      '--reverse',
      '--end-of-options',
      ...range,
    ]);
    const page = AT_ONCE * (tip.length + 1);
    for (let at = 0; at < lines.length; at += page) {
      const ids = lines
        .toString('latin1', at, at + page)
        .split('\n')
        .filter(Boolean);
      yield* await Promise.all(ids.map((id) => this.#required(id)));
    }
  }

  async holds(commit: CommitId): Promise<boolean> {
    return this.isAncestor(commit, await this.#refs.tip());
  }

  /** False, too, when the repository has no `ancestor`, as after a power cut. */
  async isAncestor(ancestor: CommitId, descendant: CommitId): Promise<boolean> {
    if ((await this.commit(ancestor)) === null) return false;
    if (ancestor === descendant) return true;
    return isAncestor(this.#place, ancestor, descendant);
  }

  async commit(id: CommitId): Promise<HistoryCommit | null> {
    const object = await this.#reader.read(id);
    return object?.type === 'commit' ? historyCommit(id, object.bytes) : null;
  }

  treeWith(base: TreeId, files: readonly FileChange[]): Promise<TreeId> {
    return this.#builder.idOf(base, files);
  }

  diff(from: CommitId, to: CommitId): Promise<Uint8Array> {
    return git(this.#place, [...DIFF, from, to]);
  }

  async #required(id: string): Promise<HistoryCommit> {
    return historyCommit(commitId(id), (await this.#reader.require(id, 'commit')).bytes);
  }
}
