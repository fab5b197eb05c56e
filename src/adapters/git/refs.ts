import { join } from 'node:path';
import { fail } from '../../core/errors.ts';
import type { CommitId } from '../../core/git.ts';
import { directoriesUpTo, sync } from './durable.ts';
import { parseMark } from './fence-mark.ts';
import { commitId } from './object-id.ts';
import type { GitObject, ObjectReader } from './object-reader.ts';
import type { StandingFence } from './ref-host.ts';

/** Where the branch stands now, on this machine or on a remote. */
export interface TipSource {
  /** @throws GhostError branch_gone */
  tip(): Promise<CommitId>;
  /** The commit that the branch names. @throws GhostError branch_gone */
  tipObject(): Promise<GitObject>;
}

/** The two refs of one workspace, the branch and its fence: their values, their files, their durability. */
export class BranchRefs implements TipSource {
  readonly commonDir: string;
  readonly branch: string;
  readonly branchRef: string;
  readonly fenceRef: string;
  readonly logRef: string;
  readonly #reader: ObjectReader;

  constructor(commonDir: string, branch: string, reader: ObjectReader) {
    refuseUnsafe(branch, commonDir);
    this.commonDir = commonDir;
    this.branch = branch;
    this.branchRef = `refs/heads/${branch}`;
    this.fenceRef = `refs/ghost/fence/${branch}`;
    this.logRef = `refs/ghost/log/${branch}`;
    this.#reader = reader;
  }

  async tip(): Promise<CommitId> {
    return commitId((await this.tipObject()).id);
  }

  async tipObject(): Promise<GitObject> {
    const object = await this.#reader.read(this.branchRef);
    if (object?.type === 'commit') return object;
    throw fail('branch_gone', { path: this.commonDir, branch: this.branch });
  }

  /** The commit that the log names; null where there is no log. */
  async logObject(): Promise<GitObject | null> {
    const object = await this.#reader.read(this.logRef);
    if (object === null || object.type === 'commit') return object;
    throw fail('integrity_broken', { problem: `${this.commonDir} ${this.logRef} does not name a commit.` });
  }

  async fence(): Promise<StandingFence | null> {
    const object = await this.#reader.read(this.fenceRef);
    return object && { id: object.id, mark: parseMark(object.bytes, `${this.commonDir} ${this.fenceRef}`) };
  }

  /** git syncs a ref's content and not its new name: to be called after each transaction. */
  async syncNames(ref: string): Promise<void> {
    await Promise.all(directoriesUpTo(join(this.commonDir, ref), this.commonDir).map(sync));
  }

  /** Content and names of both refs, wherever they are stored. */
  async syncAll(): Promise<void> {
    const files = [this.branchRef, this.fenceRef, 'packed-refs'].map((name) => join(this.commonDir, name));
    await Promise.all(files.map(sync));
    await Promise.all([this.syncNames(this.branchRef), this.syncNames(this.fenceRef)]);
  }
}

/** Branch names become file names here. Stricter rules are git's, which checked the name when the branch was added. */
function refuseUnsafe(branch: string, path: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (!/[\x00-\x20\x7f~^:?*[\\]|\.\.|\/\/|^[/-]|\/$|(?:^|\/)\.|\.lock(?:\/|$)|^$/.test(branch)) return;
  throw fail('branch_unknown', { branch, path, known: 'no branch of such a name' });
}
