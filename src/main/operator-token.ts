import { readFileSync } from 'node:fs';
import { authenticate } from '../app/authenticate.ts';
import { issueToken } from '../app/issue-token.ts';
import type { Needs } from '../app/needs.ts';
import { GhostError } from '../core/errors.ts';
import { replaceFile } from '../platform/replace-file.ts';
import type { Home } from './home.ts';

const DAY_MS = 24 * 3_600_000;
const TTL_MS = 30 * DAY_MS;
/** An older token is replaced, so that one which was found at start lasts for a while. */
const RENEW_BEFORE_MS = 7 * DAY_MS;
const MODE = 0o600;
/** Whoever can read it can open the ledger beside it and issue every role: a lower one would keep nobody out. */
const ROLE = 'admin';

/** Leaves a valid token with the operator's own rights for the command line of this machine, and keeps the one that is there while it holds. */
export async function ensureOperatorToken(needs: Needs, home: Home): Promise<void> {
  if (await holds(needs, readOperatorToken(home))) return;
  const request = { subject: 'operator', role: ROLE, ttlMs: TTL_MS, actor: 'system' } as const;
  const { token } = await issueToken(needs, request);
  await replaceFile(home.operatorToken, `${token}\n`, MODE);
}

/** Null when there is none that we may read. */
export function readOperatorToken(home: Home): string | null {
  try {
    return readFileSync(home.operatorToken, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

async function holds(needs: Needs, token: string | null): Promise<boolean> {
  if (token === null) return false;
  try {
    const identity = await authenticate(needs, token);
    const record = await needs.tokens.find(identity.id);
    return record?.role === ROLE && record.expiresAt - needs.clock.now() > RENEW_BEFORE_MS;
  } catch (error) {
    if (error instanceof GhostError && error.code === 'token_invalid') return false;
    throw error;
  }
}
