import type { Needs } from './needs.ts';

/** Who was let in front of the ledger for a workspace. Times are RFC 3339 in UTC, by the clock of the store. */
export type AdmissionView =
  | { readonly kind: 'admitted'; readonly key: string; readonly owner: string; readonly expiresAt: string }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'unknown'; readonly problem: string };

/** Null where nothing stands in front of the ledger. Never throws: a store that is gone is an answer. */
export async function whoIsIn(
  { admission }: Pick<Needs, 'admission'>,
  workspace: string,
): Promise<AdmissionView | null> {
  if (admission === null) return null;
  try {
    const inside = await admission.find(workspace);
    if (inside === null) return { kind: 'nobody' };
    const { key, owner, expiresAt } = inside;
    return { kind: 'admitted', key, owner, expiresAt: new Date(expiresAt).toISOString() };
  } catch (error) {
    return { kind: 'unknown', problem: error instanceof Error ? error.message : String(error) };
  }
}
