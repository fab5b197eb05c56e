import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileHeartbeats } from '../../src/adapters/files/heartbeats.ts';
import type { Heartbeat } from '../../src/core/health/heartbeat.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openHistory } from '../../src/workers/resources/history.ts';
import { takeSample } from '../../src/workers/resources/sample.ts';
import {
  HISTORY_FILE,
  RESOURCE_FILE,
  sampleOnce,
  startResourcesWorker,
} from '../../src/workers/resources/worker.ts';
import { keepingLogger } from '../gateway/serve.ts';
import { temporaryFolder } from '../world/git.ts';
import { eventually } from '../world/processes.ts';

function folderOf(t: TestContext): string {
  const folder = temporaryFolder('resources');
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function heartbeatOf(pid: number, startedAt = new Date().toISOString()): Heartbeat {
  const base = { component: 'c', instance: `c-${pid}`, at: startedAt, sequence: 1, staleAfterMs: 1_000 };
  return { ...base, pid, startedAt, status: 'healthy', details: null };
}

const IDLE = { meanMs: 0, p99Ms: 0, maxMs: 0 };

describe('a sample of resources', () => {
  it('tells the machine’s figures in the units of their names', async (t) => {
    const home = folderOf(t);
    const needs = { heartbeats: fileHeartbeats(home), clock: systemClock };
    const { cpu, memory, disk, load, eventLoopDelay } = await sampleOnce(needs, { home, overMs: 50 });
    assert.equal(memory.totalBytes, totalmem());
    assert.ok(memory.freeBytes > 0 && memory.freeBytes <= memory.totalBytes);
    assert.ok(memory.availableBytes > 0 && memory.availableBytes <= memory.totalBytes);
    assert.ok(disk.totalBytes >= disk.freeBytes && disk.freeBytes >= disk.availableBytes);
    assert.ok(cpu.cores >= 1);
    for (const percent of [cpu.usedPercent, memory.usedPercent, disk.usedPercent]) {
      assert.ok(percent !== null && percent >= 0 && percent <= 100, `${percent}`);
    }
    for (const figure of [...Object.values(load), ...Object.values(eventLoopDelay)]) assert.ok(figure >= 0);
  });

  it('has no rates before there are two', async (t) => {
    const sources = {
      now: Date.now(),
      home: folderOf(t),
      heartbeats: [heartbeatOf(process.pid)],
      eventLoopDelay: IDLE,
    };
    const { sample } = await takeSample(sources, null);
    assert.deepEqual([sample.cpu.usedPercent, sample.processes[0]?.cpuPercent], [null, null]);
  });

  it('measures the processes that the heartbeats name', async (t) => {
    const sources = { home: folderOf(t), heartbeats: [heartbeatOf(process.pid)], eventLoopDelay: IDLE };
    const now = Date.now();
    const first = await takeSample({ ...sources, now }, null);
    const before = process.cpuUsage();
    for (let used = 0; used < 100_000; ) {
      const { user, system } = process.cpuUsage(before);
      used = user + system;
    }
    // As if exactly a second had passed, a tenth of it at work.
    const { sample } = await takeSample({ ...sources, now: now + 1_000 }, first.counters);
    const [own] = sample.processes;
    assert.equal(own?.state, 'running');
    assert.ok((own?.rssBytes ?? 0) > 1024 * 1024);
    assert.ok((own?.cpuPercent ?? 0) >= 5 && (own?.cpuPercent ?? 0) <= 60, `${own?.cpuPercent} percent`);
  });

  it('says that a process is gone when it ended, or when another one has its pid', async (t) => {
    const ended = fork(new URL('../platform/children/child.ts', import.meta.url).pathname, [
      '/dev/null',
      'x',
      'dies-before',
    ]);
    await once(ended, 'exit');
    const earlier = '2001-01-01T00:00:00.000Z';
    const heartbeats = [heartbeatOf(ended.pid ?? 0), heartbeatOf(process.pid, earlier)];
    const { sample } = await takeSample(
      { now: Date.now(), home: folderOf(t), heartbeats, eventLoopDelay: IDLE },
      null,
    );
    assert.deepEqual(
      sample.processes.map(({ state, rssBytes }) => [state, rssBytes]),
      [
        ['gone', null],
        ['gone', null],
      ],
    );
  });
});

describe('the history of samples', () => {
  it('keeps the last ones and never grows past twice as many', async (t) => {
    const file = join(folderOf(t), 'history');
    const history = await openHistory(file, 3);
    const sizes: number[] = [];
    for (let n = 1; n <= 10; n += 1) {
      await history.append({ n });
      sizes.push(lines(file).length);
    }
    assert.deepEqual(sizes, [1, 2, 3, 4, 5, 3, 4, 5, 3, 4]);
    assert.deepEqual(lines(file), ['{"n":7}', '{"n":8}', '{"n":9}', '{"n":10}']);
  });

  it('goes on after a restart, without the line that a crash cut short', async (t) => {
    const file = join(folderOf(t), 'history');
    await (await openHistory(file, 3)).append({ n: 1 });
    appendFileSync(file, '{"n":');
    await (await openHistory(file, 3)).append({ n: 2 });
    assert.deepEqual(lines(file), ['{"n":1}', '{"n":2}']);
  });
});

describe('the resources worker', () => {
  it('writes a sample and its history, and stops', async (t) => {
    const folder = folderOf(t);
    const heartbeats = fileHeartbeats(folder);
    await heartbeats.beat(heartbeatOf(process.pid));
    const worker = startResourcesWorker(
      { heartbeats, clock: systemClock },
      { folder, home: folder, logger: keepingLogger([]) },
    );
    await eventually('a first sample', () => worker.facts().measuredAt);
    await worker.stop();
    const sample = JSON.parse(readFileSync(join(folder, RESOURCE_FILE), 'utf8'));
    assert.deepEqual([sample.schema, sample.sequence, sample.pid], [1, 1, process.pid]);
    assert.equal(sample.processes[0].pid, process.pid);
    assert.deepEqual(
      lines(join(folder, HISTORY_FILE)).map((line) => JSON.parse(line)),
      [sample],
    );
  });
});

function lines(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}
