import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CommitId } from '../../src/core/git.ts';
import type { Lease } from '../../src/core/lease/lease.ts';
import type { Entry } from '../../src/core/ledger/entry.ts';
import { verifyChain } from '../../src/core/ledger/verify-chain.ts';
import { registrationIn } from '../../src/core/ledger/workspace-entry.ts';
import type { PatchEvent } from '../../src/core/patch/transition.ts';
import {
  accepted,
  cancelled,
  claimed,
  freshName,
  givenSubmission,
  givenWorkspace,
  held,
  landing,
  moved,
  rejected,
} from './given.ts';
import { type OpenSubject, subjectOf } from './subject.ts';

const anAcceptedTip = {
  baseline: { tip: 'b'.repeat(40) as CommitId, landings: 7 },
  from: 'a'.repeat(40) as CommitId,
  reason: 'squashed by hand',
  takenOff: [],
};

const aCommit = (digit: string) => digit.repeat(40) as CommitId;

/** What src/ports/workspaces.ts promises, sentence by sentence. */
export function workspacesSuite(name: string, open: OpenSubject): void {
  describe(`the workspaces of ${name}`, () => {
    const subject = subjectOf(open);
    const added = async () => {
      const workspace = givenWorkspace();
      assert.equal(await subject.ports.workspaces.add(workspace), null);
      return workspace;
    };
    const leaseOf = async (name: string) => {
      const taken = await subject.ports.leaser.take({ name, owner: 'eve', ttlMs: 1_000, above: 0 });
      if (taken.kind !== 'taken') throw new Error(`${name} is held`);
      return taken.lease;
    };
    const typesIn = async (chain: string) =>
      (await subject.ports.chains.entries(chain, 0, 99)).map(({ type }) => type);

    it('are added, found and listed by name', async () => {
      const { workspaces } = subject.ports;
      const bare = givenWorkspace({ name: freshName('zebra') });
      const checkedOut = givenWorkspace({ name: freshName('ant'), workTree: '/srv/ant', paused: 'not yet' });
      await workspaces.add(bare);
      await workspaces.add(checkedOut);
      assert.deepEqual(await workspaces.find(bare.name), bare);
      assert.deepEqual(await workspaces.list(), [checkedOut, bare]);
      assert.equal(await workspaces.find('nobody'), null);
    });

    it('tell of being added in a chain of their own', async () => {
      const { name: chain, gitDir, workTree, branch } = await added();
      const [entry] = await subject.ports.chains.entries(chain, 0, 9);
      assert.deepEqual(
        [entry?.type, entry?.actor, entry?.data],
        ['workspace.added', 'ada', { gitDir, workTree, branch }],
      );
    });

    it('on a remote share neither its address nor its branch, wherever their copies lie', async () => {
      const { workspaces } = subject.ports;
      const remote = {
        url: `https://git.example/${freshName('repo')}`,
        writers: 'others',
        credentials: null,
      } as const;
      const first = givenWorkspace({ remote, baseline: { tip: aCommit('a'), landings: 0 } });
      assert.equal(await workspaces.add(first), null);
      assert.deepEqual(await workspaces.find(first.name), first);
      assert.deepEqual(await workspaces.add(givenWorkspace({ remote })), { taken: 'branch', by: first });
      const otherBranch = givenWorkspace({ remote, branch: 'next' });
      assert.equal(await workspaces.add(otherBranch), null);
      const [entry] = await subject.ports.chains.entries(first.name, 0, 9);
      assert.deepEqual(registrationIn(entry as Entry), first);
    });

    it('go on from a tip that an operator accepted, and tell who did and why', async () => {
      const { workspaces, chains } = subject.ports;
      const { name: chain } = await added();
      const paused = 'the branch was rewritten';
      await workspaces.pause(chain, paused, 'ada', 3);
      const by = { lease: await leaseOf(chain), paused, actor: 'eve', at: 4 };
      assert.equal(await workspaces.acceptTip(chain, anAcceptedTip, by), 'accepted');
      const found = await workspaces.find(chain);
      assert.deepEqual([found?.baseline, found?.paused], [anAcceptedTip.baseline, null]);
      const entry = (await chains.entries(chain, 0, 9)).at(-1);
      assert.deepEqual([entry?.type, entry?.actor, entry?.at], ['workspace.tip_accepted', 'eve', 4]);
      assert.deepEqual(entry?.data, {
        from: aCommit('a'),
        tip: aCommit('b'),
        landings: 7,
        reason: 'squashed by hand',
        takenOff: { count: 0, patches: [] },
      });
      assert.equal(await workspaces.acceptTip('nobody', anAcceptedTip, by), 'unknown');
    });

    it('tell of each patch that is off the branch with an accepted tip, once, and free its content', async () => {
      const { workspaces, ledger, chains } = subject.ports;
      const { name: workspace } = await added();
      const patch = await moved(
        ledger,
        await accepted(ledger, { workspace, content: 'same' }),
        ...landing(1),
      );
      const stays = await moved(ledger, await accepted(ledger, { workspace }), ...landing(2));
      const elsewhere = (await added()).name;
      const foreign = await moved(ledger, await accepted(ledger, { workspace: elsewhere }), ...landing(1));
      const waits = await accepted(ledger, { workspace });
      const again = () => ledger.accept(givenSubmission({ workspace, content: 'same' }));
      assert.equal((await again()).kind, 'repeated');
      const lease = await leaseOf(workspace);
      const accept = async (at: number) => {
        await workspaces.pause(workspace, 'rewritten', 'ada', 3);
        const takenOff = [patch.id, foreign.id, waits.id];
        const by = { lease, paused: 'rewritten', actor: 'eve', at };
        assert.equal(await workspaces.acceptTip(workspace, { ...anAcceptedTip, takenOff }, by), 'accepted');
      };
      await accept(4);
      const found = await ledger.find(patch.id);
      const takenOff = { by: 'eve', at: 4, reason: 'squashed by hand' };
      assert.deepEqual(found, { ...patch, version: patch.version + 1, state: { ...patch.state, takenOff } });
      for (const other of [stays, foreign, waits]) assert.deepEqual(await ledger.find(other.id), other);
      const told = (await chains.entries(workspace, 0, 99)).slice(-2);
      assert.deepEqual(
        told.map(({ type, subject, actor, at, data }) => ({ type, subject, actor, at, data })),
        [
          {
            ...{ type: 'patch.taken_off', subject: patch.id, actor: 'eve', at: 4 },
            data: { by: 'eve', reason: 'squashed by hand' },
          },
          {
            ...{ type: 'workspace.tip_accepted', subject: workspace, actor: 'eve', at: 4 },
            data: {
              ...{ from: aCommit('a'), tip: aCommit('b'), landings: 7, reason: 'squashed by hand' },
              takenOff: { count: 1, patches: [patch.id] },
            },
          },
        ],
      );
      const second = await again();
      assert.equal(second.kind, 'accepted');
      assert.equal((await again()).kind, 'repeated');
      await accept(5);
      assert.deepEqual(await ledger.find(patch.id), found);
    });

    it('take no tip of whoever lost the lease, or saw the line stand still for another reason', async () => {
      const { workspaces, leaser, outbox } = subject.ports;
      const { name: chain } = await added();
      const [first, paused] = [await leaseOf(chain), 'the branch was rewritten'];
      await workspaces.pause(chain, paused, 'ada', 3);
      await leaser.release(first);
      const lease = await leaseOf(chain);
      const before = await outbox.newest();
      const accept = (by: { lease: Lease; paused: string }) =>
        workspaces.acceptTip(chain, anAcceptedTip, { ...by, actor: 'eve', at: 4 });
      assert.equal(await accept({ lease: first, paused }), 'fenced');
      assert.equal(await accept({ lease, paused: 'another reason' }), 'pause-changed');
      assert.equal(await outbox.newest(), before);
      const found = await workspaces.find(chain);
      assert.deepEqual([found?.baseline, found?.paused], [null, paused]);
      await workspaces.pause(chain, null, 'ada', 5);
      assert.equal(await accept({ lease, paused }), 'pause-changed');
    });

    it('share neither a name nor a branch of one repository', async () => {
      const { workspaces, outbox } = subject.ports;
      const first = await added();
      const before = await outbox.newest();
      const sameName = givenWorkspace({ name: first.name });
      const sameBranch = givenWorkspace({ gitDir: first.gitDir });
      assert.deepEqual(await workspaces.add(sameName), { taken: 'name', by: first });
      assert.deepEqual(await workspaces.add(first), { taken: 'name', by: first });
      assert.deepEqual(await workspaces.add(sameBranch), { taken: 'branch', by: first });
      assert.equal(await workspaces.find(sameBranch.name), null);
      assert.equal(await outbox.newest(), before);
      assert.equal(await workspaces.add(givenWorkspace({ gitDir: first.gitDir, branch: 'next' })), null);
    });

    it('are paused with a reason and resumed, each told once', async () => {
      const { workspaces } = subject.ports;
      const { name: chain } = await added();
      assert.equal(await workspaces.pause(chain, 'release day', 'bob', 5), true);
      assert.equal(await workspaces.pause(chain, 'release day', 'bob', 6), true);
      assert.equal((await workspaces.find(chain))?.paused, 'release day');
      assert.equal(await workspaces.pause(chain, null, 'bob', 7), true);
      assert.equal((await workspaces.find(chain))?.paused, null);
      assert.deepEqual(await typesIn(chain), ['workspace.added', 'workspace.paused', 'workspace.resumed']);
      assert.equal(await workspaces.pause('nobody', 'x', 'bob', 8), false);
    });

    it('are removed, while their patches and their chain stay, and may come back to both', async () => {
      const { workspaces, ledger, chains } = subject.ports;
      const workspace = await added();
      const patch = await moved(ledger, await accepted(ledger, { workspace: workspace.name }), cancelled);
      assert.equal(await workspaces.remove(workspace.name, 'bob', 9), true);
      assert.equal(await workspaces.find(workspace.name), null);
      assert.equal(await workspaces.remove(workspace.name, 'bob', 9), false);
      assert.deepEqual(await ledger.find(patch.id), patch);
      assert.equal(await workspaces.add(workspace), null);
      const entries = await chains.entries(workspace.name, 0, 99);
      assert.deepEqual(
        entries.map(({ type }) => type),
        ['workspace.added', 'patch.accepted', 'patch.cancelled', 'workspace.removed', 'workspace.added'],
      );
      assert.deepEqual(verifyChain(entries, null), []);
    });

    it('keep a name for the repository and branch that it was first added with, removed or not', async () => {
      const { workspaces, outbox } = subject.ports;
      const first = await added();
      await workspaces.pause(first.name, 'release day', 'bob', 5);
      await workspaces.remove(first.name, 'bob', 9);
      const before = await outbox.newest();
      const others = [{ gitDir: '/srv/another.git' }, { gitDir: first.gitDir, branch: 'next' }];
      for (const place of others)
        assert.deepEqual(await workspaces.add(givenWorkspace({ name: first.name, ...place })), {
          taken: 'name',
          by: first,
        });
      assert.equal(await outbox.newest(), before);
      const later = { ...first, workTree: '/srv/elsewhere', addedAt: 7, addedBy: 'bob' };
      assert.equal(await workspaces.add(later), null);
      assert.deepEqual(await workspaces.find(first.name), later);
    });

    it('leave the branch of a removed workspace to any other name', async () => {
      const { workspaces } = subject.ports;
      const first = await added();
      await workspaces.remove(first.name, 'bob', 9);
      const second = givenWorkspace({ gitDir: first.gitDir });
      assert.equal(await workspaces.add(second), null);
      assert.deepEqual(await workspaces.add(first), { taken: 'branch', by: second });
    });

    const unfinished: Readonly<Record<string, readonly PatchEvent[]>> = {
      queued: [],
      held: [held],
      checking: [claimed],
      landing: landing(1).slice(0, 2),
    };
    for (const [state, events] of Object.entries(unfinished)) {
      it(`are not removed while a patch is ${state}`, async () => {
        const { workspaces, ledger } = subject.ports;
        const workspace = await added();
        await moved(ledger, await accepted(ledger, { workspace: workspace.name }), ...events);
        assert.equal(await workspaces.remove(workspace.name, 'bob', 9), false);
        assert.deepEqual(await workspaces.find(workspace.name), workspace);
      });
    }

    it('are removed when every patch is landed, rejected or cancelled', async () => {
      const { workspaces, ledger } = subject.ports;
      const { name: workspace } = await added();
      await moved(ledger, await accepted(ledger, { workspace }), ...landing(1));
      await moved(ledger, await accepted(ledger, { workspace }), claimed, rejected);
      await moved(ledger, await accepted(ledger, { workspace }), cancelled);
      await accepted(ledger, { workspace: (await added()).name });
      assert.equal(await workspaces.remove(workspace, 'bob', 9), true);
    });
  });
}
