import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import type { Follower, OpenRepository } from '../../../../src/ports/repository.ts';
import { asCommit, change, prepared, raised } from '../world.ts';
import { aRemote, hook, openedRemote, pushByOther, type RemotePlace } from './world.ts';

const FENCE = 'refs/ghost/fence/main';

async function aFollowed(t: TestContext) {
  const place = aRemote(t);
  const open = await openedRemote(t, place, { writers: 'ghost' });
  const fence = await raised(t, open, 3);
  const land = async (name: string) => {
    const intent = await prepared(open, [change(name, `${name}\n`)]);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    return intent;
  };
  return { place, open, land, follower: followerOf(open) };
}

function followerOf({ follower }: OpenRepository): Follower {
  assert(follower !== undefined);
  return follower;
}

const tipOf = (place: RemotePlace) => place.git('rev-parse', 'main');
const NOW = { adopt: false, now: true };

describe('a remote that only Ghost writes', () => {
  it('follows what has landed here, with the fence of this machine beside it', async (t) => {
    const { place, open, land } = await aFollowed(t);
    const { base, commit } = await land('x');
    assert.equal(tipOf(place), base);
    assert.equal(await open.worktree.follow(base, commit), 'followed');
    assert.equal(tipOf(place), commit);
    assert.match(place.git('cat-file', 'blob', FENCE), /installation ours\nworkspace demo\ntoken 3\n/);
  });

  it('stays behind while it is away, is not asked at once again, and catches up with all of it', async (t) => {
    const { place, open, land, follower } = await aFollowed(t);
    renameSync(place.gitDir, `${place.gitDir}.away`);
    const first = await land('x');
    assert.equal(await open.worktree.follow(first.base, first.commit), 'behind');
    renameSync(`${place.gitDir}.away`, place.gitDir);
    const second = await land('y');
    const soon = await follower.catchUp({ adopt: false, now: false });
    assert.equal(soon.kind, 'behind');
    assert.equal(tipOf(place), first.base);
    assert.deepEqual(await follower.catchUp(NOW), { kind: 'followed' });
    assert.equal(tipOf(place), second.commit);
    assert.deepEqual(await follower.catchUp(NOW), { kind: 'followed' });
  });

  it('is not forced where somebody else moved it forward, rewrote it or deleted it', async (t) => {
    const { place, land, follower } = await aFollowed(t);
    const { base, commit } = await land('x');
    const forward = pushByOther(place);
    const diverged = { kind: 'diverged', own: commit } as const;
    assert.deepEqual(await follower.catchUp(NOW), { ...diverged, tip: asCommit(forward) });
    const root = place.git('commit-tree', '-m', 'Begin anew', 'main^{tree}');
    place.git('update-ref', 'refs/heads/main', root);
    assert.deepEqual(await follower.catchUp(NOW), { ...diverged, tip: asCommit(root) });
    place.git('update-ref', '-d', 'refs/heads/main');
    assert.deepEqual(await follower.catchUp(NOW), { ...diverged, tip: null });
    place.git('update-ref', 'refs/heads/main', base);
    assert.deepEqual(await follower.catchUp(NOW), { kind: 'followed' });
  });

  it('is not shared with another installation, unless that one adopts it', async (t) => {
    const { place, land, follower } = await aFollowed(t);
    assert.deepEqual(await follower.catchUp(NOW), { kind: 'followed' });
    const theirs = followerOf(await openedRemote(t, place, { writers: 'ghost', installation: 'theirs' }));
    const mark = { installation: 'ours', workspace: 'demo', token: 3 };
    assert.deepEqual(await theirs.catchUp(NOW), { kind: 'other-installation', mark });
    assert.deepEqual(await theirs.catchUp({ adopt: true, now: true }), { kind: 'followed' });
    await land('x');
    assert.equal((await follower.catchUp(NOW)).kind, 'other-installation');
  });

  it('says in the words of the server why it is behind', async (t) => {
    const { place, land, follower } = await aFollowed(t);
    hook(place, 'pre-receive', 'echo "closed for the night" >&2; exit 1');
    await land('x');
    const { kind, why } = (await follower.catchUp(NOW)) as { kind: string; why: string };
    assert.equal(kind, 'behind');
    assert.match(why, /closed for the night/);
  });

  it('is level although the answer was lost, and although it was torn', async (t) => {
    const { place, land, follower } = await aFollowed(t);
    hook(place, 'post-receive', '[ -e lost ] && exit 0; : > lost; kill -9 $PPID');
    const { commit } = await land('x');
    assert.equal((await follower.catchUp(NOW)).kind, 'behind');
    assert.deepEqual(await follower.catchUp(NOW), { kind: 'followed' });
    place.git('update-ref', '-d', FENCE);
    assert.deepEqual(await follower.catchUp(NOW), { kind: 'followed' });
    assert.equal(tipOf(place), commit);
    place.git('rev-parse', '--verify', FENCE);
  });
});
