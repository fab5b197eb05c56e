import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Actor } from './engine/actor.ts';
import { Engine } from './engine/engine.ts';
import { Random } from './engine/random.ts';
import type { Phase } from './engine/step.ts';
import type { FaultKind } from './fault-points.ts';
import { BRANCH_REF, FENCE_REF } from './machine/disk.ts';
import { Machine } from './machine/machine.ts';
import { startWriter } from './machine/writer.ts';

const STOP_MS = 700;

interface Scene {
  readonly engine: Engine;
  readonly actor: Actor;
  /** Effects that reached the store, in their order. */
  readonly applied: string[];
  /** What came back of each, once it has. */
  readonly answers: string[];
  write(name: string): void;
  rest(): Promise<string>;
}

/** One process that writes; the first step that `meets` picks out meets the fault. */
function aScene(kind: FaultKind | null, meets: (phase: Phase) => boolean, seed = 1): Scene {
  let isDue = kind !== null;
  const faults = {
    next: (_: unknown, phase: Phase) => {
      if (!isDue || !meets(phase)) return null;
      isDue = false;
      return kind;
    },
    stopMs: () => STOP_MS,
  };
  const engine = new Engine({ random: new Random(seed, 1), faults, stepMs: 1, slowness: 0, trace: null });
  const actor = new Actor(engine, 'writer');
  const applied: string[] = [];
  const answers: string[] = [];
  const write = (name: string) =>
    void actor.perform({ point: 'ledger.accept', apply: () => applied.push(name) }).then(
      () => answers.push(`${name} is done`),
      (error: unknown) => answers.push(String(error)),
    );
  return { engine, actor, applied, answers, write, rest: () => engine.run(() => null) };
}

const ASKED = (phase: Phase) => phase === 'asked';
const APPLIED = (phase: Phase) => phase === 'applied';

describe('a fault', () => {
  it('that kills lets nothing come back, and lets what was sent arrive or not', async () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      const scene = aScene('kill', ASKED, seed);
      scene.write('one');
      await scene.rest();
      assert.equal(scene.actor.isAlive, false);
      assert.deepEqual(scene.answers, []);
      outcomes.add(scene.applied.join());
    }
    assert.deepEqual([...outcomes].sort(), ['', 'one']);
  });

  it('that kills after the effect leaves it done without an answer', async () => {
    const scene = aScene('kill', APPLIED);
    scene.write('one');
    await scene.rest();
    assert.deepEqual([scene.applied, scene.answers], [['one'], []]);
  });

  it('that stops holds back the answer until the process goes on, not always what it had sent', async () => {
    const early = new Set<boolean>();
    for (let seed = 1; seed <= 20; seed++) {
      const scene = aScene('stop', ASKED, seed);
      scene.write('one');
      await scene.engine.run(() =>
        scene.engine.now >= STOP_MS / 2 || scene.applied.length > 0 ? 'seen' : null,
      );
      early.add(scene.engine.now < STOP_MS && scene.applied.length > 0);
      assert.deepEqual(scene.answers, []);
      await scene.rest();
      assert.ok(scene.engine.now >= STOP_MS);
      assert.deepEqual([scene.applied, scene.answers], [['one'], ['one is done']]);
    }
    assert.deepEqual([...early].sort(), [false, true]);
  });

  it('that fails an effect leaves it undone and says so', async () => {
    const scene = aScene('fail', ASKED);
    scene.write('one');
    await scene.rest();
    assert.deepEqual([scene.applied, scene.answers], [[], ['Error: simulated: ledger.accept failed']]);
  });

  it('whose outcome is unknown has happened or not, and the caller hears neither', async () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      const scene = aScene('unknown', ASKED, seed);
      scene.write('one');
      await scene.rest();
      assert.deepEqual(scene.answers, ['Error: simulated: ledger.accept has an unknown outcome']);
      outcomes.add(scene.applied.join());
    }
    assert.deepEqual([...outcomes].sort(), ['', 'one']);
  });
});

