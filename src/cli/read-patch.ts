import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail } from '../core/errors.ts';
import type { CliHost } from './host.ts';

/** The bytes of a patch: of a file, or of standard input for `-`. @throws GhostError input_invalid */
export async function readPatch(host: Pick<CliHost, 'stdin' | 'cwd'>, file: string): Promise<Uint8Array> {
  if (file === '-') return collect(host.stdin);
  try {
    return await readFile(resolve(host.cwd, file));
  } catch (error) {
    throw fail('input_invalid', {
      where: file,
      problem: error instanceof Error ? error.message : String(error),
    });
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
