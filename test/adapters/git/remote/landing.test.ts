import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Intent } from '../../../../src/core/patch/patch.ts';
import type { Fence, OpenRepository } from '../../../../src/ports/repository.ts';
import { asCommit, change, fenceIn, lease, prepared, raised, until } from '../world.ts';
import { aRemote, hook, openedRemote, pushByOther, type RemotePlace } from './world.ts';

const FENCE = 'refs/ghost/fence/main';

interface Standing {
  readonly place: RemotePlace;
  readonly open: OpenRepository;
  readonly fence: Fence;
  readonly intent: Intent;
}

/** A holder with token 1 that is about to land its first commit. */
async function aHolder(t: TestContext, options: Parameters<typeof aRemote>[1] = {}): Promise<Standing> {
  const place = aRemote(t, options);
  const open = await openedRemote(t, place);
  const fence = await raised(t, open, 1);
  return { place, open, fence, intent: await prepared(open, [change('x', 'one\n')]) };
}

const tipOf = (place: RemotePlace) => place.git('rev-parse', 'main');
const fenceOf = (place: RemotePlace) => place.git('rev-parse', FENCE);

/** Runs in the remote's hook when branch and fence have been written by one push, once. */
function afterPush(place: RemotePlace, script: string): void {
  hook(
    place,
    'reference-transaction',
    `[ "$1" = committed ] || exit 0
    updates=$(cat)
    case "$updates" in *${FENCE}*) ;; *) exit 0 ;; esac
    case "$updates" in *refs/heads/main*) ;; *) exit 0 ;; esac
    [ -e torn ] && exit 0; : > torn
    before() { echo "$updates" | grep " $1\\$" | cut -d' ' -f1; }
    ${script}
    kill -9 $PPID`,
  );
}

describe('a landing on a remote', () => {
  it('moves branch and fence in one push, the fence to a new mark of the same token', async (t) => {
    const { place, fence, intent } = await aHolder(t, { format: 'sha256' });
    const before = fenceOf(place);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(tipOf(place), intent.commit);
    assert.notEqual(fenceOf(place), before);
    assert.match(place.git('cat-file', 'blob', FENCE), /workspace demo\ntoken 1\n/);
    place.git('fsck', '--strict');
  });

  it('is recognised where only its answer was lost', async (t) => {
    const { place, fence, intent } = await aHolder(t);
    afterPush(place, '');
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(existsSync(join(place.gitDir, 'torn')), true);
    assert.equal(tipOf(place), intent.commit);
  });

  it('is done again where the server died before it did anything', async (t) => {
    const { place, fence, intent } = await aHolder(t);
    hook(place, 'pre-receive', '[ -e died ] && exit 0; : > died; kill -9 $PPID');
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(existsSync(join(place.gitDir, 'died')), true);
    assert.equal(tipOf(place), intent.commit);
  });

  it('whose branch was written and whose fence was not is done, and the next one goes on from there', async (t) => {
    const { place, open, fence, intent } = await aHolder(t);
    const before = fenceOf(place);
    afterPush(place, `git update-ref ${FENCE} $(before ${FENCE})`);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.deepEqual([tipOf(place), fenceOf(place)], [intent.commit, before]);
    const next = await prepared(open, [change('y', 'two\n')]);
    assert.deepEqual(await fence.land(next), { kind: 'moved' });
    assert.equal(tipOf(place), next.commit);
  });

  it('whose fence was written and whose branch was not is done again', async (t) => {
    const { place, fence, intent } = await aHolder(t);
    afterPush(place, 'git update-ref refs/heads/main $(before refs/heads/main)');
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(tipOf(place), intent.commit);
  });

  it('is left open while nobody answers, and a successor finds out what became of it', async (t) => {
    const { place, fence, intent } = await aHolder(t);
    hook(place, 'pre-receive', 'kill -9 $PPID');
    await assert.rejects(fence.land(intent), { code: 'remote_unreachable' });
    rmSync(join(place.gitDir, 'hooks/pre-receive'));
    const successor = await openedRemote(t, place);
    const raisedAgain = await raised(t, successor, 2, fence);
    assert.equal(await successor.history.holds(intent.commit), false);
    assert.deepEqual(await raisedAgain.land(intent), { kind: 'moved' });
  });

  it('is over when a hook declines everything, its fence too: git sends nothing twice here', async (t) => {
    const { place, open, fence, intent } = await aHolder(t);
    const before = tipOf(place);
    hook(place, 'pre-receive', 'echo "closed for the night" >&2; exit 1');
    const outcome = await fence.land(intent);
    assert.equal(outcome.kind, 'refused');
    assert.match((outcome as { why: string }).why, /closed for the night/);
    assert.equal(tipOf(place), before);
    await fence.lower();
    await assert.rejects(raised(t, open, 2), { code: 'remote_declined' });
    rmSync(join(place.gitDir, 'hooks/pre-receive'));
    const again = await raised(t, open, 3);
    assert.deepEqual(await again.land(intent), { kind: 'moved' });
  });

  it('never lands what its server declines, and has the words of the server, made harmless', async (t) => {
    const { place, fence, intent } = await aHolder(t);
    hook(
      place,
      'update',
      'case "$1" in refs/heads/*) printf "no \\033[31mbinaries\\007 at https://ann:pw@h/ here\\n" >&2; exit 1;; esac',
    );
    const outcome = await fence.land(intent);
    assert.equal(outcome.kind, 'refused');
    const { why } = outcome as { why: string };
    assert.match(why, /hook declined.*no binaries at https:\/\/\*\*\*@h\/ here/);
    assert.equal(
      ['\x1b', '\x07', '\n', 'pw'].some((part) => why.includes(part)),
      false,
    );
    assert.equal(tipOf(place), intent.base);
  });

  it('is outpaced by a branch that others moved on, and by one that they rewrote', async (t) => {
    const { place, open, fence, intent } = await aHolder(t);
    const tip = pushByOther(place);
    assert.deepEqual(await fence.land(intent), { kind: 'outpaced', tip: asCommit(tip) });
    const second = await prepared(open, [change('x', 'two\n')]);
    assert.equal(second.base, tip);
    const root = place.git('commit-tree', '-m', 'Begin anew', 'main^{tree}');
    place.git('update-ref', 'refs/heads/main', root);
    assert.deepEqual(await fence.land(second), { kind: 'outpaced', tip: asCommit(root) });
    assert.equal(tipOf(place), root);
  });

  it('does not make a branch anew that others deleted', async (t) => {
    const { place, open, fence, intent } = await aHolder(t);
    place.git('update-ref', '-d', 'refs/heads/main');
    await assert.rejects(fence.land(intent), { code: 'branch_gone' });
    await assert.rejects(open.repository.tip(), { code: 'branch_gone' });
    assert.equal(place.git('for-each-ref', 'refs/heads'), '');
  });

  it('is fenced where somebody took the fence away', async (t) => {
    const { place, fence, intent } = await aHolder(t);
    place.git('update-ref', '-d', FENCE);
    assert.deepEqual(await fence.land(intent), { kind: 'fenced', mark: null });
    assert.equal(tipOf(place), intent.base);
  });
});

