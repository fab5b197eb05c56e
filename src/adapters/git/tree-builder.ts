import type { FileChange } from '../../core/change/change.ts';
import type { FileMode, TreeId } from '../../core/git.ts';
import { framed, idOf, type ObjectFormat, treeId } from './object-id.ts';
import type { NewObject, ObjectWriter } from './object-writer.ts';
import { DIRECTORY, formatTree, isDirectory, type TreeEntry } from './tree-object.ts';
import type { TreeEntries, Trees } from './trees.ts';

type After = FileChange['after'];

/** Changed paths as a tree of names. A name may be both: a directory that goes away and the file that replaces it. */
interface Branching {
  readonly children: Map<string, Branching>;
  /** undefined: nothing happens to a file of this name itself. */
  file: After | undefined;
}

/** What has to be written, and the entries of the trees among it. */
interface Fresh {
  readonly objects: NewObject[];
  readonly trees: Map<string, TreeEntries>;
}

/** Rebuilds only the directories that `files` touch; each is read once, and all that is new is written in one batch. */
export class TreeBuilder {
  readonly #trees: Trees;
  readonly #writer: ObjectWriter;
  readonly #format: ObjectFormat;

  constructor(trees: Trees, writer: ObjectWriter, format: ObjectFormat) {
    this.#trees = trees;
    this.#writer = writer;
    this.#format = format;
  }

  /** `base` with `files` changed, durable. @throws TypeError when a file would stand where files remain below it */
  async build(base: TreeId, files: readonly FileChange[]): Promise<TreeId> {
    const { id, fresh } = await this.#changed(base, files);
    await this.#writer.write(fresh.objects);
    // The next patch starts from here.
    for (const [tree, entries] of fresh.trees) this.#trees.keep(tree, entries);
    return id;
  }

  /** The id that `build` would answer. Nothing is written. */
  async idOf(base: TreeId, files: readonly FileChange[]): Promise<TreeId> {
    return (await this.#changed(base, files)).id;
  }

  async #changed(base: TreeId, files: readonly FileChange[]): Promise<{ id: TreeId; fresh: Fresh }> {
    const fresh: Fresh = { objects: [], trees: new Map() };
    const root = await this.#rebuild(base, branching(files), fresh);
    const id = root ?? this.#add(fresh, { type: 'tree', content: new Uint8Array() });
    return { id: treeId(id), fresh };
  }

  /** Id of the changed directory, or null when nothing is left in it. */
  async #rebuild(tree: string | null, changes: Branching, fresh: Fresh): Promise<string | null> {
    // Awaited also where there is nothing to read: the call stack must not grow with the depth of a new path.
    const entries = new Map(await (tree === null ? [] : this.#trees.entries(tree)));
    const outcomes = await Promise.all(
      [...changes.children].map(async ([name, change]) => ({
        name,
        entry: await this.#entry(name, entries.get(name), change, fresh),
      })),
    );
    for (const { name, entry } of outcomes) {
      if (entry) entries.set(name, entry);
      else entries.delete(name);
    }
    if (entries.size === 0) return null;
    const id = this.#add(fresh, { type: 'tree', content: formatTree(entries.values()) });
    fresh.trees.set(id, entries);
    return id;
  }

  async #entry(
    name: string,
    standing: TreeEntry | undefined,
    change: Branching,
    fresh: Fresh,
  ): Promise<TreeEntry | null> {
    const directory = standing && isDirectory(standing) ? standing.id : null;
    const below =
      change.children.size > 0 || (directory !== null && change.file)
        ? await this.#rebuild(directory, change, fresh)
        : directory;
    const keptFile = standing !== undefined && directory === null && change.file === undefined;
    if (below !== null && (change.file || keptFile)) {
      throw new TypeError(`${name} would be a file and a directory`);
    }
    if (below !== null) return { mode: DIRECTORY, name, id: below };
    if (change.file) return this.#file(name, change.file, fresh);
    return change.file === null || directory !== null ? null : (standing ?? null);
  }

  #file(name: string, after: { mode: FileMode; bytes: Uint8Array }, fresh: Fresh): TreeEntry {
    return { mode: after.mode, name, id: this.#add(fresh, { type: 'blob', content: after.bytes }) };
  }

  #add(fresh: Fresh, object: NewObject): string {
    fresh.objects.push(object);
    return idOf(this.#format, framed(object.type, object.content));
  }
}

function branching(files: readonly FileChange[]): Branching {
  const root: Branching = { children: new Map(), file: undefined };
  for (const { path, after } of files) {
    let at = root;
    for (const name of path.split('/')) {
      const next = at.children.get(name) ?? { children: new Map(), file: undefined };
      at.children.set(name, next);
      at = next;
    }
    at.file = after;
  }
  return root;
}
