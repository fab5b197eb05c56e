import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Fence, HistoryCommit } from '../../src/ports/repository.ts';
import { pick, seeded } from './random.ts';
import {
  change,
  fenceIn,
  lease,
  type OpenWorkspace,
  prepared,
  raised,
  type WorkspaceSubject,
} from './workspace-subject.ts';

const ADOPT = { adopt: true };
const KEEP = { adopt: false };
const marked = (token: number, installation = 'ours') => ({ installation, workspace: 'demo', token });

/** What src/ports/repository.ts promises of the branch as something to land on: `Destination` and `Fence`. */
export function destinationSuite(name: string, openSubject: OpenWorkspace): void {
  describe(`the fence of ${name}`, () => {
    it('tells who holds the branch, to everybody, also after it was lowered', async (t) => {
      const subject = await openSubject(t);
      const [one, two] = [await subject.open('ours'), await subject.open('theirs')];
      assert.equal(await one.destination.fence(), null);
      const fence = await raised(t, one, 4);
      assert.equal(fence.lease.token, 4);
      assert.deepEqual(await one.destination.fence(), marked(4));
      assert.deepEqual(await two.destination.fence(), marked(4));
      await fence.lower();
      await fence.lower();
      assert.deepEqual(await two.destination.fence(), marked(4));
    });

    it('is raised again with the same token, and refused to a smaller one', async (t) => {
      const open = await (await openSubject(t)).open('ours');
      await (await raised(t, open, 4)).lower();
      await (await raised(t, open, 4)).lower();
      const refused = await open.destination.raise(lease(3), null, KEEP);
      assert.deepEqual(refused, { kind: 'fenced', mark: marked(4) });
      assert.deepEqual(await open.destination.fence(), marked(4));
    });

    it('of another installation is taken by adoption and a greater token alone', async (t) => {
      const subject = await openSubject(t);
      const [theirs, ours] = [await subject.open('theirs'), await subject.open('ours')];
      await (await raised(t, theirs, 4)).lower();
      const { destination } = ours;
      const mark = marked(4, 'theirs');
      assert.deepEqual(await destination.raise(lease(9), null, KEEP), { kind: 'other-installation', mark });
      assert.deepEqual(await destination.raise(lease(4), null, ADOPT), { kind: 'fenced', mark });
      const fence = fenceIn(t, await destination.raise(lease(5), null, ADOPT));
      assert.deepEqual(await destination.fence(), marked(5));
      assert.deepEqual(await fence.land(await prepared(ours, [change('x', '1\n')])), { kind: 'moved' });
      const back = await theirs.destination.raise(lease(6), null, KEEP);
      assert.deepEqual(back, { kind: 'other-installation', mark: marked(5) });
    });

    it('does not end the writer of another installation', async (t) => {
      const subject = await openSubject(t);
      const [theirs, ours] = [await subject.open('theirs'), await subject.open('ours')];
      const fence = await raised(t, theirs, 4);
      const refused = await ours.destination.raise(lease(9), fence.writer, KEEP);
      assert.equal(refused.kind, 'other-installation');
      assert.deepEqual(await fence.land(await prepared(theirs, [change('x', '1\n')])), { kind: 'moved' });
    });

    it('leaves nothing to clear where nobody died', async (t) => {
      const open = await (await openSubject(t)).open('ours');
      const fence = await raised(t, open, 1);
      const intent = await prepared(open, [change('x', '1\n')]);
      await fence.sync();
      await fence.clearStaleLock(intent);
      assert.deepEqual(await fence.land(intent), { kind: 'moved' });
      await fence.clearStaleLock(intent);
      await fence.lower();
      assert.equal(await open.destination.clearStaleFence(fence.writer), false);
      assert.deepEqual(await open.destination.fence(), marked(1));
      assert.equal((await open.repository.tip()).commit, intent.commit);
    });
  });

  describe(`landing on ${name}`, () => {
    it('moves the branch to the commit, for everybody to see', async (t) => {
      const subject = await openSubject(t);
      const [one, two] = [await subject.open('ours'), await subject.open('ours')];
      const fence = await raised(t, one, 1);
      for (const content of ['uno\n', 'due\n', 'tre\n']) {
        const intent = await prepared(one, [change('src/one.ts', content)]);
        assert.deepEqual(await fence.land(intent), { kind: 'moved' });
        for (const { repository, history } of [one, two]) {
          const tip = await repository.tip();
          assert.deepEqual(
            [tip.commit, tip.tree, tip.committedAt],
            [intent.commit, intent.tree, 1_700_000_100],
          );
          assert.equal(await history.holds(intent.commit), true);
        }
      }
      assert.equal((await Array.fromAsync(two.history.since(null))).length, 4);
    });

    it('is outpaced by others, names where the branch is, and goes on from there', async (t) => {
      const subject = await openSubject(t);
      const open = await subject.open('ours');
      const fence = await raised(t, open, 1);
      const late = await prepared(open, [change('src/one.ts', 'uno\n')]);
      const tip = await subject.moveByHand();
      assert.deepEqual(await fence.land(late), { kind: 'outpaced', tip });
      assert.equal((await open.repository.tip()).commit, tip);
      const again = await prepared(open, [change('src/one.ts', 'uno\n')]);
      assert.equal(again.base, tip);
      assert.deepEqual(await fence.land(again), { kind: 'moved' });
      assert.deepEqual(await fence.land(late), { kind: 'outpaced', tip: again.commit });
    });

    it('a second time is the same landing, also when somebody has built on it', async (t) => {
      const subject = await openSubject(t);
      const open = await subject.open('ours');
      const fence = await raised(t, open, 1);
      const first = await prepared(open, [change('x', '1\n')]);
      for (const _ of [1, 2]) assert.deepEqual(await fence.land(first), { kind: 'moved' });
      const second = await prepared(open, [change('x', '2\n')]);
      await fence.land(second);
      assert.deepEqual(await fence.land(first), { kind: 'moved' });
      assert.equal((await open.repository.tip()).commit, second.commit, 'and nothing went back');
      const byHand = await subject.moveByHand();
      assert.deepEqual(await fence.land(second), { kind: 'moved' });
      assert.equal((await open.repository.tip()).commit, byHand);
    });

    it('cannot be done once the fence is lowered', async (t) => {
      const open = await (await openSubject(t)).open('ours');
      const fence = await raised(t, open, 1);
      const intent = await prepared(open, [change('x', '1\n')]);
      await fence.lower();
      await assert.rejects(fence.land(intent), /lowered/);
      assert.equal((await open.repository.tip()).commit, intent.base);
    });

    it('is refused to whom another took over from, before and after the other one landed', async (t) => {
      const subject = await openSubject(t);
      const [stale, successor] = [await subject.open('ours'), await subject.open('ours')];
      const staleFence = await raised(t, stale, 1);
      const late = await prepared(stale, [change('x', 'late\n')], 'Late');
      const fence = await raised(t, successor, 2, staleFence);
      assert.deepEqual(await staleFence.land(late), { kind: 'fenced', mark: marked(2) });
      const intent = await prepared(successor, [change('x', 'mine\n')]);
      assert.deepEqual(await fence.land(intent), { kind: 'moved' });
      assert.deepEqual(await staleFence.land(late), { kind: 'fenced', mark: marked(2) });
      await fence.lower();
      assert.deepEqual(await staleFence.land(late), { kind: 'fenced', mark: marked(2) });
      assert.equal((await successor.repository.tip()).commit, intent.commit);
    });

    it('of what a dead holder landed is found by its successor to have been done', async (t) => {
      const subject = await openSubject(t);
      const [dead, successor] = [await subject.open('ours'), await subject.open('ours')];
      const deadFence = await raised(t, dead, 1);
      const intent = await prepared(dead, [change('x', '1\n')]);
      await deadFence.land(intent);
      const fence = await raised(t, successor, 2, deadFence);
      await fence.sync();
      assert.deepEqual(await fence.land(intent), { kind: 'moved' });
      assert.equal((await Array.fromAsync(successor.history.since(null))).length, 2);
    });

    for (const seed of [4, 20_261_122]) {
      it(`never loses, repeats or mixes landings when holders take over at random (seed ${seed})`, async (t) => {
        const subject = await openSubject(t);
        await landAtRandom(t, subject, seeded(seed));
      });
    }
  });
}

