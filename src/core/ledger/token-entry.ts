import type { Role } from '../role.ts';
import { type EntryDraft, SYSTEM_CHAIN } from './entry.ts';

interface IssuedToken {
  readonly id: string;
  readonly subject: string;
  readonly role: Role;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly issuedBy: string;
}

export function tokenIssued({ id, subject, role, issuedAt, expiresAt, issuedBy }: IssuedToken): EntryDraft {
  const about = { chain: SYSTEM_CHAIN, at: issuedAt, actor: issuedBy, subject: id };
  return { ...about, type: 'token.issued', data: { subject, role, expiresAt } };
}

export function tokenRevoked({ id, subject }: IssuedToken, actor: string, at: number): EntryDraft {
  return { chain: SYSTEM_CHAIN, at, actor, subject: id, type: 'token.revoked', data: { subject } };
}
