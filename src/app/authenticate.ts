import { fail } from '../core/errors.ts';
import type { Role } from '../core/role.ts';
import type { Needs } from './needs.ts';

export interface Identity {
  /** Of the token. */
  readonly id: string;
  readonly subject: string;
  readonly role: Role;
}

/** Who a bearer token speaks for. The register is asked every time, so that a revocation counts at once. @throws GhostError token_invalid */
export async function authenticate(
  needs: Pick<Needs, 'signer' | 'tokens'>,
  bearer: string,
): Promise<Identity> {
  const verified = await needs.signer.verify(bearer);
  if (verified.kind === 'refused') throw fail('token_invalid', { problem: verified.problem });
  const record = await needs.tokens.find(verified.id);
  if (record === null) throw fail('token_invalid', { problem: 'this installation did not issue it' });
  if (record.revokedAt !== null)
    throw fail('token_invalid', { problem: `it was revoked at ${new Date(record.revokedAt).toISOString()}` });
  return { id: record.id, subject: record.subject, role: record.role };
}
