import { lchownSync, readdirSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../../platform/remove-tree.ts';
import type { ObjectFormat } from './object-id.ts';
import { git, runTool } from './run-git.ts';

export interface TreeWriterParts {
  readonly searchPath: string;
  /** The repository's object directory, read and never written. */
  readonly objects: string;
  readonly format: ObjectFormat;
  /** Ours alone; removed when closed. */
  readonly directory: string;
  /** Who owns the files of a checkout, when we are root and checks run as somebody else. */
  readonly owner: Owner | null;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A copy that nobody but git has touched, with the index that describes it. */
export interface Copy {
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
 * Writes trees to disk through a git directory of our own: the repository lends its objects and nothing else, so neither its
 * configuration nor its hooks are ever read.
 */
export class TreeWriter {
  readonly #parts: TreeWriterParts;
  readonly #stop = new AbortController();
  #ready: Promise<void> | null = null;
  #count = 0;

  constructor(parts: TreeWriterParts) {
    this.#parts = parts;
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  get owner(): Owner | null {
    return this.#parts.owner;
  }

  /** A path that is not there yet, in a folder that others may pass through and not look into. */
  async nextPath(): Promise<string> {
    this.#ready ??= this.#prepare();
    await this.#ready;
    this.#count += 1;
    return join(this.#parts.directory, `${this.#count}`);
  }

  async empty(): Promise<Copy> {
    const path = await this.nextPath();
    await mkdir(path);
    return { tree: '', path, index: `${path}.index` };
  }

  /** Brings a copy to `tree`; one that this fails on is removed. */
  async write(tree: string, copy: Copy): Promise<Copy> {
    const { searchPath, objects, directory } = this.#parts;
    const place = { searchPath, gitDir: join(directory, 'git'), workTree: copy.path };
    const environment = { GIT_INDEX_FILE: copy.index, GIT_OBJECT_DIRECTORY: objects };
    try {
      const args = ['read-tree', '-m', '-u', '--no-recurse-submodules', tree];
      await git(place, args, { environment, signal: this.#stop.signal });
    } catch (error) {
      await this.remove(copy.path);
      await rm(copy.index, { force: true });
      throw error;
    }
    return { ...copy, tree };
  }

  /** Makes a copy its owner's. Says whether it is one of many files. */
  async giveAway(path: string): Promise<'few' | 'many'> {
    const { owner, searchPath } = this.#parts;
    const few = fewIn(path);
    await chmod(path, 0o755);
    if (owner && few) {
      for (const name of few) lchownSync(name, owner.uid, owner.gid);
    } else if (owner) {
      const args = ['-R', '-P', '--no-dereference', '--', `${owner.uid}:${owner.gid}`, path];
      const tool = { file: 'chown', args, name: 'chown of a checkout' };
      const { exitCode, stderr } = await runTool(tool, { environment: { PATH: searchPath, LC_ALL: 'C' } });
      if (exitCode !== 0) throw new Error(`chown ended with ${exitCode}: ${stderr}`);
    }
    return few ? 'few' : 'many';
  }

  remove(path: string): Promise<void> {
    return removeTree(path, this.#parts.searchPath);
  }

  /** Breaks off what is being written. */
  stop(): void {
    this.#stop.abort();
  }

  async close(): Promise<void> {
    this.stop();
    await this.remove(this.#parts.directory);
  }

  async #prepare(): Promise<void> {
    const { directory, format } = this.#parts;
    const gitDir = join(directory, 'git');
    await mkdir(directory, { mode: 0o711 });
    await mkdir(join(gitDir, 'info'), { recursive: true, mode: 0o700 });
    await mkdir(join(gitDir, 'refs'));
    await writeFile(join(gitDir, 'config'), configuration(format));
    await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
    await writeFile(join(gitDir, 'info', 'attributes'), ATTRIBUTES);
  }
}

/** Giving files away changes their owner and their ctime, and they are still what git wrote. */
function configuration({ name }: ObjectFormat): string {
  const version = name === 'sha1' ? 0 : 1;
  const extensions = name === 'sha1' ? '' : `[extensions]\n\tobjectFormat = ${name}\n`;
  return `[core]\n\trepositoryFormatVersion = ${version}\n\ttrustCtime = false\n\tcheckStat = minimal\n${extensions}`;
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
