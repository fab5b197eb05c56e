import type { Mutant } from './mutate.ts';
import { REMOTE_MUTANTS } from './remote-mutants.ts';
import { STALE_LOCK_MUTANTS } from './stale-lock-mutants.ts';

const FENCE = 'src/adapters/git/fence.ts';
const DESTINATION = 'src/adapters/git/destination.ts';
const MEMORY_PATCHES = 'src/adapters/memory/patches.ts';
const LAND_PATCH = 'src/app/land-patch.ts';
const RECOVER = 'src/app/recover-workspace.ts';
const OUTBOX = 'src/app/project-outbox.ts';

const NO_FENCE = { file: FENCE, text: 'verify: { ref: fenceRef, id: this.#standing.id },', replacement: '' };
const NO_LOOK_AT_FENCE = {
  file: FENCE,
  text: `if (fence?.id !== this.#standing.id) return { kind: 'fenced', mark: fence?.mark ?? null };
    return tip === intent.base`,
  replacement: 'return tip === intent.base',
};
const NO_LOOK_AT_TIP = {
  file: FENCE,
  text: "return tip === intent.base ? null : { kind: 'outpaced', tip };",
  replacement: 'return null;',
};
const NO_SWAP = { file: FENCE, text: 'from: intent.base }', replacement: 'from: await this.#host.tip() }' };
const NO_RECOVERY_SYNC = {
  file: RECOVER,
  text: 'await holding.fence.sync();\n  const line =',
  replacement: 'const line =',
};
const NO_RAISE_SYNC = {
  file: DESTINATION,
  text: `if (after?.id === standing.id) {
      await host.syncAll();`,
  replacement: 'if (after?.id === standing.id) {',
};
const NO_LANDING_SYNC = { file: FENCE, text: 'await this.#host.syncNames(branchRef);', replacement: '' };
const SURVIVING_WRITER = {
  file: DESTINATION,
  text: 'predecessor === null || (await host.endPredecessor(predecessor))',
  replacement: 'true',
};
/** The simulated flock(1): every writer has the lock at once. */
const GIT = 'test/simulation/machine/git-writer.ts';
const NO_KERNEL_LOCK = [
  { file: GIT, text: 'ready: () => machine.kernelLock === null,', replacement: '' },
  { file: GIT, text: 'if (machine.kernelLock !== null) return true;', replacement: '' },
];
const NO_RESTORE = {
  file: 'src/app/keep-branch.ts',
  text: 'return predecessor?.writer?.bootId !== fence.writer.bootId;',
  replacement: 'return false;',
};
const NO_LEASE = {
  file: MEMORY_PATCHES,
  text: 'if (lease && (lease.name !== before.workspace ||',
  replacement: 'if (lease && false && (lease.name !== before.workspace ||',
};
const NO_VERSION = {
  file: MEMORY_PATCHES,
  text: '|| current.patch.version !== before.version',
  replacement: '',
};

const ON_AFTER_FENCED = {
  file: 'src/workers/runner/line-in-hand.ts',
  text: "case 'fenced':\n",
  replacement: "case 'fenced':\n        return true;\n",
};

