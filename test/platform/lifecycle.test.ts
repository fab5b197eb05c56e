import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Component, group } from '../../src/platform/lifecycle.ts';

function recorder() {
  const said: string[] = [];
  const component = (name: string, failing: 'start' | 'stop' | null = null): Component => ({
    name,
    start: async () => {
      said.push(`start ${name}`);
      if (failing === 'start') throw new Error(`${name} cannot start`);
    },
    stop: async () => {
      said.push(`stop ${name}`);
      if (failing === 'stop') throw new Error(`${name} cannot stop`);
    },
  });
  return { said, component };
}

describe('a group of components', () => {
  it('starts in order and stops in reverse', async () => {
    const { said, component } = recorder();
    const all = group('all', [component('a'), component('b')]);
    await all.start();
    await all.stop();
    assert.deepEqual(said, ['start a', 'start b', 'stop b', 'stop a']);
  });

  it('stops what it had started when one does not start, and throws that one’s error', async () => {
    const { said, component } = recorder();
    const all = group('all', [component('a'), component('b', 'start'), component('c')]);
    await assert.rejects(all.start(), { message: 'b cannot start' });
    assert.deepEqual(said, ['start a', 'start b', 'stop a']);
    await all.stop();
    assert.equal(said.length, 3, 'nothing is stopped twice');
  });

  it('starts at once when told to, and still stops in reverse order', async () => {
    const { said, component } = recorder();
    const both = Promise.withResolvers<void>();
    const meeting = (name: string): Component => {
      const one = component(name);
      return {
        ...one,
        start: async () => {
          await one.start();
          if (said.length === 2) both.resolve();
          await both.promise;
        },
      };
    };
    const all = group('all', [meeting('a'), meeting('b')], { starting: 'at once' });
    await all.start();
    await all.stop();
    assert.deepEqual(said, ['start a', 'start b', 'stop b', 'stop a']);
  });

  it('started at once, stops all that did start when one does not', async () => {
    const { said, component } = recorder();
    const all = group('all', [component('a'), component('b', 'start'), component('c')], {
      starting: 'at once',
    });
    await assert.rejects(all.start(), { message: 'b cannot start' });
    assert.deepEqual(said, ['start a', 'start b', 'start c', 'stop c', 'stop a']);
  });

  it('stops the others when one does not stop, and joins the errors', async () => {
    const { said, component } = recorder();
    const all = group('all', [component('a', 'stop'), component('b', 'stop'), component('c')]);
    await all.start();
    await assert.rejects(all.stop(), (error: unknown) => {
      assert.ok(error instanceof AggregateError);
      assert.deepEqual(
        error.errors.map(({ message }) => message),
        ['b cannot stop', 'a cannot stop'],
      );
      return true;
    });
    assert.deepEqual(said.slice(3), ['stop c', 'stop b', 'stop a']);
  });

  it('stops twice without doing it twice', async () => {
    const { said, component } = recorder();
    const all = group('all', [component('a')]);
    await all.start();
    await Promise.all([all.stop(), all.stop()]);
    assert.deepEqual(said, ['start a', 'stop a']);
  });
});