/** Makes the server wait in the middle of the next push; resolves once one is there. */
async function pushUnderWay(place: RemotePlace, land: () => Promise<unknown>) {
  hook(place, 'pre-receive', '[ -e hold ] || exit 0; : > held; while [ -e hold ]; do sleep 0.01; done');
  writeFileSync(join(place.gitDir, 'hold'), '');
  const landing = land();
  await until(() => existsSync(join(place.gitDir, 'held')), 'the push has reached the server');
  return { landing, release: () => rmSync(join(place.gitDir, 'hold')) };
}

/** The `git push` that this process has started. */
function pushProcess(): number {
  const found = readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const parent = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[1];
      return (
        Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('\0push\0')
      );
    } catch {
      return false;
    }
  });
  assert.equal(found.length, 1);
  return Number(found[0]);
}

describe('a push that arrives late', () => {
  it('from a holder that was stopped is refused by the mark of its successor', async (t) => {
    const { place, fence, intent } = await aHolder(t);
    const { landing, release } = await pushUnderWay(place, () => fence.land(intent));
    const push = pushProcess();
    process.kill(-push, 'SIGSTOP');
    release();
    const successor = await openedRemote(t, place);
    const taken = await raised(t, successor, 2, fence);
    const other = await prepared(successor, [change('z', 'theirs\n')]);
    assert.deepEqual(await taken.land(other), { kind: 'moved' });
    process.kill(-push, 'SIGCONT');
    const mark = { installation: 'ours', workspace: 'demo', token: 2 };
    assert.deepEqual(await landing, { kind: 'fenced', mark });
    assert.equal(tipOf(place), other.commit);
  });

  it('is refused even where the successor landed nothing and can end nobody, as on another machine', async (t) => {
    const { place, fence, intent } = await aHolder(t);
    const { landing, release } = await pushUnderWay(place, () => fence.land(intent));
    const push = pushProcess();
    process.kill(-push, 'SIGSTOP');
    release();
    await raised(t, await openedRemote(t, place, { machine: 'second' }), 2);
    process.kill(-push, 'SIGCONT');
    assert.equal(((await landing) as { kind: string }).kind, 'fenced');
    assert.equal(tipOf(place), intent.base);
  });

  it('is refused where the successor has the same repository open, and leaves its fence alone', async (t) => {
    const { place, open, fence, intent } = await aHolder(t);
    const { landing, release } = await pushUnderWay(place, () => fence.land(intent));
    const push = pushProcess();
    process.kill(-push, 'SIGSTOP');
    release();
    const taken = fenceIn(t, await open.destination.raise(lease(2), fence.writer, { adopt: false }));
    process.kill(-push, 'SIGCONT');
    const mark = { installation: 'ours', workspace: 'demo', token: 2 };
    assert.deepEqual(await landing, { kind: 'fenced', mark });
    assert.deepEqual(await taken.land(intent), { kind: 'moved' });
  });
});

describe('the fence of a remote', () => {
  it('keeps another installation out, unless it adopts the branch', async (t) => {
    const { place, fence, intent } = await aHolder(t);
    const theirs = await openedRemote(t, place, { installation: 'theirs' });
    const mark = { installation: 'ours', workspace: 'demo', token: 1 };
    assert.deepEqual(await theirs.destination.fence(), mark);
    assert.deepEqual(await theirs.destination.raise(lease(9), null, { adopt: false }), {
      kind: 'other-installation',
      mark,
    });
    fenceIn(t, await theirs.destination.raise(lease(2), null, { adopt: true }));
    assert.equal((await fence.land(intent)).kind, 'fenced');
  });

  it('is raised although the answer to it was lost', async (t) => {
    const place = aRemote(t);
    const open = await openedRemote(t, place);
    hook(place, 'post-receive', '[ -e lost ] && exit 0; : > lost; kill -9 $PPID');
    await raised(t, open, 1);
    assert.equal((await open.destination.fence())?.token, 1);
  });
});
