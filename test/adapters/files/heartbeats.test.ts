import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileHeartbeats } from '../../../src/adapters/files/heartbeats.ts';
import type { Heartbeat } from '../../../src/core/health/heartbeat.ts';
import { folderNameOf } from '../../../src/platform/process-folder.ts';
import { identify } from '../../../src/platform/process-identity.ts';
import { aDeadProcess } from './dead-process.ts';
import { temporaryDirectory } from './temporary.ts';

describe('fileHeartbeats', () => {
  it('names a single instance by its component and several by both', async (t) => {
    const directory = await temporaryDirectory(t);
    const heartbeats = fileHeartbeats(directory);
    await heartbeats.beat(beat('gateway', 'gateway'));
    await heartbeats.beat(beat('runner', 'runner-1'));
    await heartbeats.beat(beat('runner', '../../escape'));
    assert.deepEqual((await readdir(directory)).sort(), [
      'gateway.json',
      'runner.______escape.json',
      'runner.runner-1.json',
    ]);
  });

  it('reads back the newest beat of each', async (t) => {
    const heartbeats = fileHeartbeats(join(await temporaryDirectory(t), 'new'));
    await heartbeats.beat(beat('gateway', 'gateway'));
    const newest = { ...beat('gateway', 'gateway'), sequence: 2 };
    await heartbeats.beat(newest);
    assert.deepEqual(
      (await heartbeats.read()).map((read) => read.kind === 'read' && read.heartbeat),
      [newest],
    );
  });

  it('reads nothing from a directory that is not there', async (t) => {
    assert.deepEqual(await fileHeartbeats(join(await temporaryDirectory(t), 'none')).read(), []);
  });

  it('reports a file that is no heartbeat, and leaves aggregates alone', async (t) => {
    const directory = await temporaryDirectory(t);
    const damaged = {
      'torn.json': '{"component": "x"',
      'list.json': '[]',
      'status.json': JSON.stringify({ ...beat('x', 'x'), status: 'green' }),
      'time.json': JSON.stringify({ ...beat('x', 'x'), at: 'yesterday' }),
    };
    for (const [name, text] of Object.entries(damaged)) await writeFile(join(directory, name), text);
    await writeFile(join(directory, '.aggregated-health.json'), '{}');
    const read = await fileHeartbeats(directory).read();
    assert.deepEqual(
      read.map(({ kind, file }) => `${kind} ${file.slice(directory.length + 1)}`),
      Object.keys(damaged)
        .sort()
        .map((name) => `unreadable ${name}`),
    );
  });

  it('retires with a beat what its process was writing when it was killed, and nothing of others', async (t) => {
    const directory = await temporaryDirectory(t);
    const heartbeats = fileHeartbeats(directory);
    for (const instance of ['a', 'ab']) {
      await heartbeats.beat(beat('runner', instance));
      await writeFile(join(directory, `runner.${instance}.json.4711.tmp`), '{');
    }
    await heartbeats.retire('runner', 'a');
    assert.deepEqual((await readdir(directory)).sort(), ['runner.ab.json', 'runner.ab.json.4711.tmp']);
  });

  it('takes away what processes that are gone were writing when they were killed in their first beat', async (t) => {
    const directory = await temporaryDirectory(t);
    const [dead, living] = [await aDeadProcess(), identify(process.pid)];
    assert.ok(living);
    const left = [dead, living].map((owner) => `runner.x.json.${folderNameOf(owner)}.tmp`);
    for (const name of [...left, 'notes.tmp']) await writeFile(join(directory, name), '{');
    const heartbeats = fileHeartbeats(directory);
    await heartbeats.beat(beat('gateway', 'gateway'));
    assert.deepEqual((await readdir(directory)).sort(), ['gateway.json', 'notes.tmp', left[1]]);
  });

  it('retires one instance only, twice without harm', async (t) => {
    const directory = await temporaryDirectory(t);
    const heartbeats = fileHeartbeats(directory);
    await heartbeats.beat(beat('runner', 'a'));
    await heartbeats.beat(beat('runner', 'b'));
    await heartbeats.retire('runner', 'a');
    await heartbeats.retire('runner', 'a');
    assert.deepEqual(await readdir(directory), ['runner.b.json']);
  });
});

function beat(component: string, instance: string): Heartbeat {
  return {
    component,
    instance,
    pid: 1,
    startedAt: '2026-11-22T10:00:00.000Z',
    at: '2026-11-22T10:00:05.000Z',
    sequence: 1,
    status: 'healthy',
    staleAfterMs: 15_000,
    details: { queued: 0 },
  };
}
