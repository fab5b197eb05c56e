import { fail } from '../core/errors.ts';
import type { Role } from '../core/role.ts';
import type { TokenRecord } from '../ports/tokens.ts';
import type { Needs } from './needs.ts';

const LONGEST_TTL_MS = 366 * 24 * 3_600_000;

/** Issues a bearer token. The text is shown once and stored nowhere. @throws GhostError input_invalid */
export async function issueToken(
  needs: Pick<Needs, 'tokens' | 'signer' | 'clock' | 'newUlid'>,
  request: { readonly subject: string; readonly role: Role; readonly ttlMs: number; readonly actor: string },
): Promise<{ readonly record: TokenRecord; readonly token: string }> {
  if (!/^[\w.:@-]{1,100}$/.test(request.subject))
    throw fail('input_invalid', {
      where: 'subject',
      problem: 'expected 1 to 100 letters, digits or . : @ _ -',
    });
  if (!(request.ttlMs > 0 && request.ttlMs <= LONGEST_TTL_MS))
    throw fail('input_invalid', { where: 'ttl', problem: 'expected more than nothing and at most 366 days' });
  const issuedAt = needs.clock.now();
  const record: TokenRecord = {
    id: `t_${needs.newUlid(issuedAt)}`,
    subject: request.subject,
    role: request.role,
    issuedAt,
    expiresAt: issuedAt + request.ttlMs,
    issuedBy: request.actor,
    revokedAt: null,
  };
  await needs.tokens.add(record);
  return { record, token: await needs.signer.sign(record) };
}

/** From now on the token is refused. @throws GhostError token_unknown */
export async function revokeToken(
  needs: Pick<Needs, 'tokens' | 'clock'>,
  request: { readonly id: string; readonly actor: string },
): Promise<void> {
  const found = await needs.tokens.revoke(request.id, request.actor, needs.clock.now());
  if (!found) throw fail('token_unknown', { id: request.id });
}
