import { includesRole, type Role } from './role.ts';

/** Something that can be asked of Ghost, by whatever edge it is asked. */
interface Act {
  /** `public` needs no token. */
  readonly role: Role | 'public';
  /** Names it in a refusal: `Cancelling a patch needs the role author`. */
  readonly says: string;
  /** The commands of the command line that are this act. */
  readonly commands: readonly string[];
}

/** Every act of the product by its name. Each edge asks this table and has no rule of its own. */
export const ACTS = {
  // Patches
  submit: { role: 'author', says: 'Submitting a patch', commands: ['submit', 'demo', 'mcp'] },
  rehearse: { role: 'author', says: 'Rehearsing a patch', commands: ['apply', 'convert'] },
  'call-runner': { role: 'author', says: 'Calling a runner', commands: [] },
  list: { role: 'viewer', says: 'Listing patches', commands: ['queue'] },
  read: { role: 'viewer', says: 'Reading a patch', commands: ['show', 'log'] },
  follow: { role: 'viewer', says: 'Following events', commands: [] },
  cancel: { role: 'author', says: 'Cancelling a patch', commands: ['cancel'] },
  retry: { role: 'author', says: 'Retrying a patch', commands: ['retry'] },
  revert: { role: 'author', says: 'Reverting a patch', commands: ['revert'] },
  approve: { role: 'approver', says: 'Approving a patch', commands: ['approve'] },
  reject: { role: 'approver', says: 'Rejecting a patch', commands: ['reject'] },

  // Lines
  'read-workspaces': {
    role: 'viewer',
    says: 'Reading workspaces',
    commands: ['workspace list', 'workspace show', 'gate show', 'gate check'],
  },
  'add-workspace': { role: 'operator', says: 'Adding a workspace', commands: ['workspace add'] },
  'remove-workspace': { role: 'operator', says: 'Removing a workspace', commands: ['workspace remove'] },
  pause: { role: 'operator', says: 'Pausing a workspace', commands: ['workspace pause'] },
  resume: { role: 'operator', says: 'Resuming a workspace', commands: ['workspace resume'] },
  'accept-tip': {
    role: 'operator',
    says: 'Accepting the branch of a workspace',
    commands: ['workspace accept'],
  },
  mode: { role: 'operator', says: 'Setting the mode of a workspace', commands: ['workspace mode'] },
  'read-phases': { role: 'viewer', says: 'Reading phases', commands: ['phases'] },
  freeze: { role: 'operator', says: 'Freezing a phase', commands: ['freeze'] },
  thaw: { role: 'operator', says: 'Thawing a phase', commands: ['thaw'] },

  // Tokens
  'issue-token': { role: 'admin', says: 'Issuing a token', commands: ['token create'] },
  'list-tokens': { role: 'admin', says: 'Listing tokens', commands: ['token list'] },
  'revoke-token': { role: 'admin', says: 'Revoking a token', commands: ['token revoke'] },

  // Webhooks
  'read-webhooks': { role: 'operator', says: 'Reading webhooks', commands: ['webhooks list'] },
  'test-webhook': { role: 'operator', says: 'Trying a webhook', commands: ['webhooks test'] },
  'replay-webhook': { role: 'operator', says: 'Replaying a webhook', commands: ['webhooks replay'] },

  // Proof
  verify: { role: 'viewer', says: 'Verifying', commands: ['verify', 'audit verify', 'ledger check'] },
  'export-evidence': { role: 'viewer', says: 'Exporting evidence', commands: ['attest export'] },
  'read-trust': { role: 'viewer', says: 'Reading the trust file', commands: ['trust show'] },
  'change-trust': {
    role: 'admin',
    says: 'Changing the trust file',
    commands: ['trust pin', 'trust revoke'],
  },
  'rotate-keys': { role: 'admin', says: 'Rotating the keys of evidence', commands: ['keys rotate'] },
  'rebuild-audit': { role: 'operator', says: 'Rebuilding the audit log', commands: ['audit rebuild'] },
  'prune-outputs': { role: 'operator', says: 'Removing outputs', commands: ['outputs prune'] },
  'copy-ledger': { role: 'admin', says: 'Copying the ledger', commands: ['ledger backup', 'ledger export'] },
  'fill-ledger': { role: 'admin', says: 'Filling the ledger', commands: ['ledger import'] },

  // The service
  'read-status': { role: 'viewer', says: 'Reading the whole status', commands: ['status'] },
  'read-health': { role: 'public', says: 'Reading the state of components', commands: ['health', 'version'] },
  'read-keys': { role: 'public', says: 'Reading the public keys', commands: ['keys list', 'keys show'] },
  'ask-what-may': { role: 'public', says: 'Asking what a role may do', commands: ['can'] },
  examine: { role: 'operator', says: 'Examining what Ghost rests on', commands: ['doctor', 'resources'] },
  run: { role: 'operator', says: 'Starting and stopping Ghost', commands: ['up', 'down'] },
} as const satisfies Record<string, Act>;
export type ActName = keyof typeof ACTS;

export function mayDo(role: Role, act: ActName): boolean {
  const needed = neededFor(act);
  return needed === 'public' || includesRole(role, needed);
}

export function neededFor(act: ActName): Role | 'public' {
  return ACTS[act].role;
}

/** By its own name, or by that of a command: `pause` and `workspace pause`. Null when there is none. */
export function actNamed(words: string): ActName | null {
  return namesOfActs().get(words) ?? null;
}

/** Every name under which an act can be asked for. */
export function namesOfActs(): ReadonlyMap<string, ActName> {
  const all = Object.entries(ACTS) as [ActName, Act][];
  return new Map([
    ...all.flatMap(([name, { commands }]) => commands.map((command) => [command, name] as const)),
    ...all.map(([name]) => [name, name] as const),
  ]);
}
