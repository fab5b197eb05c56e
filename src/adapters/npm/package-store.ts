import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderNameOf, folderOwner } from '../../platform/process-folder.ts';
import { identify, isAlive } from '../../platform/process-identity.ts';
import { removeTree } from '../../platform/remove-tree.ts';
import { closeTree, digestTree, type TreeFacts } from './tree-digest.ts';

export interface StoreRules {
  /** Beyond so many bytes those used least lately go. */
  readonly mostBytes: number;
  /** One used so lately may still be in use. */
  readonly inUseMs: number;
}

const FACTS = 'whole.json';
const MODULES = 'node_modules';
const BEGUN = 'begun-';
const SEARCH_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Installed packages as folders named by what they were made of. One that has its name is whole. */
export class PackageStore {
  readonly #directory: string;
  readonly #rules: StoreRules;
  /** Held to their contents once by this process: a power loss may have taken some of them. */
  readonly #verified = new Set<string>();

  constructor(directory: string, rules: StoreRules) {
    this.#directory = directory;
    this.#rules = rules;
  }

  /** A place of its own for an installation; what dead processes left of theirs is taken away. */
  async begin(): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: 0o755 });
    for (const name of await readdir(this.#directory)) {
      const owner = folderOwner(name.split('.')[0] ?? '', BEGUN);
      if (owner !== null && !isAlive(owner)) await removeTree(join(this.#directory, name), SEARCH_PATH);
    }
    const own = identify(process.pid);
    const folder = join(this.#directory, `${own ? folderNameOf(own, BEGUN) : BEGUN}.${randomUUID()}`);
    await mkdir(folder, { mode: 0o755 });
    return folder;
  }

  /** Null where it is not there. One that is not whole is taken away. */
  async find(key: string): Promise<string | null> {
    const folder = join(this.#directory, key);
    const facts = await readFacts(folder);
    if (facts === null) return null;
    const modules = join(folder, MODULES);
    if (!this.#verified.has(key)) {
      const found = await digestTree(modules).catch(() => null);
      if (found?.sha256 !== facts.sha256) {
        await this.#remove(key);
        return null;
      }
      this.#verified.add(key);
    }
    const now = new Date();
    await utimes(folder, now, now);
    return modules;
  }

  /** Keeps the `node_modules` of a place under `key`, read-only. Where another was faster, that one counts. */
  async keep(begun: string, key: string): Promise<string> {
    const entry = join(begun, 'entry');
    await mkdir(entry, { mode: 0o755 });
    await mkdir(join(begun, MODULES), { recursive: true });
    await rename(join(begun, MODULES), join(entry, MODULES));
    await closeTree(join(entry, MODULES));
    const facts = await digestTree(join(entry, MODULES));
    await writeFile(join(entry, FACTS), JSON.stringify(facts));
    await rename(entry, join(this.#directory, key)).catch(async (error: unknown) => {
      if ((await readFacts(join(this.#directory, key))) === null) throw error;
    });
    this.#verified.add(key);
    await this.#makeRoom(key);
    return join(this.#directory, key, MODULES);
  }

  async discard(begun: string): Promise<void> {
    await removeTree(begun, SEARCH_PATH);
  }

  async #makeRoom(besides: string): Promise<void> {
    const kept = [];
    for (const key of await readdir(this.#directory)) {
      const folder = join(this.#directory, key);
      const facts = key.startsWith(BEGUN) ? null : await readFacts(folder);
      if (facts !== null) kept.push({ key, bytes: facts.bytes, usedAt: (await stat(folder)).mtimeMs });
    }
    let room = this.#rules.mostBytes - kept.reduce((sum, { bytes }) => sum + bytes, 0);
    const latest = Date.now() - this.#rules.inUseMs;
    for (const { key, bytes, usedAt } of kept.sort((one, other) => one.usedAt - other.usedAt)) {
      if (room >= 0 || usedAt > latest) return;
      if (key === besides) continue;
      await this.#remove(key);
      room += bytes;
    }
  }

  /** Out of its name at once, so that nobody finds half of it. */
  async #remove(key: string): Promise<void> {
    this.#verified.delete(key);
    const own = identify(process.pid);
    const away = join(this.#directory, `${own ? folderNameOf(own, BEGUN) : BEGUN}.${randomUUID()}`);
    await rename(join(this.#directory, key), away);
    await removeTree(away, SEARCH_PATH);
  }
}

async function readFacts(folder: string): Promise<TreeFacts | null> {
  try {
    return JSON.parse(await readFile(join(folder, FACTS), 'utf8')) as TreeFacts;
  } catch {
    return null;
  }
}
