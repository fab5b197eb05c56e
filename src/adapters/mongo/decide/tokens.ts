import { SYSTEM_CHAIN } from '../../../core/ledger/entry.ts';
import { tokenIssued, tokenRevoked } from '../../../core/ledger/token-entry.ts';
import type { TokenRecord } from '../../../ports/tokens.ts';
import { tokenOf, tokenRow } from '../rows.ts';
import { type Operation, wantOf } from './operation.ts';

export function addingToken(token: TokenRecord): Operation<void> {
  return {
    wants: wantsOf(token.id),
    decide(view) {
      if (view.one('tokens', token.id) !== null) throw new Error(`token ${token.id} was added before`);
      view.put('tokens', tokenRow(token));
      view.append(tokenIssued(token));
    },
  };
}

export function revoking(id: string, actor: string, at: number): Operation<boolean> {
  return {
    wants: wantsOf(id),
    decide(view) {
      const row = view.one('tokens', id);
      if (row === null) return false;
      const token = tokenOf(row);
      if (token.revokedAt !== null) return true;
      view.put('tokens', tokenRow({ ...token, revokedAt: at }));
      view.append(tokenRevoked(token, actor, at));
      return true;
    },
  };
}

function wantsOf(id: string) {
  return [wantOf('tokens', id), wantOf('heads', SYSTEM_CHAIN)];
}
