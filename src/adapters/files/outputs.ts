import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Sha256, sha256 } from '../../core/digest.ts';
import type { KeptOutput, Outputs } from '../../ports/outputs.ts';
import { nullIfMissing } from './missing.ts';
import { OutputStore } from './output-store.ts';

/** Outputs as compressed files named by the SHA-256 of what they hold. */
export function fileOutputs(directory: string): Outputs {
  const store = new OutputStore(directory);
  return {
    keep: async (bytes) => {
      const digest = sha256(bytes);
      if (!(await store.renewWhole(digest))) await store.keep([bytes]);
      return digest;
    },
    read: (digest) => store.read(digest),
    readPart: (digest, part) => store.readPart(digest, part),
    list: () => listFiles(directory),
    remove: (digest, keptAt) => store.remove(digest, keptAt),
  };
}

async function* listFiles(directory: string): AsyncGenerator<KeptOutput> {
  for (const folder of (await nullIfMissing(readdir(directory))) ?? []) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of await readdir(join(directory, folder))) {
      const [, rest] = /^([0-9a-f]{62})(?:\.zst)?$/.exec(name) ?? [];
      const found = rest === undefined ? null : await nullIfMissing(stat(join(directory, folder, name)));
      if (found === null) continue;
      yield { digest: `${folder}${rest}` as Sha256, keptAt: found.mtimeMs, storedBytes: found.size };
    }
  }
}
