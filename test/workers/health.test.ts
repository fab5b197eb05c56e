import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileHeartbeats } from '../../src/adapters/files/heartbeats.ts';
import type { Heartbeat } from '../../src/core/health/heartbeat.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { aggregateHealth, type Expectation } from '../../src/workers/health/aggregate.ts';
import { probeHttp } from '../../src/workers/health/probe-http.ts';
import { AGGREGATE_FILE, startHealthWorker } from '../../src/workers/health/worker.ts';
import { keepingLogger, type LogLine } from '../gateway/serve.ts';
import { HandClock } from '../world/clock.ts';
import { temporaryFolder } from '../world/git.ts';
import { violations } from './schema.ts';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../docs/schemas/aggregated-health.schema.json', import.meta.url), 'utf8'),
);

function world(t: TestContext) {
  const folder = temporaryFolder('health');
  t.after(() => rmSync(folder, { recursive: true }));
  const heartbeats = fileHeartbeats(folder);
  const beat = (component: string, more: Partial<Heartbeat> = {}) => {
    const at = new Date().toISOString();
    const said = { component, instance: `${component}-1`, pid: process.pid, startedAt: at, at, sequence: 1 };
    return heartbeats.beat({ ...said, status: 'healthy', staleAfterMs: 60_000, details: null, ...more });
  };
  return { folder, beat, needs: { heartbeats, clock: systemClock } };
}

async function httpServer(t: TestContext, answer: RequestListener): Promise<string> {
  return address(t, createHttpServer(answer));
}

/** Takes connections and never says a word. */
async function hangingServer(t: TestContext): Promise<string> {
  return address(
    t,
    createServer((socket) => t.after(() => socket.destroy())),
  );
}

async function address(t: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const bound = server.address();
  return `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`;
}

const EXPECTED: readonly Expectation[] = [{ component: 'relay', beats: true, probe: null }];

describe('probing a service over HTTP', () => {
  it('tells an answer, a wrong answer, a refusal, a silence and an unknown address apart', async (t) => {
    const well = await httpServer(t, (request, response) =>
      response.writeHead(request.url === '/healthz' ? 200 : 404).end(),
    );
    const ill = await httpServer(t, (_, response) => response.writeHead(503).end());
    const gone = createServer();
    const closed = await address(t, gone);
    await new Promise((resolve) => gone.close(resolve));
    const hanging = await hangingServer(t);
    const limit = () => AbortSignal.timeout(5_000);
    assert.equal((await probeHttp(well, limit())).kind, 'answered');
    assert.deepEqual(await probeHttp(ill, limit()), { kind: 'failed', problem: '/healthz answered 503' });
    assert.deepEqual(await probeHttp(closed, limit()), { kind: 'failed', problem: 'ECONNREFUSED' });
    assert.equal((await probeHttp(hanging, AbortSignal.timeout(50))).kind, 'failed');
    assert.equal((await probeHttp(null, limit())).kind, 'missed');
  });
});

describe('the aggregate', () => {
  it('is healthy when everything expected is fresh and answers', async (t) => {
    const { beat, needs } = world(t);
    const url = await httpServer(t, (_, response) => response.end());
    await Promise.all([beat('relay'), beat('gateway')]);
    const gateway: Expectation = {
      component: 'gateway',
      beats: true,
      probe: (signal) => probeHttp(url, signal),
    };
    const measured = await aggregateHealth(needs, [...EXPECTED, gateway]);
    assert.equal(measured.health, 'healthy', JSON.stringify(measured));
    assert.deepEqual(
      measured.components.map(({ component }) => component),
      ['relay', 'gateway'],
    );
  });

  it('does not let one hanging component hold up or hide the others', async (t) => {
    const { needs } = world(t);
    const clock = new HandClock();
    const asked: string[] = [];
    const hanging = (component: string): Expectation => ({
      component,
      beats: false,
      probe: () => {
        asked.push(component);
        if (asked.length === 2) queueMicrotask(() => clock.advance(2_000));
        return new Promise(() => undefined);
      },
    });
    const quick: Expectation = {
      component: 'quick',
      beats: false,
      probe: async () => ({ kind: 'answered', latencyMs: 1 }),
    };
    const measured = await aggregateHealth({ ...needs, clock }, [hanging('a'), hanging('b'), quick]);
    assert.deepEqual(
      measured.components.map(({ health, reason }) => `${health}: ${reason}`),
      [
        'unhealthy: did not answer well: no answer within 2000 ms',
        'unhealthy: did not answer well: no answer within 2000 ms',
        'healthy: answered in 1 ms',
      ],
    );
  });

  it('names what is stale, what is missing and what cannot be read, and is not healthy then', async (t) => {
    const { folder, beat, needs } = world(t);
    await beat('relay', { at: new Date(Date.now() - 90_000).toISOString() });
    writeFileSync(join(folder, 'gateway.torn.json'), '{"component": "gatew');
    const expectations = [...EXPECTED, { component: 'gateway', beats: true, probe: null }];
    const measured = await aggregateHealth(needs, expectations);
    assert.equal(measured.health, 'unknown');
    assert.deepEqual(
      measured.components.map(({ health }) => health),
      ['unknown', 'unknown'],
    );
    assert.equal(measured.unreadable.length, 1);
    assert.match(measured.unreadable[0]?.file ?? '', /gateway\.torn\.json/);
  });

  it('tells a probe that throws as a failure', async (t) => {
    const { needs } = world(t);
    const broken: Expectation = {
      component: 'ledger',
      beats: false,
      probe: () => Promise.reject(new Error('disk I/O error')),
    };
    const measured = await aggregateHealth(needs, [broken]);
    assert.deepEqual(measured.components[0]?.probe, { kind: 'failed', problem: 'disk I/O error' });
  });
});

describe('the health worker', () => {
  it('writes a file of the published form, without ever reading it as a heartbeat', async (t) => {
    const { folder, beat, needs } = world(t);
    const log: LogLine[] = [];
    await beat('relay');
    await beat('stranger', { status: 'degraded' });
    const written = fileWritten(folder, AGGREGATE_FILE);
    const worker = startHealthWorker(needs, { folder, expectations: EXPECTED, logger: keepingLogger(log) });
    await written;
    await worker.stop();
    const document = JSON.parse(readFileSync(join(folder, AGGREGATE_FILE), 'utf8'));
    assert.deepEqual(violations(document, SCHEMA), []);
    assert.equal(document.health, 'degraded');
    assert.deepEqual([document.sequence, document.pid], [1, process.pid]);
    assert.deepEqual(
      log.map(({ level, message }) => [level, message]),
      [['warn', 'health is degraded']],
    );
    const again = await aggregateHealth(needs, EXPECTED);
    assert.deepEqual(again.unreadable, []);
    assert.deepEqual(
      again.components.map(({ component }) => component),
      ['relay', 'stranger'],
    );
  });

  it('publishes a schema that refuses other documents', () => {
    const good = {
      schema: 1,
      at: '2026-11-22T10:00:00.000Z',
      health: 'healthy',
      components: [],
      unreadable: [],
      pid: 1,
      sequence: 1,
    };
    assert.deepEqual(violations(good, SCHEMA), []);
    assert.deepEqual(violations({ ...good, health: 'green' }, SCHEMA).length, 1);
    assert.deepEqual(violations({ ...good, more: 1 }, SCHEMA).length, 1);
    assert.deepEqual(violations({ ...good, components: [{}] }, SCHEMA).length, 7);
  });
});

function fileWritten(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_, file) => {
      if (file !== name) return;
      watcher.close();
      resolve();
    });
  });
}
