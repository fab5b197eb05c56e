import { commitIn, writeCommit } from '../../../src/adapters/memory/objects.ts';
import { buildTree } from '../../../src/adapters/memory/trees.ts';
import type { CommitId, Path } from '../../../src/core/git.ts';
import { Actor } from '../engine/actor.ts';
import type { Random } from '../engine/random.ts';
import { BRANCH_REF } from '../machine/disk.ts';
import type { Machine } from '../machine/machine.ts';
import { OPERATORS_REASON } from '../processes/gateway.ts';
import { WORKSPACE, type World } from '../world.ts';
import { ask } from './author.ts';
import { SHARED } from './texts.ts';

/** Within this much virtual time whoever does something now and then has done it. */
const SPAN_MS = 10_000;
const LOOK_MS = 5_000;

/** Commits of somebody else, pushed from elsewhere or made by a `git commit` beside ours. */
export async function committer({ random, plan, machine }: World): Promise<void> {
  const { disk, engine, server } = machine;
  const actor = new Actor(engine, 'somebody');
  for (let number = 1; number <= plan.commits; number++) {
    await actor.sleep(random.between(0, SPAN_MS / plan.commits));
    if (plan.remote) server.pushOfOthers(commitOf(machine, number));
    // His git finds the branch locked and gives up.
    else if (!disk.locks.has(BRANCH_REF)) await commitHere(machine, random, number);
  }
}

function commitOf(machine: Machine, number: number): CommitId {
  const { objects } = machine.disk;
  const tip = commitIn(objects, machine.tip());
  const bytes = Buffer.from(`mine ${number}\n`);
  const path = `theirs/${number}.txt` as Path;
  const tree = buildTree(objects, tip.tree, [{ path, before: null, after: { mode: '100644', bytes } }]);
  const date = Math.max(tip.committedAt, Math.floor(machine.wall() / 1_000));
  const commit = writeCommit(objects, { tree, parent: tip.id, message: `Theirs ${number}\n`, date });
  machine.engine.say(() => `somebody commits ${commit}`);
  return commit;
}

const MOST_OF_A_STEP_MS = 30;

/** As git does it, which knows nothing of us: locks the branch, writes the lock file, renames what has its name by then. */
async function commitHere(machine: Machine, random: Random, number: number): Promise<void> {
  const { disk, engine, bootId } = machine;
  const git = new Actor(engine, "somebody's git");
  const lock = { content: '', isMarked: false, owner: git };
  disk.locks.set(BRANCH_REF, lock);
  const commit = commitOf(machine, number);
  await git.sleep(random.between(1, MOST_OF_A_STEP_MS));
  lock.content = commit;
  await git.sleep(random.between(1, MOST_OF_A_STEP_MS));
  const file = disk.locks.get(BRANCH_REF);
  if (machine.bootId === bootId && file !== undefined) {
    if (file !== lock) engine.problems.push(`somebody's lock of the branch was taken away from him`);
    disk.setRef(BRANCH_REF, file.content);
    disk.locks.delete(BRANCH_REF);
  }
  engine.end(git);
}

/** Edits that are not committed, for a while. */
export async function editor({ random, plan, machine }: World): Promise<void> {
  const actor = new Actor(machine.engine, 'editor');
  for (let number = 0; number < plan.edits; number++) {
    await actor.sleep(random.between(0, SPAN_MS / plan.edits));
    const paths = [SHARED, ...[1, 2, 3, 4, 5].map((number) => `notes/${number}.txt`)] as Path[];
    for (const path of paths) machine.disk.edited.add(path);
    await actor.sleep(random.between(500, 5_000));
    machine.disk.edited.clear();
  }
}

export async function clockSetter({ random, plan, machine }: World): Promise<void> {
  const actor = new Actor(machine.engine, 'clock setter');
  for (let number = 0; number < plan.jumps; number++) {
    await actor.sleep(random.between(0, SPAN_MS / plan.jumps));
    const ms = random.pick([1_000, 10_000, 3_600_000]) * random.pick([1, -1]);
    machine.jump(ms);
  }
}

