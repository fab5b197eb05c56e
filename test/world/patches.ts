import { sha256 } from '../../src/core/digest.ts';
import { patchId } from '../../src/core/patch/id.ts';
import { NOTHING_SPENT, type Patch } from '../../src/core/patch/patch.ts';
import { NO_TERMS } from '../../src/core/patch/terms.ts';

/** A patch as it is right after acceptance. */
export function aPatch(): Patch {
  return {
    id: patchId('01JDB0000000000000000000AA'),
    seq: 1,
    workspace: 'main',
    title: 'Change 1 file',
    author: 'someone',
    origin: 'http',
    format: 'git-diff',
    digest: sha256('body'),
    size: 4,
    externalId: null,
    idempotencyKey: null,
    lineage: null,
    series: null,
    merge: 'never',
    terms: NO_TERMS,
    acceptedAt: 1_000,
    version: 1,
    state: { name: 'queued', notBefore: null, spent: NOTHING_SPENT },
    executedAt: null,
  };
}
