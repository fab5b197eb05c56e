import { fail } from '../core/errors.ts';
import type { TokenRecord } from '../ports/tokens.ts';
import type { Identity } from './authenticate.ts';
import type { Needs } from './needs.ts';

/** Longer than any call may take, and short enough that nobody has to revoke one. */
const VALID_FOR_MS = 60_000;
/** The clocks of two machines may differ by so much. */
const CLOCKS_DIFFER_BY_MS = 60_000;

/** What tells the tokens for one runner from those for every other and for the API. */
function audienceOf(runner: string): string {
  return `ghost-runner ${runner}`;
}

/** A token for calling one runner. It is signed and in no register: it is over before a revocation would be asked for. */
export async function callToken(
  needs: Pick<Needs, 'signer' | 'clock' | 'newUlid'>,
  { caller, runner }: { readonly caller: string; readonly runner: string },
): Promise<string> {
  const now = needs.clock.now();
  const token: TokenRecord = {
    id: `c_${needs.newUlid(now)}`,
    subject: caller,
    role: 'author',
    issuedAt: now - CLOCKS_DIFFER_BY_MS,
    expiresAt: now + VALID_FOR_MS + CLOCKS_DIFFER_BY_MS,
    issuedBy: caller,
    revokedAt: null,
  };
  return needs.signer.sign(token, audienceOf(runner));
}

/** Who calls this runner: a process of the same installation, which has its key. @throws GhostError token_invalid */
export async function authenticateCall(
  needs: Pick<Needs, 'signer'>,
  bearer: string,
  runner: string,
): Promise<Identity> {
  const verified = await needs.signer.verify(bearer, audienceOf(runner));
  if (verified.kind === 'refused') throw fail('token_invalid', { problem: verified.problem });
  const { id, subject, role } = verified;
  return { id, subject, role };
}
