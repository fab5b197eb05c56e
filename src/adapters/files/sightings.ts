import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/errors.ts';
import type { Sighting, Sightings } from '../../ports/trust.ts';
import { atomicWrite } from './atomic-write.ts';
import { nullIfMissing } from './missing.ts';
import { underLock } from './under-lock.ts';

const NOTHING: Sighting = { trust: null, checkpoint: null, published: null, origin: null, verified: null };

/** `seen.json`: one object by name. It is for people to keep: whoever removes it trusts what comes next as if it were the first. */
export function fileSightings(directory: string): Sightings {
  const file = join(directory, 'seen.json');
  const readAll = async () => parsed((await nullIfMissing(readFile(file, 'utf8'))) ?? '{}', file);
  return {
    find: async (name) => ({ ...NOTHING, ...(await readAll())[name] }),
    keep: (name, seen) =>
      underLock(file, async () => {
        const all = await readAll();
        const after = { ...all, [name]: { ...NOTHING, ...all[name], ...seen } };
        await atomicWrite(file, `${JSON.stringify(after, null, 2)}\n`);
      }),
  };
}

/** @throws GhostError integrity_broken: nothing is taken for seen, nor for not seen, in a file that nobody can read */
function parsed(text: string, file: string): Readonly<Record<string, Partial<Sighting>>> {
  try {
    const data: unknown = JSON.parse(text);
    if (data !== null && typeof data === 'object' && !Array.isArray(data)) return { ...data };
  } catch {
    // Told below: a parser's words are about bytes, not about what was seen.
  }
  throw fail('integrity_broken', { problem: `${file} does not tell what was seen` });
}
