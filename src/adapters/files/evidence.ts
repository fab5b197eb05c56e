import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Sha256, sha256 } from '../../core/digest.ts';
import type { PatchId } from '../../core/patch/id.ts';
import type { EvidenceStore } from '../../ports/evidence-store.ts';
import { atomicWrite } from './atomic-write.ts';
import { nullIfMissing } from './missing.ts';

/** Bundles as `<patch>.<sha256>.jsonl`, so that each can be checked by its name. */
export function fileEvidence(directory: string): EvidenceStore {
  const fileOf = (patch: PatchId, digest: Sha256) => join(directory, `${patch}.${digest}.jsonl`);
  return {
    keep: async (patch, bundle) => {
      const digest = sha256(bundle);
      await atomicWrite(fileOf(patch, digest), bundle);
      return digest;
    },
    read: (patch, digest) => nullIfMissing(readFile(fileOf(patch, digest))),
  };
}