/** Holders raise, land, are late and are outpaced in any order; the branch is what the answers said it is. */
async function landAtRandom(t: TestContext, subject: WorkspaceSubject, random: () => number): Promise<void> {
  const runners = [await subject.open('ours'), await subject.open('ours')] as const;
  const { repository, history } = runners[0];
  const branch = [(await repository.tip()).commit];
  const fences: Fence[] = [];
  const acts = {
    raise: async () => {
      const { length } = fences;
      fences.push(await raised(t, pick(runners, random), length + 1, fences.at(-1) ?? null));
    },
    hand: async () => void branch.push(await subject.moveByHand()),
    land: async (fence = fences.at(-1)) => {
      const intent = await prepared(pick(runners, random), [change('x', `${branch.length}\n`)]);
      if (random() < 0.3) await acts.hand();
      const ahead = branch.at(-1) === intent.base ? 'moved' : 'outpaced';
      const outcome = await fence?.land(intent);
      assert.equal(outcome?.kind, fence === fences.at(-1) ? ahead : 'fenced');
      if (outcome?.kind === 'moved') branch.push(intent.commit);
    },
    late: () => acts.land(pick(fences, random)),
  };
  await acts.raise();
  for (let round = 0; round < 24; round++) {
    await acts[pick(['raise', 'land', 'land', 'late', 'hand'] as const, random)]();
    const found: readonly HistoryCommit[] = await Array.fromAsync(history.since(null));
    assert.deepEqual(
      found.map(({ id }) => id),
      branch,
    );
  }
}
