import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail } from '../core/errors.ts';
import type { CliHost } from './host.ts';

/** The bytes of a patch: of a file, or of standard input for `-`. @throws GhostError file_unreadable */
export async function readPatch(host: Pick<CliHost, 'stdin' | 'cwd'>, file: string): Promise<Uint8Array> {
  if (file === '-') return collect(host.stdin);
  try {
    return await readFile(resolve(host.cwd, file));
  } catch (error) {
    throw fail('file_unreadable', { path: file, problem: whyUnreadable(error) });
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'permission denied';
  return error instanceof Error ? error.message : String(error);
}
