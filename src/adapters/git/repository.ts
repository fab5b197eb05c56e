import { type FileChange, type Snapshot, type Standing, TOP } from '../../core/change/change.ts';
import type { CommitId, FileMode, Path, Tip, TreeId } from '../../core/git.ts';
import type { Checkout, CheckoutForm, CommitDraft, Repository } from '../../ports/repository.ts';
import type { Checkouts } from './checkouts.ts';
import { formatCommit, parseCommit } from './commits.ts';
import type { LayeredCheckouts } from './layered-checkouts.ts';
import { blobId, commitId, treeId } from './object-id.ts';
import type { ObjectReader } from './object-reader.ts';
import type { ObjectWriter } from './object-writer.ts';
import type { TipSource } from './refs.ts';
import type { TreeBuilder } from './tree-builder.ts';
import { GITLINK, isDirectory, type TreeEntry } from './tree-object.ts';
import type { TreeWriter } from './tree-writer.ts';
import type { Trees } from './trees.ts';

export interface Parts {
  readonly refs: TipSource;
  readonly reader: ObjectReader;
  readonly writer: ObjectWriter;
  readonly trees: Trees;
  readonly builder: TreeBuilder;
  readonly treeWriter: TreeWriter;
  readonly copies: Checkouts;
  readonly layered: LayeredCheckouts;
}

/** The repository port over git's object database: no index, no work tree, cost by what changed. */
export class GitRepository implements Repository {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async tip(): Promise<Tip> {
    const { id, bytes } = await this.#parts.refs.tipObject();
    const { tree, committedAt } = parseCommit(bytes);
    return { commit: commitId(id), tree: treeId(tree), committedAt };
  }

  async snapshot(tree: TreeId, paths: readonly Path[]): Promise<Snapshot> {
    const [top, found] = await Promise.all([this.#directory(tree), this.#parts.trees.find(tree, paths)]);
    const standings = await Promise.all(
      [...found].map(async ([path, entry]) => [path as Path, await this.#standing(entry)] as const),
    );
    return new Map([[TOP, top], ...standings]);
  }

  buildTree(base: TreeId, files: readonly FileChange[]): Promise<TreeId> {
    return this.#parts.builder.build(base, files);
  }

  async commit(draft: CommitDraft): Promise<CommitId> {
    const [id = ''] = await this.#parts.writer.write([{ type: 'commit', content: formatCommit(draft) }]);
    return commitId(id);
  }

  async checkout(tree: TreeId, form: CheckoutForm = 'copy'): Promise<Checkout> {
    const { copies, layered } = this.#parts;
    return (form === 'layers' && (await layered.make(tree))) || copies.make(tree);
  }

  async close(): Promise<void> {
    const { treeWriter, copies, layered, reader } = this.#parts;
    treeWriter.stop();
    await Promise.all([reader.close(), copies.settled(), layered.settled()]);
    await treeWriter.close();
  }

  async #directory(tree: string): Promise<Standing> {
    return { kind: 'directory', names: [...(await this.#parts.trees.entries(tree)).keys()] };
  }

  async #standing(entry: TreeEntry | null): Promise<Standing> {
    if (!entry) return { kind: 'absent' };
    if (isDirectory(entry)) return this.#directory(entry.id);
    if (entry.mode === GITLINK) return { kind: 'gitlink' };
    const { bytes } = await this.#parts.reader.require(entry.id, 'blob');
    return { kind: 'file', mode: fileMode(entry.mode), blob: blobId(entry.id), bytes };
  }
}

/** Old repositories hold modes such as 100664; to git they are plain files too. */
function fileMode(mode: string): FileMode {
  if (mode === '120000') return '120000';
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755';
}
