import type { Entry, EntryDraft } from '../../../core/ledger/entry.ts';
import { type Operation, wantOf } from './operation.ts';

export function appending(draft: EntryDraft): Operation<Entry> {
  return { wants: [wantOf('heads', draft.chain)], decide: (view) => view.append(draft) };
}
