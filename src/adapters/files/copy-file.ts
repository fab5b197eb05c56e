import { createReadStream } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail } from '../../core/errors.ts';
import { unfinishedFile } from '../../platform/unfinished-file.ts';
import { syncDirectory } from './atomic-write.ts';
import { hasCode } from './missing.ts';

/** A patch of the largest size, in base64, with all that is said of it. A longer line is of something else. */
const LONGEST_LINE = 64 * 1024 * 1024;

type Write = (text: string) => Promise<void>;

/**
 * Gives `fill` a new file, readable by its owner alone, which gets its name once it is complete and on disk, and never
 * takes that of another.
 * @throws GhostError input_invalid where the name is taken; whatever `fill` throws, and then there is no file
 */
export async function writeCopyFile<T>(path: string, fill: (write: Write) => Promise<T>): Promise<T> {
  const unfinished = unfinishedFile(path);
  try {
    const file = await open(unfinished, 'wx', 0o600).catch((error) => refuse(path, error));
    try {
      const filled = await fill(async (text) => void (await file.appendFile(text)));
      await file.sync();
      await link(unfinished, path).catch((error) => refuse(path, error));
      return filled;
    } finally {
      await file.close();
    }
  } finally {
    await rm(unfinished, { force: true });
    await syncDirectory(dirname(resolve(path))).catch(() => undefined);
  }
}

function refuse(path: string, error: unknown): never {
  // What follows in node's words is the name of the unfinished file.
  const [why] = `${error instanceof Error ? error.message : error}`.split(',');
  const problem = hasCode(error, 'EEXIST')
    ? `${path} is there already; name a new file`
    : `${path} cannot be written (${why}); name a file in a folder that can be written to`;
  throw fail('input_invalid', { where: 'FILE', problem }, { cause: error });
}

/** @throws GhostError file_unreadable */
export async function* readCopyFile(path: string): AsyncGenerator<string> {
  try {
    yield* linesOf(createReadStream(path));
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw fail('file_unreadable', { path, problem: error.message }, { cause: error });
  }
}

/** Lines of UTF-8, without their ends, as they come. What is behind the last end counts as a line too. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let open: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield textOf([...open, rest.subarray(0, end)]);
      [open, length, rest] = [[], 0, rest.subarray(end + 1)];
    }
    open.push(rest);
    length += rest.length;
    if (length > LONGEST_LINE) throw foreign(`it has a line of more than ${LONGEST_LINE} bytes`);
  }
  if (length > 0) yield textOf(open);
}

function textOf(parts: readonly Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch {
    throw foreign('it is no UTF-8');
  }
}

function foreign(what: string) {
  return fail('input_invalid', {
    where: 'FILE',
    problem: `${what}: it is no copy of a ledger; nothing was imported`,
  });
}
