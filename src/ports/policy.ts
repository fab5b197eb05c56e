import type { Rung } from '../core/change/change.ts';
import type { ReadData } from '../core/change/formats/data/located.ts';
import type { ApprovalRule } from '../core/gate/approval-rules.ts';
import type { Check } from '../core/gate/check.ts';
import type { Grants } from '../core/gate/grants.ts';
import type { WhenBaseFails } from '../core/gate/policy-file.ts';
import type { IsolationLevel } from '../core/gate/verdict.ts';

/** What the operator demands of every patch, beside what the workspace asks for itself. */
export interface Policy {
  /** Checks for this workspace, the ones for all first. Read anew for each patch. @throws GhostError gate_file_invalid */
  rulesFor(workspace: string): Promise<PolicyRules>;
  /** Adds a check for one workspace, or replaces the one of that name. */
  addCheck(workspace: string, check: { readonly name: string; readonly run: string }): Promise<void>;
  /** Forgets a workspace's own checks. */
  removeChecks(workspace: string): Promise<void>;
}

export interface PolicyRules {
  readonly checks: readonly Check[];
  /** When people are asked, and how many. */
  readonly approvals: readonly ApprovalRule[];
  /** Below this a gate is not run, and the patch fails as ours. */
  readonly minimumIsolation: IsolationLevel;
  /** Sensitive paths that patches may touch all the same: exact paths, or directories ending in `/`. */
  readonly allowPaths: readonly string[];
  /** Hunks are placed by this rung of the ladder or a stricter one. */
  readonly loosestRung: Rung;
  /** What the checks of the repository may reach beyond their copy of the tree. */
  readonly grants: Grants;
  readonly whenBaseFails: WhenBaseFails;
  /** Whether a check that passed on exactly this tree before counts as passed now. */
  readonly reuseVerdicts: boolean;
}

/** YAML text into plain data, for core to judge. */
export interface YamlReader {
  /** Of a file that an operator or a repository keeps. @throws GhostError gate_file_invalid with line and column */
  read(text: string, file: string): unknown;
  /** Of a patch, each part with its lines; aliases, depth and length are limited. Never throws. */
  locate(text: string): ReadData;
}