/** Each is a part of the protocol left out, or done in the wrong order. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-fence',
    wrong: 'a landing does not verify the fence',
    changes: [NO_FENCE, NO_LOOK_AT_FENCE],
  },
  {
    name: 'no-swap',
    wrong: 'a landing moves the branch from wherever it is',
    changes: [NO_SWAP, NO_LOOK_AT_TIP],
  },
  {
    name: 'ledger-before-git',
    wrong: 'landed is recorded before the branch has moved',
    changes: [
      {
        file: LAND_PATCH,
        text: `  const moved = await moveBranch(needs, holding, intent);
  if (moved.kind === 'fenced')`,
        replacement: `  const early = await recordStep(needs, holding, {
    patch: intended.patch,
    event: { type: 'landed', readBack: { commit: intent.commit, tree: intent.tree } },
  });
  if (early.kind !== 'recorded') return early;
  const moved = await moveBranch(needs, holding, intent);
  if (moved.kind === 'moved') return { kind: 'landed', patch: await followLanding(needs, holding, early.patch) };
  if (moved.kind === 'fenced')`,
      },
    ],
  },
  {
    name: 'recovery-ignores-git',
    wrong: 'recovery queues every unfinished patch again without a look at the branch',
    changes: [
      {
        file: RECOVER,
        text: "if (patch.state.name !== 'landing') return rescue(needs, holding, patch);",
        replacement: 'if (true) return rescue(needs, holding, patch);',
      },
    ],
  },
  {
    name: 'no-recovery-sync',
    wrong: 'recovery believes what may not be durable; what it believes was synced when the fence was raised',
    changes: [NO_RECOVERY_SYNC],
    covered: { by: 'raising the fence syncs both refs, too', seenIn: 'no-sync-no-restore' },
  },
  {
    name: 'no-sync-before-belief',
    wrong: 'neither raising the fence nor recovery syncs what it is about to believe',
    changes: [NO_RECOVERY_SYNC, NO_RAISE_SYNC],
    covered: { by: 'what a power cut took is put back on the branch', seenIn: 'no-sync-no-restore' },
  },
  {
    name: 'no-sync-no-restore',
    wrong: 'what is believed was not synced, and is not put back after a power cut',
    changes: [NO_RECOVERY_SYNC, NO_RAISE_SYNC, NO_RESTORE],
  },
  {
    name: 'no-sync-of-landing',
    wrong: 'a landing is recorded before the branch is durable',
    changes: [NO_LANDING_SYNC],
    covered: {
      by: 'what a power cut took is put back on the branch',
      seenIn: 'no-sync-of-landing-no-restore',
    },
  },
  {
    name: 'no-sync-of-landing-no-restore',
    wrong: 'a landing is recorded before the branch is durable, and is not put back after a power cut',
    changes: [NO_LANDING_SYNC, NO_RESTORE],
  },
  {
    name: 'unconditional-lease',
    wrong: 'the ledger takes steps of a holder whose lease was taken over',
    changes: [NO_LEASE],
  },
  {
    name: 'unconditional-version',
    wrong: 'the ledger takes steps of a patch that somebody else has moved',
    changes: [NO_VERSION],
  },
  {
    name: 'unconditional',
    wrong: 'the ledger takes every step',
    changes: [NO_LEASE, NO_VERSION],
  },
  {
    name: 'surviving-writer',
    wrong: 'the writer of the lease that was taken over is not killed',
    changes: [SURVIVING_WRITER],
    covered: {
      by: 'it holds the kernel lock for as long as it lives, so that nobody lands meanwhile',
      seenIn: 'surviving-writer-no-kernel-lock-no-fence',
    },
  },
  {
    name: 'no-kernel-lock',
    wrong: 'writers do not exclude each other',
    changes: NO_KERNEL_LOCK,
    covered: {
      by: 'the one of the lease before is killed, and each landing verifies the fence',
      seenIn: 'surviving-writer-no-kernel-lock-no-fence',
    },
  },
  {
    name: 'surviving-writer-no-kernel-lock',
    wrong: 'the writer of the lease that was taken over goes on beside its successor',
    changes: [SURVIVING_WRITER, ...NO_KERNEL_LOCK],
    covered: {
      by: 'its landing does not find its fence any more',
      seenIn: 'surviving-writer-no-kernel-lock-no-fence',
    },
  },
  {
    name: 'surviving-writer-no-kernel-lock-no-fence',
    wrong: 'a writer goes on beside its successor, and no landing verifies the fence',
    changes: [SURVIVING_WRITER, ...NO_KERNEL_LOCK, NO_FENCE, NO_LOOK_AT_FENCE],
  },
  ...STALE_LOCK_MUTANTS,
  ...REMOTE_MUTANTS,
  {
    name: 'receipt-before-ledger',
    wrong: 'a receipt is given before the ledger has answered',
    changes: [
      {
        file: 'src/app/submit-patch.ts',
        text: 'const acceptance = await needs.ledger.accept(first, ...rest);',
        replacement: `void needs.ledger.accept(first, ...rest).catch(() => undefined);
  const state = { name: 'queued', notBefore: null, spent: { errors: 0, rescues: 0 } };
  const acceptance = {
    kind: 'accepted',
    patch: { ...first, seq: 0, size: first.body.length, version: 1, state, executedAt: null },
    rest: [],
  };`,
      },
    ],
  },
  {
    name: 'cursor-before-line',
    wrong: 'the relay moves its cursor before the audit line is synced, and believes the cursor',
    changes: [
      {
        file: OUTBOX,
        text: 'after: last?.position ?? 0,',
        replacement: 'after: await needs.outbox.cursor(AUDIT_READER),',
      },
      {
        file: OUTBOX,
        text: 'await append(await linesOf(needs, page));',
        replacement: `await needs.outbox.moveCursor(AUDIT_READER, last.position);
    await append(await linesOf(needs, page));`,
      },
    ],
  },
  {
    name: 'key-not-looked-up',
    wrong: 'a submission that is sent again under its key makes a new patch',
    changes: [
      {
        file: 'src/core/ledger/acceptance.ts',
        text: 'if (byKey.length === 0) return none;',
        replacement: 'return none;',
      },
    ],
  },
  {
    name: 'rebuilt-commit',
    wrong: 'recovery builds the commit anew instead of finishing the recorded one',
    changes: [
      {
        file: RECOVER,
        text: 'const moved = await moveBranch(needs, holding, intent);\n  switch',
        replacement: `const commit = await holding.open.repository.commit({
    tree: intent.tree,
    parent: intent.base,
    message: \`\${patch.title}\\n\\nGhost-Patch: \${patch.id}\\nGhost-Seq: \${intent.landingSeq}\\n\`,
    date: Math.floor(needs.clock.now() / 1000) + 1_000,
  });
  const moved = await moveBranch(needs, holding, { ...intent, commit });
  switch`,
      },
    ],
  },
  {
    name: 'token-again',
    wrong: 'a new lease has the token after the fence, whatever the ledger has given since',
    changes: [
      {
        file: 'src/core/lease/grant.ts',
        text: 'Math.max(known, claim.above) + 1',
        replacement: 'claim.above + 1',
      },
    ],
  },
  {
    name: 'token-from-clock',
    wrong: 'the token of a lease is the second in which it was taken',
    changes: [
      {
        file: 'src/core/lease/grant.ts',
        text: 'Math.max(known, claim.above) + 1',
        replacement: 'Math.floor(now / 1000)',
      },
    ],
  },
  {
    name: 'on-after-fenced',
    wrong: 'a lane goes on after it was told that it is fenced',
    changes: [ON_AFTER_FENCED],
    covered: {
      by: 'each further step is refused like the one before',
      seenIn: 'on-after-fenced-unconditional',
    },
  },
  {
    name: 'on-after-fenced-unconditional',
    wrong: 'a lane goes on after it was told that it is fenced, and the ledger takes its steps',
    changes: [ON_AFTER_FENCED, NO_LEASE],
  },
];
