import { link, lstat, open, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Told } from '../../ports/inbox.ts';
import { atomicWrite, syncDirectory } from './atomic-write.ts';
import { hasCode, nullIfMissing } from './missing.ts';

/** More files of one name than anybody means to keep. */
const MOST_OF_A_NAME = 10_000;

/**
 * Writes papers for a file into `folder` and gives the name that the file shall have there. The first paper takes the
 * name: it is made whole and never in place of another. A paper with the same key and no file beside it is one of our
 * own, left by a process that died before it moved the file.
 */
export async function takeName(folder: string, name: string, { key, papers }: Told): Promise<string> {
  const [first, ...rest] = papers;
  if (first === undefined) throw new TypeError('a file is told of by one paper at least');
  for (let n = 1; n <= MOST_OF_A_NAME; n++) {
    const chosen = n === 1 ? name : `${name}.${n}`;
    const paper = join(folder, `${chosen}${first[0]}`);
    const isOurs = (await standsAt(join(folder, chosen)))
      ? false
      : (await keyIn(paper)) === key || (await createWhole(paper, first[1]));
    if (!isOurs) continue;
    for (const [ending, content] of rest) await atomicWrite(join(folder, `${chosen}${ending}`), content);
    return chosen;
  }
  throw new Error(`${folder} holds ${MOST_OF_A_NAME} files named ${name}`);
}

async function standsAt(path: string): Promise<boolean> {
  return (await nullIfMissing(lstat(path))) !== null;
}

/** Null where there is no paper, or none of ours. */
async function keyIn(paper: string): Promise<string | null> {
  const text = await nullIfMissing(readFile(paper, 'utf8'));
  try {
    const told: unknown = JSON.parse(text ?? 'null');
    return told !== null && typeof told === 'object' && 'key' in told ? String(told.key) : null;
  } catch {
    return null;
  }
}

/**
 * False where something stands under the name already. The content is durable before it has a name; what a death leaves
 * under the other one is written over by the next attempt.
 */
async function createWhole(path: string, content: string): Promise<boolean> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  try {
    await writeDurably(temporary, content);
    await link(temporary, path);
    await syncDirectory(dirname(path));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, 'w', 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
