import type { Path } from '../../core/git.ts';
import type { ObjectReader } from './object-reader.ts';
import { isDirectory, parseTree, type TreeEntry } from './tree-object.ts';

export type TreeEntries = ReadonlyMap<string, TreeEntry>;

const CACHED = 256;
/** Of all trees that are kept: about 25 MB. A folder of ten thousand files would else be kept in 256 versions. */
const CACHED_ENTRIES = 100_000;

/** Reads trees and finds paths in them. Trees never change, so the ones read last are kept. */
export class Trees {
  readonly #reader: ObjectReader;
  readonly #width: number;
  readonly #cache = new Map<string, Promise<TreeEntries>>();
  readonly #sizes = new Map<string, number>();
  #entries = 0;

  constructor(reader: ObjectReader, width: number) {
    this.#reader = reader;
    this.#width = width;
  }

  /** By name; not to be changed by the caller. */
  entries(tree: string): Promise<TreeEntries> {
    const cached = this.#cache.get(tree);
    if (cached) return cached;
    const read = this.#read(tree);
    this.#remember(tree, read);
    read.catch(() => this.#forget(tree));
    return read;
  }

  /** Entries of a tree that was just written. */
  keep(tree: string, entries: TreeEntries): void {
    this.#remember(tree, Promise.resolve(entries));
  }

  #remember(tree: string, entries: Promise<TreeEntries>): void {
    this.#forget(tree);
    this.#cache.set(tree, entries);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED && oldest) this.#forget(oldest);
    entries.then(({ size }) => this.#count(tree, size)).catch(() => undefined);
  }

  #count(tree: string, size: number): void {
    if (!this.#cache.has(tree) || this.#sizes.has(tree)) return;
    this.#sizes.set(tree, size);
    this.#entries += size;
    for (const oldest of this.#cache.keys()) {
      if (this.#entries <= CACHED_ENTRIES || oldest === tree) return;
      this.#forget(oldest);
    }
  }

  #forget(tree: string): void {
    this.#cache.delete(tree);
    this.#entries -= this.#sizes.get(tree) ?? 0;
    this.#sizes.delete(tree);
  }

  /** What stands at each path and at every directory above it; null for nothing. */
  async find(tree: string, paths: readonly Path[]): Promise<ReadonlyMap<string, TreeEntry | null>> {
    const found = new Map<string, TreeEntry | null>();
    const wanted = [...withParents(paths)].sort((a, b) => depth(a) - depth(b));
    for (const level of groupByDepth(wanted)) {
      await Promise.all(
        level.map(async (path) => {
          found.set(path, await this.#entryAt(tree, path, found));
        }),
      );
    }
    return found;
  }

  async #entryAt(
    tree: string,
    path: string,
    above: ReadonlyMap<string, TreeEntry | null>,
  ): Promise<TreeEntry | null> {
    const cut = path.lastIndexOf('/');
    const parent = cut < 0 ? undefined : above.get(path.slice(0, cut));
    if (cut >= 0 && !(parent && isDirectory(parent))) return null;
    const entries = await this.entries(parent?.id ?? tree);
    return entries.get(path.slice(cut + 1)) ?? null;
  }

  async #read(tree: string): Promise<TreeEntries> {
    return parseTree((await this.#reader.require(tree, 'tree')).bytes, this.#width);
  }
}

function withParents(paths: readonly Path[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths) {
    for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) all.add(path.slice(0, at));
  }
  return all;
}

function groupByDepth(paths: readonly string[]): string[][] {
  const levels: string[][] = [];
  for (const path of paths) {
    const level = levels[depth(path)];
    if (level) level.push(path);
    else levels[depth(path)] = [path];
  }
  return levels;
}

function depth(path: string): number {
  return path.split('/').length - 1;
}
