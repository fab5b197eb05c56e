import type { LeaseRecord } from '../../core/lease/lease.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { TokenRecord } from '../../ports/tokens.ts';
import type { Connection } from './calls.ts';
import { decodeLease, decodeToken, decodeWorkspace } from './codec.ts';

export function leaseReads(db: Connection) {
  const byName = db.prepare('SELECT * FROM lease WHERE name = ?');
  return {
    findLease(name: string): LeaseRecord | null {
      const row = byName.get(name);
      return row ? decodeLease(row) : null;
    },
  };
}

export function workspaceReads(db: Connection) {
  const byName = db.prepare('SELECT * FROM workspace WHERE name = ?');
  const all = db.prepare('SELECT * FROM workspace ORDER BY name');
  return {
    findWorkspace(name: string): Workspace | null {
      const row = byName.get(name);
      return row ? decodeWorkspace(row) : null;
    },
    listWorkspaces: () => all.all().map(decodeWorkspace),
  };
}

export function tokenReads(db: Connection) {
  const byId = db.prepare('SELECT * FROM token WHERE id = ?');
  const all = db.prepare('SELECT * FROM token ORDER BY issued_at, id');
  return {
    findToken(id: string): TokenRecord | null {
      const row = byId.get(id);
      return row ? decodeToken(row) : null;
    },
    listTokens: () => all.all().map(decodeToken),
  };
}
