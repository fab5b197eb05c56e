import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sideBySide } from '../../../src/app/gate/side-by-side.ts';
import type { Check } from '../../../src/core/gate/check.ts';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import { aCheck } from '../../world/checks.ts';
import { aVerdict } from '../../world/verdicts.ts';

type Answer = Verdict['verdict'];

/** Checks that answer when they are told to. */
class Stage {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, (answer: Answer | Error) => void>();
  readonly verdicts: Promise<readonly Verdict[]>;

  constructor(checks: readonly Check[]) {
    this.verdicts = sideBySide(checks, ({ name }) => this.#run(name));
  }

  async end(name: string, answer: Answer | Error = 'pass'): Promise<void> {
    this.#ends.get(name)?.(answer);
    // All that follows from one answer, and nothing else, happens before the next turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
  }

  #run(name: string): Promise<Verdict> {
    this.begun.push(name);
    return new Promise((resolve, reject) => {
      this.#ends.set(name, (answer) =>
        answer instanceof Error ? reject(answer) : resolve(aVerdict({ check: name, verdict: answer })),
      );
    });
  }
}

describe('sideBySide', () => {
  it('runs four at once and answers in the order of the gate, however they end', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const stage = new Stage(names.map((name) => aCheck('x', { name })));
    await stage.end('nobody');
    assert.deepEqual(stage.begun, ['a', 'b', 'c', 'd']);
    await stage.end('d');
    assert.deepEqual(stage.begun, ['a', 'b', 'c', 'd', 'e']);
    for (const name of ['c', 'e', 'f', 'b', 'a']) await stage.end(name);
    assert.deepEqual(namesOf(await stage.verdicts), names);
  });

  it('lets a check wait for those that it needs, wherever they stand', async () => {
    const stage = new Stage([
      aCheck('x', { name: 'last', needs: ['middle'] }),
      aCheck('x', { name: 'middle', needs: ['first'] }),
      aCheck('x', { name: 'first' }),
    ]);
    for (const name of ['first', 'middle', 'last']) {
      await stage.end('nobody');
      assert.equal(stage.begun.at(-1), name);
      await stage.end(name);
    }
    assert.deepEqual(namesOf(await stage.verdicts), ['last', 'middle', 'first']);
  });

  it('lets the others end where one fails, and leaves out what needed it', async () => {
    const stage = new Stage([
      aCheck('x', { name: 'fails' }),
      aCheck('x', { name: 'needs it', needs: ['fails'] }),
      aCheck('x', { name: 'needs that', needs: ['needs it'] }),
      aCheck('x', { name: 'slow' }),
    ]);
    await stage.end('nobody');
    await stage.end('fails', 'fail');
    await stage.end('slow');
    assert.deepEqual(namesOf(await stage.verdicts), ['fails', 'slow']);
    assert.deepEqual(stage.begun, ['fails', 'slow']);
  });

  it('throws what a check threw once the others have ended', async () => {
    const stage = new Stage([aCheck('x', { name: 'breaks' }), aCheck('x', { name: 'slow' })]);
    let isOver = false;
    const ended = assert.rejects(stage.verdicts, /no such tree/).then(() => {
      isOver = true;
    });
    await stage.end('nobody');
    await stage.end('breaks', new Error('no such tree'));
    assert.equal(isOver, false);
    await stage.end('slow');
    await ended;
  });
});

function namesOf(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ check }) => check);
}
