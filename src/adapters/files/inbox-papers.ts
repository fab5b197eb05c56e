import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Told } from '../../ports/inbox.ts';
import { syncDirectory } from './atomic-write.ts';
import { nullIfMissing } from './missing.ts';

/** More files of one name than anybody means to keep. */
const MOST_OF_A_NAME = 10_000;

/**
 * Writes papers for a file into `folder` and gives the name that the file shall have there: one under which neither a file
 * nor any of its papers stands. The first paper takes the name. A paper with the same key and no file beside it is one of
 * our own, left by a process that died before it moved the file.
 */
export async function takeName(folder: string, name: string, { key, papers }: Told): Promise<string> {
  for (let n = 1; n <= MOST_OF_A_NAME; n++) {
    const chosen = n === 1 ? name : `${name}.${n}`;
    if (await standsAt(join(folder, chosen))) continue;
    const missing = await missingOf(papersOf(folder, chosen, papers), key);
    if (missing === null) continue;
    for (const [path, content] of missing) await createWhole(path, content);
    return chosen;
  }
  throw new Error(`${folder} holds ${MOST_OF_A_NAME} files named ${name}`);
}

/** Removes what processes that died have left of papers. */
export async function sweepPapers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (UNFINISHED.test(name) && (await ownText(path)) !== null) await rm(path, { force: true });
  }
}

type Papers = Told['papers'];

function papersOf(folder: string, chosen: string, papers: Papers): Papers {
  return papers.map(([ending, content]) => [join(folder, `${chosen}${ending}`), content]);
}

/** The papers that have still to be made; null where something else stands in the place of one. */
async function missingOf(papers: Papers, key: string): Promise<Papers | null> {
  const missing: Papers[number][] = [];
  for (const [at, paper] of papers.entries()) {
    const [path, content] = paper;
    if (!(await standsAt(path))) missing.push(paper);
    else {
      const text = await ownText(path);
      // The first one names the file by its key, and may tell of it in other words by now.
      const isOurs = text !== null && (at === 0 ? keyIn(text) === key : text === content);
      if (!isOurs) return null;
    }
  }
  return missing;
}

async function standsAt(path: string): Promise<boolean> {
  return (await nullIfMissing(lstat(path))) !== null;
}

/** A link in its place is not followed, and a pipe does not block. */
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What this user wrote there; null for whatever else stands there. */
async function ownText(path: string): Promise<string | null> {
  const file = await open(path, READING).catch(() => null);
  if (file === null) return null;
  try {
    const stats = await file.stat();
    const isOwn = stats.isFile() && (process.getuid === undefined || stats.uid === process.getuid());
    return isOwn ? await file.readFile('utf8') : null;
  } finally {
    await file.close();
  }
}

function keyIn(text: string): string | null {
  try {
    const told: unknown = JSON.parse(text);
    return told !== null && typeof told === 'object' && 'key' in told ? String(told.key) : null;
  } catch {
    return null;
  }
}

const UNFINISHED = /^\.paper-[0-9a-f-]{36}\.tmp$/;

/**
 * The content is durable before it has a name, and never takes the place of another. It is written under a name that
 * nobody can foresee and that must be new: whoever may write there could have put a link under any other.
 * @throws Error EEXIST where something stands under the name by now
 */
async function createWhole(path: string, content: string): Promise<void> {
  const temporary = join(dirname(path), `.paper-${randomUUID()}.tmp`);
  try {
    await writeDurably(temporary, content);
    await link(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncDirectory(dirname(path));
}

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
