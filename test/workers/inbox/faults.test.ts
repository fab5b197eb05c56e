import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CATALOGUE, type ErrorCode, GhostError } from '../../../src/core/errors.ts';
import type { HandClock } from '../../world/clock.ts';
import { creating } from '../../world/diffs.ts';
import { aScene, listed, type Scene } from './scene.ts';

/** Errors of an author that no text can put right. */
const NOT_THE_TEXT: readonly ErrorCode[] = ['workspace_unknown'];

/** Makes the ledger throw for the patches with one of these titles, or for all; the answer makes it whole again. */
function breakLedger({ world }: Scene, code: ErrorCode, titles: readonly string[] | null = null): () => void {
  const { ledger } = world.needs;
  const accept = ledger.accept.bind(ledger);
  ledger.accept = (first, ...rest) => {
    if (titles !== null && !titles.includes(first.title)) return accept(first, ...rest);
    throw new GhostError(code, `it is ${code}`);
  };
  return () => {
    ledger.accept = accept;
  };
}

describe('a file that meets an error', () => {
  for (const code of Object.keys(CATALOGUE) as ErrorCode[]) {
    const { whose } = new GhostError(code, '');
    const isAuthors = whose === 'author' && CATALOGUE[code].retry === 'never' && !NOT_THE_TEXT.includes(code);
    if (isAuthors)
      it(`${code} is refused with it: its author can put it right`, async (test) => {
        const scene = await aScene(test);
        breakLedger(scene, code);
        writeFileSync(scene.at('a.diff'), creating('a'));
        await scene.settle();
        assert.deepEqual(listed(scene.at('refused')), ['a.diff', 'a.diff.fault.json', 'a.diff.fault.txt']);
        assert.equal(scene.round.facts.problem, null);
      });
    else
      it(`${code} stays, with the reason in log and heartbeat, and is taken when that is over`, async (test) => {
        const scene = await aScene(test);
        const mend = breakLedger(scene, code);
        writeFileSync(scene.at('a.diff'), creating('a'));
        await scene.settle();
        await scene.settle();
        assert.ok(existsSync(scene.at('a.diff')));
        assert.deepEqual([...listed(scene.at('accepted')), ...listed(scene.at('refused'))], []);
        assert.match(scene.round.facts.problem ?? '', new RegExp(`it is ${code}`));
        assert.equal(scene.log.filter(({ level }) => level === 'error').length, 1, 'said once');
        mend();
        (scene.world.needs.clock as HandClock).advance(30_000);
        await scene.settle();
        assert.equal((await scene.patches()).length, 1);
        assert.equal(scene.round.facts.problem, null);
      });
  }

  it('of ours by itself does not stand before all others for ever', async (test) => {
    const scene = await aScene(test);
    breakLedger(scene, 'ledger_unavailable', ['Change a']);
    for (const name of ['a', 'b']) writeFileSync(scene.at(`${name}.diff`), creating(name));
    await scene.settle();
    assert.deepEqual(
      (await scene.patches()).map(({ title }) => title),
      ['Change b'],
    );
    assert.match(scene.round.facts.problem ?? '', /a\.diff: it is ledger_unavailable/);
  });

  it('of ours is not looked for in every other file', async (test) => {
    let reads = 0;
    const scene = await aScene(test, {
      observe: (step) => {
        if (step === 'read') reads += 1;
      },
    });
    breakLedger(scene, 'ledger_unavailable');
    for (const name of '12345678') writeFileSync(scene.at(name), creating(name));
    await scene.settle();
    assert.equal(reads, 3);
  });

  it('of the engine, which has no code, stays and is tried again', async (test) => {
    const scene = await aScene(test);
    const { changes } = scene.world.needs;
    const read = changes.read.bind(changes);
    changes.read = () => Promise.reject(new Error('a thread that works on changes ended'));
    writeFileSync(scene.at('a.diff'), creating('a'));
    await scene.settle();
    assert.match(scene.round.facts.problem ?? '', /a\.diff: a thread that works on changes ended/);
    assert.deepEqual(listed(scene.at('refused')), []);
    changes.read = read;
    (scene.world.needs.clock as HandClock).advance(30_000);
    await scene.round.go();
    assert.equal((await scene.patches()).length, 1);
  });
});