describe('a power cut', () => {
  function aMachine(seed: number) {
    const scene = aScene(null, ASKED, seed);
    const machine = new Machine(scene.engine);
    machine.disk.setRef(BRANCH_REF, 'a');
    machine.disk.syncRef(BRANCH_REF);
    return { ...scene, machine };
  }

  it('takes back what was not synced, or keeps it, and never what was', async () => {
    const values = new Set<string | null>();
    for (let seed = 1; seed <= 40; seed++) {
      const { machine } = aMachine(seed);
      machine.disk.setRef(BRANCH_REF, 'b');
      machine.disk.syncRef(BRANCH_REF);
      machine.disk.setRef(BRANCH_REF, 'c');
      machine.disk.setRef(BRANCH_REF, 'd');
      machine.losePower();
      values.add(machine.disk.valueOf(BRANCH_REF));
    }
    assert.deepEqual([...values].sort(), ['b', 'c', 'd']);
  });

  it('ends every process, gives the machine another boot and starts its services again', async () => {
    const { machine, engine } = aMachine(1);
    const started: Actor[] = [];
    machine.supervise(() => {
      const { actor } = machine.spawn('service');
      started.push(actor);
      return actor;
    });
    const before = machine.bootId;
    machine.losePower();
    assert.equal(started[0]?.isAlive, false);
    await engine.run(() => null);
    assert.deepEqual([started.length, started[1]?.isAlive], [2, true]);
    assert.notEqual(machine.bootId, before);
  });

  it('loses the unsynced end of the audit log, perhaps in the middle of a line', async () => {
    const texts = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      const { machine } = aMachine(seed);
      machine.audit.text = 'one\n';
      machine.audit.sync();
      machine.audit.text += 'two\n';
      machine.losePower();
      texts.add(machine.audit.text);
    }
    assert.deepEqual([...texts].sort(), ['one\n', 'one\nt', 'one\ntw', 'one\ntwo', 'one\ntwo\n']);
  });
});

describe('the simulated git', () => {
  async function aWriter(seed = 1) {
    const scene = aScene(null, ASKED, seed);
    const machine = new Machine(scene.engine);
    const { disk } = machine;
    const mark = () => disk.writeMark({ installation: 'i', workspace: 'w', token: 1 }).id;
    const { actor: parent } = machine.spawn('runner');
    const until = (isTrue: () => boolean) => scene.engine.run(() => (isTrue() ? 'seen' : null));
    const started = await settled(scene.engine, startWriter(machine, parent));
    if (started.kind !== 'started') throw new Error(started.kind);
    return { ...scene, machine, disk, parent, mark, until, writer: started.writer };
  }

  it('moves a ref that stands where it should, and dies of one that does not', async () => {
    const { disk, engine, mark, writer } = await aWriter();
    const [first, second] = [mark(), mark()];
    const move = (to: string) =>
      settled(engine, writer.transact({ update: { ref: FENCE_REF, to, from: null } }));
    assert.equal((await move(first)).kind, 'committed');
    assert.equal(disk.valueOf(FENCE_REF), first);
    assert.equal((await move(second)).kind, 'died');
    assert.deepEqual([disk.valueOf(FENCE_REF), disk.locks.size], [first, 0]);
    assert.equal(writer.isRunning || writer.wasKilled, false);
  });

  it('finishes what is in its pipe when its parent is killed, leaves no lock and frees the kernel lock', async () => {
    const { disk, engine, machine, mark, parent, until, writer } = await aWriter();
    const to = mark();
    void writer.transact({ update: { ref: FENCE_REF, to, from: null } });
    await until(() => disk.locks.get(FENCE_REF)?.content === to);
    engine.kill(parent);
    await engine.run(() => null);
    assert.deepEqual([disk.locks.size, machine.kernelLock], [0, null]);
  });

  it('that is killed leaves its locks, and its parent learns that it was killed', async () => {
    const { disk, engine, machine, mark, until, writer } = await aWriter();
    const to = mark();
    const outcome = writer.transact({ update: { ref: FENCE_REF, to, from: null } });
    await until(() => disk.locks.get(FENCE_REF)?.content === to);
    machine.killExactly({ ...writer.identity, bootId: 'another boot' });
    assert.notEqual(machine.kernelLock, null);
    machine.killExactly(writer.identity);
    assert.equal((await settled(engine, outcome)).kind, 'died');
    assert.deepEqual([writer.wasKilled, disk.locks.has(FENCE_REF)], [true, true]);
    assert.equal(machine.kernelLock, null);
  });

  it('waits for the kernel lock while another one lives, and gives up in time', async () => {
    const { engine, machine, writer } = await aWriter();
    const { actor: other } = machine.spawn('other runner');
    const { kind } = await settled(engine, startWriter(machine, other));
    assert.deepEqual([kind, writer.isRunning], ['locked', true]);
  });
});

/** Lets the schedule go on until a promise of it has settled. */
async function settled<T>(engine: Engine, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  void promise.finally(() => {
    isSettled = true;
  });
  await engine.run(() => (isSettled ? 'settled' : null));
  return promise;
}
