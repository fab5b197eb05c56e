import { RUNGS, type Rung } from '../change/change.ts';
import { isWorkspaceName } from '../workspace.ts';
import { type ApprovalRule, readApprovalRules } from './approval-rules.ts';
import type { Check } from './check.ts';
import { readLevel } from './check-entry.ts';
import { readChecks } from './gate-file.ts';
import { bothGrants, type Grants, readGrants } from './grants.ts';
import {
  describe,
  invalid,
  item,
  member,
  readAnyMapping,
  readChoice,
  readList,
  readMapping,
  readText,
  type Spot,
} from './plain-data.ts';
import type { IsolationLevel } from './verdict.ts';

/** What `policy.yml` says: rules for all workspaces, and what single ones add to them. */
export interface PolicyFile {
  readonly minimumIsolation: IsolationLevel;
  readonly allowPaths: readonly string[];
  readonly loosestRung: Rung;
  readonly grants: Grants;
  readonly whenBaseFails: WhenBaseFails;
  readonly reuseVerdicts: boolean;
  readonly checks: readonly Check[];
  readonly approvals: readonly ApprovalRule[];
  readonly workspaces: ReadonlyMap<string, WorkspacePolicy>;
}

/** What becomes of a patch whose check fails without it too: `fail`, as ours, or `reject`, as the author's to repair. */
export type WhenBaseFails = 'fail' | 'reject';

interface WorkspacePolicy {
  readonly approvals: readonly ApprovalRule[];
  readonly grants: Grants;
  readonly checks: readonly Check[];
  readonly allowPaths: readonly string[];
  readonly loosestRung: Rung;
}

/** Of one workspace, and at the top too. */
export const WORKSPACE_KEYS = ['checks', 'approvals', 'allowPaths', 'loosestRung', 'grants'] as const;
export const POLICY_KEYS = [
  ...['version', 'minimumIsolation', 'whenBaseFails', 'reuseVerdicts', 'workspaces'],
  ...WORKSPACE_KEYS,
] as const;

/**
 * Reads the plain data of `policy.yml`; `null`, a file of comments alone or none yet, demands nothing.
 * @throws GhostError gate_file_invalid, which names the place
 */
export function readPolicyFile(data: unknown, file: string): PolicyFile {
  const spot = { file, path: '' };
  const policy = readMapping(data ?? {}, spot, POLICY_KEYS);
  const version = policy.get('version') ?? 1;
  if (version !== 1) throw invalid(member(spot, 'version'), `expected 1, got ${describe(version)}`);
  const checks = readOptionalChecks(policy, spot);
  return {
    minimumIsolation: readLevel(policy.get('minimumIsolation'), member(spot, 'minimumIsolation')),
    allowPaths: readPaths(policy.get('allowPaths') ?? [], member(spot, 'allowPaths')),
    loosestRung: readRung(policy, spot),
    grants: readGrants(policy.get('grants'), member(spot, 'grants')),
    whenBaseFails: readChoice(policy.get('whenBaseFails') ?? 'fail', member(spot, 'whenBaseFails'), [
      'fail',
      'reject',
    ]),
    reuseVerdicts: readChoice(policy.get('reuseVerdicts') ?? true, member(spot, 'reuseVerdicts'), [
      true,
      false,
    ]),
    checks,
    approvals: readApprovalRules(policy.get('approvals'), member(spot, 'approvals')),
    workspaces: readWorkspaces(policy.get('workspaces') ?? {}, member(spot, 'workspaces'), checks),
  };
}

/** The rules for one workspace: the checks for all first, then its own; of two rungs the stricter one. */
export function rulesOf(policy: PolicyFile, workspace: string) {
  const own = policy.workspaces.get(workspace);
  return {
    checks: [...policy.checks, ...after(policy.checks, own?.checks ?? [])],
    approvals: [...policy.approvals, ...(own?.approvals ?? [])],
    minimumIsolation: policy.minimumIsolation,
    allowPaths: [...policy.allowPaths, ...(own?.allowPaths ?? [])],
    loosestRung: stricter(policy.loosestRung, own?.loosestRung ?? policy.loosestRung),
    grants: own ? bothGrants(policy.grants, own.grants) : policy.grants,
    whenBaseFails: policy.whenBaseFails,
    reuseVerdicts: policy.reuseVerdicts,
  };
}

/** Those of one workspace run after those for all. */
function after(first: readonly Check[], checks: readonly Check[]): readonly Check[] {
  const from = first.reduce((stages, { stage }) => Math.max(stages, stage + 1), 0);
  return checks.map((check) => ({ ...check, stage: from + check.stage }));
}

function readOptionalChecks(mapping: ReadonlyMap<string, unknown>, spot: Spot): readonly Check[] {
  return readChecks(mapping.get('checks') ?? [], member(spot, 'checks'), 'policy');
}

function readWorkspaces(
  value: unknown,
  spot: Spot,
  forAll: readonly Check[],
): ReadonlyMap<string, WorkspacePolicy> {
  const workspaces = new Map<string, WorkspacePolicy>();
  for (const [name, entry] of readAnyMapping(value, spot)) {
    if (!isWorkspaceName(name)) throw invalid(spot, `\`${name}\` cannot be the name of a workspace`);
    workspaces.set(name, readWorkspace(entry, member(spot, name), forAll));
  }
  return workspaces;
}

function readWorkspace(value: unknown, spot: Spot, forAll: readonly Check[]): WorkspacePolicy {
  const workspace = readMapping(value ?? {}, spot, WORKSPACE_KEYS);
  const checks = readOptionalChecks(workspace, spot);
  const repeated = checks.findIndex(({ name }) => forAll.some((check) => check.name === name));
  if (repeated >= 0) {
    const where = member(item(member(spot, 'checks'), repeated), 'name');
    throw invalid(where, `\`${checks[repeated]?.name}\` is the name of a check for all workspaces too`);
  }
  const allowPaths = readPaths(workspace.get('allowPaths') ?? [], member(spot, 'allowPaths'));
  const grants = readGrants(workspace.get('grants'), member(spot, 'grants'));
  const approvals = readApprovalRules(workspace.get('approvals'), member(spot, 'approvals'), 'one-workspace');
  return { checks, approvals, allowPaths, loosestRung: readRung(workspace, spot), grants };
}

function readRung(mapping: ReadonlyMap<string, unknown>, spot: Spot): Rung {
  const value = mapping.get('loosestRung') ?? RUNGS.at(-1);
  const rung = RUNGS.find((known) => known === value);
  if (rung !== undefined) return rung;
  throw invalid(member(spot, 'loosestRung'), `expected one of ${RUNGS.join(', ')}, got ${describe(value)}`);
}

function stricter(one: Rung, other: Rung): Rung {
  return RUNGS.indexOf(one) < RUNGS.indexOf(other) ? one : other;
}

function readPaths(value: unknown, spot: Spot): readonly string[] {
  return readList(value, spot).map((entry, index) => {
    const path = readText(entry, item(spot, index));
    if (path.startsWith('/') || path.split('/').includes('..'))
      throw invalid(item(spot, index), `\`${path}\` leaves the tree; expected a path relative to its root`);
    return path;
  });
}
