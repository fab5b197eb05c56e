import type { CommitId } from '../../core/git.ts';
import type { History, HistoryCommit } from '../../ports/repository.ts';
import { isAncestor } from './ancestry.ts';
import { historyCommit } from './commits.ts';
import type { GitPlace } from './environment.ts';
import { commitId } from './object-id.ts';
import type { ObjectReader } from './object-reader.ts';
import type { TipSource } from './refs.ts';
import { git } from './run-git.ts';

/** Commits read at once: enough to keep the pipe busy, few enough to keep memory flat on a long history. */
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

export class GitHistory implements History {
  readonly #place: GitPlace;
  readonly #refs: TipSource;
  readonly #reader: ObjectReader;

  constructor(place: GitPlace, refs: TipSource, reader: ObjectReader) {
    this.#place = place;
    this.#refs = refs;
    this.#reader = reader;
  }

  async since(from: CommitId | null): Promise<readonly HistoryCommit[]> {
    const range = [await this.#refs.tip(), ...(from === null ? [] : [`^${from}`])];
    const args = ['rev-list', '--first-parent', '--reverse', '--end-of-options', ...range];
    const ids = (await git(this.#place, args)).toString('latin1').split('\n').filter(Boolean);
    const commits: HistoryCommit[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      commits.push(...(await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => this.#required(id)))));
    }
    return commits;
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

  diff(from: CommitId, to: CommitId): Promise<Uint8Array> {
    return git(this.#place, [...DIFF, from, to]);
  }

  async #required(id: string): Promise<HistoryCommit> {
    return historyCommit(commitId(id), (await this.#reader.require(id, 'commit')).bytes);
  }
}
