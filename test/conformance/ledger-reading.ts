import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Patch } from '../../src/core/patch/patch.ts';
import {
  accepted,
  cancelled,
  claimed,
  givenSubmission,
  hasCode,
  held,
  landing,
  moved,
  registered,
} from './given.ts';
import type { Subject } from './subject.ts';

export function reading(subject: Subject): void {
  it('no patch under an id it never gave', async () => {
    const { ledger } = subject.ports;
    const { id } = givenSubmission();
    assert.equal(await ledger.find(id), null);
    await assert.rejects(ledger.body(id), hasCode('patch_unknown'));
  });

  it('pages backwards from the newest, each sorted by sequence', async () => {
    const { ledger } = subject.ports;
    const workspace = await registered(subject.ports);
    const all: Patch[] = [];
    for (let index = 0; index < 7; index++) all.push(await accepted(ledger, { workspace }));
    const newest = await ledger.list({ workspace, limit: 3 });
    assert.deepEqual(newest, all.slice(4));
    const seq = newest[0]?.seq ?? 0;
    assert.deepEqual(await ledger.list({ workspace, limit: 3, before: seq }), all.slice(1, 4));
    assert.deepEqual(await ledger.list({ workspace, limit: 0 }), []);
    assert.deepEqual(
      (await ledger.list({ limit: 2 })).map(({ id }) => id),
      [all[5]?.id, all[6]?.id],
    );
  });

  it('only patches in the states that were asked for, in one order', async () => {
    const { ledger } = subject.ports;
    const workspace = await registered(subject.ports);
    const first = await moved(ledger, await accepted(ledger, { workspace }), held);
    const second = await accepted(ledger, { workspace });
    const third = await moved(ledger, await accepted(ledger, { workspace }), cancelled);
    const fourth = await moved(ledger, await accepted(ledger, { workspace }), held);
    const inStates = (...states: Patch['state']['name'][]) => ledger.list({ workspace, states, limit: 9 });
    assert.deepEqual(await inStates('held'), [first, fourth]);
    assert.deepEqual(await inStates('held', 'queued', 'held'), [first, second, fourth]);
    assert.deepEqual(await inStates('landed'), []);
    assert.deepEqual(await inStates(), []);
    const newest = { workspace, states: ['held', 'cancelled', 'queued'] as const, limit: 2 };
    assert.deepEqual(await ledger.list(newest), [third, fourth]);
    const { seq: before } = fourth;
    assert.deepEqual(await ledger.list({ states: ['cancelled'], limit: 1, before }), [third]);
  });

  it('an empty line for a workspace without patches', async () => {
    assert.deepEqual(await subject.ports.ledger.line(await registered(subject.ports)), {
      head: null,
      queued: 0,
      unfinished: [],
      held: [],
      lastLanded: null,
      lastExecutedAt: null,
    });
  });

  it('the line: its head, what waits, what was left unfinished, what is held, what landed last', async () => {
    const { ledger } = subject.ports;
    const workspace = await registered(subject.ports);
    const add = () => accepted(ledger, { workspace });
    await accepted(ledger, { workspace: await registered(subject.ports) });
    const landedSecond = await moved(ledger, await add(), ...landing(2));
    await moved(ledger, await add(), ...landing(1));
    const onHold = await moved(ledger, await add(), held);
    const landingNow = await moved(ledger, await add(), ...landing(3).slice(0, 2));
    const head = await add();
    const checking = await moved(ledger, await add(), claimed);
    await add();
    await moved(ledger, await add(), cancelled);
    assert.deepEqual(await ledger.line(workspace), {
      head,
      queued: 2,
      unfinished: [landingNow, checking],
      held: [onHold],
      lastLanded: landedSecond,
      lastExecutedAt: 1_760_000_001_000,
    });
  });
}
