import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Sha256, sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import { sweepUnfinished, unfinishedFile } from '../../platform/unfinished-file.ts';
import type { Outputs } from '../../ports/outputs.ts';
import { atomicWrite, syncDirectory } from './atomic-write.ts';
import { nullIfMissing } from './missing.ts';

/** What a check prints is for those who may read its patch; commands of other patches run as a plain user of the same machine. */
const CLOSED = { directory: 0o700, file: 0o600 } as const;

/** Outputs as files named by their SHA-256, `ab/cdef...`, as git lays out its objects. */
export function fileOutputs(directory: string): Outputs {
  let isSwept = false;
  /** In the top folder, where one look finds what processes that were killed had begun to keep. */
  const temporaryFor = async (digest: Sha256) => {
    if (!isSwept) await sweepUnfinished(directory);
    isSwept = true;
    return unfinishedFile(join(directory, `.${digest}.${randomUUID()}`));
  };
  const pathOf = (digest: Sha256) => join(directory, digest.slice(0, 2), digest.slice(2));
  return {
    keep: async (bytes) => {
      const digest = sha256(bytes);
      const path = pathOf(digest);
      if ((await nullIfMissing(access(path))) === null) {
        await mkdir(dirname(path), { recursive: true, mode: CLOSED.directory });
        await atomicWrite(path, bytes, { mode: CLOSED.file, temporary: await temporaryFor(digest) });
        await syncDirectory(directory);
      }
      return digest;
    },
    read: async (digest) => {
      if (!/^[0-9a-f]{64}$/.test(digest)) return null;
      const bytes = await nullIfMissing(readFile(pathOf(digest)));
      if (bytes !== null && sha256(bytes) !== digest) {
        throw fail('integrity_broken', {
          problem: `${pathOf(digest)} does not have the content it is named by`,
        });
      }
      return bytes;
    },
  };
}
