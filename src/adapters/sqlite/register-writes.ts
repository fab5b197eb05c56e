import { isHeld } from '../../core/lease/grant.ts';
import { tokenIssued, tokenRevoked } from '../../core/ledger/token-entry.ts';
import {
  isSamePlace,
  registrationIn,
  tipAccepted,
  workspaceAdded,
  workspacePaused,
  workspaceRemoved,
} from '../../core/ledger/workspace-entry.ts';
import type { StateName } from '../../core/patch/patch.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { TokenRecord } from '../../ports/tokens.ts';
import type { AcceptedTip, TipAcceptance, TipAcceptor } from '../../ports/workspaces.ts';
import type { Append } from './append.ts';
import type { Connection } from './calls.ts';
import { decodeEntry, decodeWorkspace } from './codec.ts';
import { prepareTakeOff } from './patch-writes.ts';
import { leaseReads, tokenReads, workspaceReads } from './register-reads.ts';

export function workspaceWrites(db: Connection, append: Append) {
  const { findWorkspace } = workspaceReads(db);
  const { findLease } = leaseReads(db);
  const byBranch = db.prepare(
    `SELECT * FROM workspace WHERE branch = :branch AND (git_dir = :gitDir OR remote ->> '$.url' = :url)`,
  );
  const insert = db.prepare(
    `INSERT INTO workspace (name, git_dir, work_tree, branch, added_at, added_by, paused, remote, baseline)
     VALUES (:name, :gitDir, :workTree, :branch, :addedAt, :addedBy, :paused, :remote, :baseline)`,
  );
  const setBaseline = db.prepare('UPDATE workspace SET baseline = ?, paused = NULL WHERE name = ?');
  const setPaused = db.prepare('UPDATE workspace SET paused = ? WHERE name = ?');
  const remove = db.prepare('DELETE FROM workspace WHERE name = ?');
  const takeOff = prepareTakeOff(db, append);
  const isBusy = prepareIsBusy(db);
  const firstRegistration = prepareFirstRegistration(db);

  return {
    addWorkspace(workspace: Workspace) {
      const byName = findWorkspace(workspace.name);
      if (byName) return { taken: 'name', by: byName } as const;
      const first = firstRegistration(workspace.name);
      if (first && !isSamePlace(first, workspace)) return { taken: 'name', by: first } as const;
      const row = byBranch.get({
        ...{ branch: workspace.branch, gitDir: workspace.gitDir },
        url: workspace.remote?.url ?? null,
      });
      if (row) return { taken: 'branch', by: decodeWorkspace(row) } as const;
      insert.run({
        ...workspace,
        remote: workspace.remote && JSON.stringify(workspace.remote),
        baseline: workspace.baseline && JSON.stringify(workspace.baseline),
      });
      append(workspaceAdded(workspace));
      return null;
    },
    pauseWorkspace(name: string, reason: string | null, actor: string, at: number): boolean {
      const workspace = findWorkspace(name);
      if (!workspace) return false;
      if (workspace.paused === reason) return true;
      setPaused.run(reason, name);
      append(workspacePaused({ name, actor, at }, reason));
      return true;
    },
    acceptTip(name: string, accepted: AcceptedTip, by: TipAcceptor): TipAcceptance {
      const { lease, paused, actor, at } = by;
      const workspace = findWorkspace(name);
      if (!workspace) return 'unknown';
      if (!isHeld(findLease(name), lease)) return 'fenced';
      if (workspace.paused !== paused) return 'pause-changed';
      setBaseline.run(JSON.stringify(accepted.baseline), name);
      const act = { name, actor, at };
      const takenOff = accepted.takenOff.filter((id) => takeOff(id, { ...act, ...accepted }));
      append(tipAccepted(act, { ...accepted, takenOff }));
      return 'accepted';
    },
    removeWorkspace(name: string, actor: string, at: number): boolean {
      if (!findWorkspace(name) || isBusy(name)) return false;
      remove.run(name);
      append(workspaceRemoved({ name, actor, at }));
      return true;
    },
  };
}

/** Read from the chain, which no removal shortens: the register forgets. */
function prepareFirstRegistration(db: Connection) {
  const added = db.prepare(
    `SELECT sealed FROM entry WHERE subject = :name AND chain = :name
       AND sealed ->> '$.type' = 'workspace.added' ORDER BY id LIMIT 1`,
  );
  return (name: string): Workspace | null => {
    const row = added.get({ name });
    return row ? registrationIn(decodeEntry(row)) : null;
  };
}

const UNFINISHED = ['queued', 'held', 'checking', 'landing'] as const satisfies readonly StateName[];

function prepareIsBusy(db: Connection) {
  const inState = db.prepare('SELECT 1 FROM patch WHERE workspace = ? AND state_name = ? LIMIT 1');
  return (workspace: string) => UNFINISHED.some((name) => inState.get(workspace, name) !== undefined);
}

export function tokenWrites(db: Connection, append: Append) {
  const { findToken } = tokenReads(db);
  const insert = db.prepare(
    `INSERT INTO token (id, subject, role, issued_at, expires_at, issued_by, revoked_at)
     VALUES (:id, :subject, :role, :issuedAt, :expiresAt, :issuedBy, :revokedAt)`,
  );
  const revoke = db.prepare('UPDATE token SET revoked_at = ? WHERE id = ?');

  return {
    addToken(token: TokenRecord): void {
      insert.run({ ...token });
      append(tokenIssued(token));
    },
    revokeToken(id: string, actor: string, at: number): boolean {
      const token = findToken(id);
      if (!token) return false;
      if (token.revokedAt !== null) return true;
      revoke.run(at, id);
      append(tokenRevoked(token, actor, at));
      return true;
    },
  };
}

export function cursorWrites(db: Connection) {
  const upsert = db.prepare(
    `INSERT INTO cursor (reader, position) VALUES (?, ?)
     ON CONFLICT (reader) DO UPDATE SET position = excluded.position`,
  );
  return {
    moveCursor(reader: string, position: number): void {
      upsert.run(reader, position);
    },
  };
}
