import type { Needs } from '../../app/needs.ts';
import { canonicalJson } from '../../core/json.ts';

/** What authors and operators change about a line, as one text to compare; null while it cannot be read. */
export async function lineStanding(
  { ledger, workspaces }: Pick<Needs, 'ledger' | 'workspaces'>,
  name: string,
): Promise<string | null> {
  try {
    const [{ head, queued, held }, workspace] = await Promise.all([ledger.line(name), workspaces.find(name)]);
    return canonicalJson({ head: head?.id ?? null, queued, held: held.map(({ id }) => id), workspace });
  } catch {
    return null;
  }
}
