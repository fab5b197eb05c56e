import type { Json } from '../json.ts';
import { type EntryDraft, SYSTEM_CHAIN } from './entry.ts';

/** What was removed of the outputs of checks, in words of counts: their digests stand in the entries of their patches. */
export interface PrunedOutputs {
  /** Older than is kept. */
  readonly old: number;
  /** That no entry names. */
  readonly unnamed: number;
  /** On disk, of both. */
  readonly bytes: number;
  /** Patches whose runs are forgotten, with the times at which what they printed came. */
  readonly patches: number;
}

/** @param before outputs that were kept before this time, milliseconds since 1970, were old; null where none ever is */
export function outputsPruned(
  pruned: PrunedOutputs,
  { at, actor, before }: { readonly at: number; readonly actor: string; readonly before: number | null },
): EntryDraft {
  const data: Json = { ...pruned, before };
  return { chain: SYSTEM_CHAIN, at, actor, type: 'outputs.pruned', subject: 'outputs', data };
}
