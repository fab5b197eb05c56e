/*
 * Every effect at which a fault can come, and which kinds make sense there. Four of them hold everywhere: the process
 * that waits for the effect dies or stops, power fails, and the effect fails. Where one of the five cannot be, the
 * table says why.
 */

export const FAULT_KINDS = ['kill', 'stop', 'fail', 'unknown', 'power-loss'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface PointRules {
  /** A `read` is one step. A `write` is two: applied at the store, then answered; a fault can come between them. */
  readonly does: 'read' | 'write';
  /** `may`: what a process had sent when it died can still be applied, later. `never`: it dies with its process. */
  readonly afterDeath: 'may' | 'never';
  /** Kinds that make no sense here, each with the reason. */
  readonly not: Readonly<Partial<Record<FaultKind, string>>>;
}

const READ: PointRules = {
  does: 'read',
  afterDeath: 'never',
  not: { unknown: 'a read changes nothing: not to know whether it happened is that it failed' },
};

/** In a store that others may serve: a request on its way arrives whether or not who sent it still lives. */
const SENT: PointRules = { does: 'write', afterDeath: 'may', not: {} };

/** On a disk of this machine, by a system call of the process itself. */
const WRITTEN: PointRules = { does: 'write', afterDeath: 'never', not: {} };

/** Between a process and a child of it. */
const PIPE: PointRules = {
  does: 'read',
  afterDeath: 'never',
  not: {
    fail: 'a pipe delivers or is closed, and it is closed by a death',
    unknown: 'a read changes nothing: not to know whether it happened is that it failed',
  },
};

/** What git does to refs; its process is the one that is killed or stopped. */
const GIT: PointRules = {
  does: 'read',
  afterDeath: 'never',
  not: { unknown: 'git says what it did or dies; to die between doing and saying is `kill` at git.answer' },
};

const FAULT_POINTS = {
  'ledger.accept': SENT,
  'ledger.record claimed': SENT,
  'ledger.record checked': SENT,
  'ledger.record intended': SENT,
  'ledger.record landed': SENT,
  'ledger.record followed': SENT,
  'ledger.record attested': SENT,
  'ledger.record outpaced': SENT,
  'ledger.record rescued': SENT,
  'ledger.record rejected': SENT,
  'ledger.record retried': SENT,
  'ledger.record failed': SENT,
  'ledger.record deferred': SENT,
  'ledger.record held': SENT,
  'ledger.record released': SENT,
  'ledger.record cancelled': SENT,
  'ledger.find': READ,
  'ledger.list': READ,
  'ledger.body': READ,
  'ledger.line': READ,
  'leaser.take': SENT,
  'leaser.renew': SENT,
  'leaser.name-writer': SENT,
  'leaser.release': SENT,
  'chains.append': SENT,
  'chains.about': READ,
  'workspaces.find': READ,
  'workspaces.list': READ,
  'workspaces.pause': SENT,
  'outbox.read': READ,
  'outbox.move-cursor': SENT,
  'policy.rules': READ,
  'repository.open': READ,
  'repository.tip': READ,
  'repository.snapshot': READ,
  'repository.build-tree': WRITTEN,
  'repository.commit': WRITTEN,
  'repository.checkout': WRITTEN,
  'repository.paths': READ,
  'history.holds': READ,
  'history.commit': READ,
  'history.is-ancestor': READ,
  'worktree.local-edits': {
    ...READ,
    not: { ...READ.not, fail: 'a work tree that cannot be read has no edits: it never throws' },
  },
  'worktree.follow': {
    ...WRITTEN,
    not: {
      fail: 'its answer to every trouble is `behind`',
      unknown: 'its answer to every trouble is `behind`',
    },
  },
  'sandbox.run': {
    ...READ,
    not: { unknown: 'a check without an answer is an error, whatever it did to its private copy' },
  },
  'outputs.keep': WRITTEN,
  'evidence.keep': WRITTEN,
  'refs.tip': READ,
  'refs.fence': READ,
  'refs.is-ancestor': READ,
  'refs.mark': WRITTEN,
  'refs.sync': WRITTEN,
  'refs.start': {
    ...WRITTEN,
    not: { unknown: 'fork tells the pid or fails; a child that dies at once is `kill` at git.flock' },
  },
  'refs.end-predecessor': {
    ...WRITTEN,
    not: { unknown: 'it looks at the process after the signal and tells what it saw' },
  },
  'refs.clear-locks': WRITTEN,
  'refs.answer': PIPE,
  'git.flock': {
    ...GIT,
    not: { ...GIT.not, fail: 'a lock that is not to be had is no fault but another holder' },
  },
  'git.read': {
    ...GIT,
    not: { ...GIT.not, fail: 'a pipe delivers or is closed, and it is closed by a death' },
  },
  'git.lock': GIT,
  'git.write': GIT,
  'git.rename': GIT,
  'git.unlock': {
    ...GIT,
    not: {
      ...GIT.not,
      fail: 'git tells nobody that it could not remove a lock; it then stays, as after `kill`',
    },
  },
  'git.answer': {
    ...GIT,
    not: { ...GIT.not, fail: 'a pipe delivers or is closed, and it is closed by a death' },
  },
  'remote.look': READ,
  'remote.fetch': {
    ...READ,
    not: { unknown: 'an object that came is found by looking, whatever was said of its coming' },
  },
  'remote.push': SENT,
  'audit.open': READ,
  'audit.append': WRITTEN,
  'audit.close': { ...READ, not: { ...READ.not, fail: 'close frees the lock whatever it says' } },
  'summaries.write': WRITTEN,
  'gateway.request': { ...SENT, afterDeath: 'never' },
  'gateway.answer': {
    ...READ,
    not: { fail: 'an answer that does not arrive leaves its author without knowing: that is `unknown`' },
  },
} as const satisfies Readonly<Record<string, PointRules>>;

export type Point = keyof typeof FAULT_POINTS;

export const POINTS = Object.keys(FAULT_POINTS) as readonly Point[];

export function rulesOf(point: Point): PointRules {
  return FAULT_POINTS[point];
}

/** The kinds that can come at a point, in the order of the table of kinds. */
export function kindsAt(point: Point): readonly FaultKind[] {
  const { not } = rulesOf(point);
  return FAULT_KINDS.filter((kind) => not[kind] === undefined);
}