/** Whoever runs out of memory: kills a runner or a git, sooner or later, or as soon as something is being landed. */
export async function reaper({ random, plan, machine, store }: World): Promise<void> {
  const actor = new Actor(machine.engine, 'reaper');
  const isLanding = () => [...store.patches.values()].some(({ patch }) => patch.state.name === 'landing');
  for (let number = 0; number < plan.kills; number++) {
    await actor.sleep(random.between(0, 2 * (SPAN_MS / plan.kills)));
    for (let looks = random.between(0, 60); looks > 0 && !isLanding(); looks--) await actor.sleep(20);
    await actor.sleep(random.between(0, 60));
    machine.killAny((name) => /^(runner|git)/.test(name), random);
  }
}

/** Who delivers the power; the first cut comes soon after something has landed, each other one after a boot and a lease. */
export async function utility(world: World): Promise<void> {
  const { random, plan, machine, store } = world;
  const actor = new Actor(machine.engine, 'utility');
  const hasLanded = () => [...store.patches.values()].some(({ patch }) => patch.state.name === 'landed');
  world.busy += 1;
  for (let number = 0; number < plan.powerCuts; number++) {
    for (let looks = 0; number === 0 && looks < 80 && !hasLanded(); looks++) await actor.sleep(100);
    await actor.sleep(number === 0 ? random.between(0, 1_500) : random.between(3_000, 6_000));
    machine.losePower();
  }
  world.busy -= 1;
}

/** Stops the line for a while; lets it go on in the end, whatever it takes. */
export async function operator(world: World): Promise<void> {
  const { random, plan, machine, store } = world;
  const actor = new Actor(machine.engine, 'operator');
  for (let number = 0; number < plan.pauses; number++) {
    world.busy += 1;
    await actor.sleep(random.between(0, SPAN_MS));
    await ask(world, actor, { act: 'pause' });
    await actor.sleep(random.between(0, 3_000));
    while ((await ask(world, actor, { act: 'resume' })).kind !== 'done') await actor.sleep(LOOK_MS);
    world.busy -= 1;
  }
  // A pause whose fate was not known can still arrive.
  while (plan.pauses > 0) {
    await actor.sleep(LOOK_MS);
    const isPaused = store.workspaces.get(WORKSPACE.name)?.paused === OPERATORS_REASON;
    if (isPaused) await ask(world, actor, { act: 'resume' });
  }
}

/** Does what the line asks for that was stopped because its branch went back: puts it there again, and lets it go on. */
export async function restorer(world: World): Promise<void> {
  const { machine, store } = world;
  const { disk, engine } = machine;
  const actor = new Actor(engine, 'restorer');
  for (;;) {
    await actor.sleep(LOOK_MS);
    const reason = store.workspaces.get(WORKSPACE.name)?.paused ?? '';
    const landed = /contain the landed commit ([0-9a-f]{40})/.exec(reason)?.[1];
    if (landed === undefined || disk.locks.get(BRANCH_REF)?.owner.isAlive) continue;
    // His git names the lock that keeps it from doing so, and nobody is there who holds it.
    disk.locks.delete(BRANCH_REF);
    engine.say(() => `somebody puts the branch back to ${landed}`);
    disk.setRef(BRANCH_REF, landed);
    await ask(world, actor, { act: 'resume' });
  }
}

/** A branch lock without the mark of a writer of ours is a person's to remove: see stale-locks.ts. */
export async function lockRemover({ machine }: World): Promise<void> {
  const { disk, engine } = machine;
  const actor = new Actor(engine, 'janitor');
  let seen: unknown = null;
  for (;;) {
    await actor.sleep(LOOK_MS);
    const lock = disk.locks.get(BRANCH_REF);
    const isNobodys = lock !== undefined && !lock.isMarked && !lock.owner.isAlive;
    if (isNobodys && seen === lock) {
      engine.say(() => 'a person removes a dead lock of the branch');
      disk.locks.delete(BRANCH_REF);
    }
    seen = isNobodys ? lock : null;
  }
}
