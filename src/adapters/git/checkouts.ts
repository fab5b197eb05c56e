import { lchownSync, readdirSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeId } from '../../core/git.ts';
import { removeTree } from '../../platform/remove-tree.ts';
import type { Checkout } from '../../ports/repository.ts';
import type { ObjectFormat } from './object-id.ts';
import { git, runTool } from './run-git.ts';

export interface CheckoutParts {
  readonly searchPath: string;
  /** The repository's object directory, read and never written. */
  readonly objects: string;
  readonly format: ObjectFormat;
  /** Ours alone; removed when closed. */
  readonly directory: string;
  /** Who owns the files of a checkout, when we are root and checks run as somebody else. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** A copy that nobody but git has touched, with the index that describes it. */
interface Copy {
  readonly tree: string;
  readonly path: string;
  readonly index: string;
}

/** So many files and folders are written anew in less time than it takes to start a process for them. */
const FEW = 200;

const SLASH = Buffer.from('/');

/** Wins over every .gitattributes of a tree, so that files are written byte for byte as stored. */
const ATTRIBUTES = '* -text -filter -ident -eol -working-tree-encoding -diff -merge\n';

/**
 * Copies of trees on disk, written through a git directory of our own: the repository lends its objects and nothing
 * else, so neither its configuration nor its hooks are ever read. While a checkout of many files is given back, a spare is
 * made of the same tree; the next one is that spare with what changed brought up to date. No copy is handed out twice.
 */
export class Checkouts {
  readonly #parts: CheckoutParts;
  readonly #stop = new AbortController();
  #ready: Promise<void> | null = null;
  #spare: Promise<Copy | null> = Promise.resolve(null);
  #count = 0;

  constructor(parts: CheckoutParts) {
    this.#parts = parts;
  }

  async make(tree: TreeId): Promise<Checkout> {
    this.#ready ??= this.#prepare();
    await this.#ready;
    const spare = this.#takeSpare();
    const copy = await this.#write(tree, (await spare) ?? (await this.#empty()));
    await rm(copy.index, { force: true });
    const few = fewIn(copy.path);
    await this.#giveAway(copy.path, few);
    return { path: copy.path, remove: () => this.#remove(copy, few === null ? 'spare' : 'no spare') };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#spare;
    await removeTree(this.#parts.directory, this.#parts.searchPath);
  }

  #takeSpare(): Promise<Copy | null> {
    const spare = this.#spare;
    this.#spare = Promise.resolve(null);
    return spare;
  }

  async #remove(copy: Copy, then: 'spare' | 'no spare'): Promise<void> {
    await removeTree(copy.path, this.#parts.searchPath);
    if (this.#stop.signal.aborted || then === 'no spare') return;
    const kept = this.#takeSpare();
    this.#spare = kept.then((spare) => spare ?? this.#makeSpare(copy.tree));
  }

  /** A spare only saves time: when it cannot be made there is none, and the next checkout says what is wrong. */
  async #makeSpare(tree: string): Promise<Copy | null> {
    const copy = await this.#empty().catch(() => null);
    if (!copy) return null;
    return this.#write(tree, copy).catch(() => null);
  }

  async #empty(): Promise<Copy> {
    this.#count += 1;
    const path = join(this.#parts.directory, `${this.#count}`);
    await mkdir(path);
    return { tree: '', path, index: `${path}.index` };
  }

  async #write(tree: string, copy: Copy): Promise<Copy> {
    const { searchPath, objects, directory } = this.#parts;
    const place = { searchPath, gitDir: join(directory, 'git'), workTree: copy.path };
    const environment = { GIT_INDEX_FILE: copy.index, GIT_OBJECT_DIRECTORY: objects };
    try {
      const args = ['read-tree', '-m', '-u', '--no-recurse-submodules', tree];
      await git(place, args, { environment, signal: this.#stop.signal });
    } catch (error) {
      await removeTree(copy.path, searchPath);
      throw error;
    }
    return { ...copy, tree };
  }

  async #giveAway(path: string, few: readonly Buffer[] | null): Promise<void> {
    const { owner, searchPath } = this.#parts;
    await chmod(path, 0o755);
    if (!owner) return;
    if (few) {
      for (const name of few) lchownSync(name, owner.uid, owner.gid);
      return;
    }
    const args = ['-R', '-P', '--no-dereference', '--', `${owner.uid}:${owner.gid}`, path];
    const tool = { file: 'chown', args, name: 'chown of a checkout' };
    const { exitCode, stderr } = await runTool(tool, { environment: { PATH: searchPath, LC_ALL: 'C' } });
    if (exitCode !== 0) throw new Error(`chown ended with ${exitCode}: ${stderr}`);
  }

  async #prepare(): Promise<void> {
    const { directory, format } = this.#parts;
    const gitDir = join(directory, 'git');
    await mkdir(directory, { mode: 0o711 });
    await mkdir(join(gitDir, 'info'), { recursive: true, mode: 0o700 });
    await mkdir(join(gitDir, 'refs'));
    const version = format.name === 'sha1' ? 0 : 1;
    const extensions = format.name === 'sha1' ? '' : `[extensions]\n\tobjectFormat = ${format.name}\n`;
    await writeFile(join(gitDir, 'config'), `[core]\n\trepositoryFormatVersion = ${version}\n${extensions}`);
    await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
    await writeFile(join(gitDir, 'info', 'attributes'), ATTRIBUTES);
  }
}

/**
 * A folder and all that is in it, or null where that is more than a few. For a copy that only git has written to: names are
 * bytes, as git has them, and no link is followed.
 */
function fewIn(root: string): readonly Buffer[] | null {
  const found = [{ path: Buffer.from(root), isDirectory: true }];
  for (const { path, isDirectory } of found) {
    if (!isDirectory) continue;
    for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' })) {
      const inside = Buffer.concat([path, SLASH, entry.name]);
      found.push({ path: inside, isDirectory: entry.isDirectory() });
    }
    if (found.length > FEW) return null;
  }
  return found.map(({ path }) => path);
}
