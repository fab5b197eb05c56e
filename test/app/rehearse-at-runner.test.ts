import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { httpRunnerLink } from '../../src/adapters/http/runner-link.ts';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { RunnerAsker } from '../../src/app/ask-runner.ts';
import { rehearseAtRunner } from '../../src/app/rehearse-at-runner.ts';
import { fail, GhostError } from '../../src/core/errors.ts';
import { runnerApp } from '../../src/gateway/app.ts';
import { keepingLogger, type LogLine, serve } from '../gateway/serve.ts';
import { creating } from '../world/diffs.ts';
import { aRepository } from '../world/git.ts';
import { openWorld, type World } from '../world/needs.ts';

const VERSION = '0.1.0';

/** A gateway's asker over a real repository, and what may stand at the addresses that the registry has. */
async function scene(t: TestContext, answeredWithinMs = 30_000) {
  const world = await openWorld();
  const { needs } = world;
  t.after(() => world.close());
  const repo = aRepository();
  const added = { name: 'app', repo, branch: 'main', checks: [], actor: 'test', adopt: false };
  const workspace = await addWorkspace(needs, added);
  const log: LogLine[] = [];
  const logger = keepingLogger(log);
  const options = { link: httpRunnerLink, caller: 'gateway/test', version: VERSION, logger };
  const asker = new RunnerAsker(needs, { ...options, answeredWithinMs });
  t.after(() => asker.close());
  const announce = (instance: string, address: string, version = VERSION) =>
    needs.registry.announce(
      {
        ...{ component: 'runner', instance, version, pid: 1, host: 'h', address },
        ...{ startedAt: 0, details: null },
      },
      60_000,
    );
  return {
    ...{ world, log, asker, announce },
    /** The product's runner app; `own` is another installation, or this one with something changed. */
    runner: async (instance: string, own: World = world, isStopping = false) => {
      const called = { instance, isStopping: () => isStopping };
      const app = (given: Parameters<typeof runnerApp>[0] | object) =>
        runnerApp({ ...(given as Parameters<typeof runnerApp>[0]), facts: () => null, called });
      const { url, log: lines } = await serve(t, { world: { ...own, close: async () => undefined }, app });
      await announce(instance, url);
      return lines;
    },
    rehearse: (text = creating('new.txt'), key = 'key-1') =>
      rehearseAtRunner(
        { ...needs, repositories: { ...needs.repositories, open: refuseAtGateway } },
        { asker, logger, idempotencyKey: key },
        { workspace, body: Buffer.from(text), format: null, merge: 'never' },
      ),
    atGateway: () =>
      rehearseAtRunner(
        needs,
        { asker, logger, idempotencyKey: 'key-1' },
        { workspace, body: Buffer.from(creating('new.txt')), format: null, merge: 'never' },
      ),
    problems: () => log.flatMap(({ problem }) => (typeof problem === 'string' ? [problem] : [])),
    asked: (lines: readonly LogLine[]) =>
      lines.filter(({ path, status }) => path === '/calls/rehearsals' && status === 200).length,
  };
}

/** So that a test sees who did it. */
function refuseAtGateway(): never {
  throw new Error('the gateway was to leave this to a runner');
}

async function impostor(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a rehearsal that a gateway leaves to runners', () => {
  it('goes to each of them in turn', async (t) => {
    const { runner, rehearse, asked } = await scene(t);
    const lines = [await runner('runner-a'), await runner('runner-b')];
    for (let time = 0; time < 4; time += 1) {
      const rehearsal = await rehearse();
      assert.equal(rehearsal.kind, 'fits');
      assert.deepEqual(rehearsal.kind === 'fits' && rehearsal.files.map(({ path }) => path), ['new.txt']);
    }
    assert.deepEqual(lines.map(asked), [2, 2]);
  });

  it('comes back with faults and errors as the runner told them', async (t) => {
    const { runner, rehearse, world } = await scene(t);
    await runner('runner-a');
    const faulty = await rehearse('--- a/none.txt\n+++ b/none.txt\n@@ -1 +1 @@\n-x\n+y\n');
    assert.equal(faulty.kind, 'faulty');
    assert.ok(faulty.kind === 'faulty' && faulty.repair.faults.length > 0);

    await world.needs.workspaces.remove('app', 'test', world.needs.clock.now());
    await assert.rejects(rehearse(), (error: unknown) => {
      assert.ok(error instanceof GhostError);
      assert.deepEqual([error.code, error.status], ['workspace_unknown', 404]);
      assert.match(error.message, /app/);
      return true;
    });
  });

  const hostile: readonly (readonly [string, RegExp, RequestListener])[] = [
    [
      'answers garbage',
      /with text\/html, not with JSON/,
      (_, answer) => void answer.setHeader('content-type', 'text/html').end('<p>'),
    ],
    [
      'answers what is no JSON',
      /what is no JSON/,
      (_, answer) => void answer.setHeader('content-type', 'application/json').end('{"kind"'),
    ],
    [
      'answers for something else',
      /does not come from a runner/,
      (_, answer) => void answer.setHeader('content-type', 'application/json').end('{"ok":true}'),
    ],
    [
      'answers under another name',
      /runner-x answers there/,
      (_, answer) =>
        void answer.setHeader('content-type', 'application/json').end('{"instance":"runner-x","answer":{}}'),
    ],
    [
      'answers no rehearsal',
      /is no answer to that/,
      (_, answer) =>
        void answer
          .setHeader('content-type', 'application/json')
          .end('{"instance":"runner-4","answer":{"kind":"sure"}}'),
    ],
    [
      'sends elsewhere',
      /redirect/,
      (_, answer) => void answer.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    [
      'closes in mid answer',
      /closed the connection|terminated|other side closed/,
      (_, answer) => {
        answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        answer.write('{"inst');
        setImmediate(() => answer.destroy());
      },
    ],
  ];
  it('goes to another one where what answers is not to be believed, and says so in log and status', async (t) => {
    const { world, runner, rehearse, announce, asker, problems, asked } = await scene(t);
    const lines = await runner('runner-z');
    for (const [index, [what, problem, listener]] of hostile.entries()) {
      const instance = `runner-${index}`;
      await announce(instance, await impostor(t, listener));
      for (let time = 0; time < 2; time += 1) assert.equal((await rehearse()).kind, 'fits', what);
      assert.equal(asked(lines), 2 * (index + 1), what);
      assert.match(problems().at(-1) ?? '', problem, what);
      const told = asker.breakers().find(({ name }) => name === `runner ${instance}`);
      assert.match(told?.problem ?? '', problem, what);
      await world.needs.registry.withdraw({ component: 'runner', instance });
    }
  });

  it('goes to another one where the first hangs', async (t) => {
    const { runner, rehearse, announce, problems, asked } = await scene(t, 2_500);
    await announce('runner-0', await impostor(t, () => undefined));
    const lines = await runner('runner-1');
    for (let time = 0; time < 2; time += 1) assert.equal((await rehearse()).kind, 'fits');
    assert.equal(asked(lines), 2);
    assert.match(problems().join(), /does not answer within 2500 ms/);
  });

  it('goes to another one where nobody listens, where another installation answers, and where a runner stops', async (t) => {
    const { runner, rehearse, announce, world, problems, asked } = await scene(t);
    await announce('runner-dead', 'http://127.0.0.1:1');
    const stranger = await openWorld();
    t.after(() => stranger.close());
    await runner('runner-strange', stranger);
    await runner('runner-stopping', world, true);
    const lines = await runner('runner-well');
    for (let time = 0; time < 12 && asked(lines) < 2; time += 1)
      await rehearse().catch((error: Error) => assert.match(error.message, /leave this to a runner/));
    assert.equal(asked(lines), 2);
    const told = problems().join('\n');
    for (const words of [
      /nobody listens|refused|ECONN|bad port/,
      /signed with a key that is not known/,
      /stops and begins nothing new/,
    ])
      assert.match(told, words);
  });

  it('is never asked of an incompatible version, nor of the API with the token for it', async (t) => {
    const { runner, announce, atGateway, world, log } = await scene(t);
    const tokens: string[] = [];
    const listening = await impostor(t, (request, answer) => {
      tokens.push(request.headers.authorization ?? '');
      answer.end();
    });
    await announce('runner-new', listening, '0.2.0');
    assert.equal((await atGateway()).kind, 'fits');
    assert.deepEqual(tokens, []);
    assert.deepEqual(log, [], 'nobody to ask is nothing to warn of');

    await announce('runner-same', listening);
    assert.equal((await atGateway()).kind, 'fits', 'the gateway does it where no runner does');
    assert.ok(log.some(({ message }) => message === 'no runner rehearses, the gateway does it'));
    const [bearer = ''] = tokens;
    const gateway = await serve(t, { world: { ...world, close: async () => undefined } });
    const as = bearer.slice('Bearer '.length);
    assert.equal((await gateway.call('GET', '/api/v1/patches', { as })).body.code, 'token_invalid');
    await runner('runner-z');
    const { address } =
      (await world.needs.registry.list('runner')).find(({ instance }) => instance === 'runner-z') ?? {};
    const refused = await fetch(`${address}/calls/rehearsals`, {
      method: 'POST',
      headers: { authorization: bearer },
    });
    assert.deepEqual(
      [refused.status, ((await refused.json()) as { code: string }).code],
      [401, 'token_invalid'],
    );
    const operator = await world.token('operator');
    const api = await fetch(`${address}/calls/rehearsals`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operator}` },
    });
    assert.equal(api.status, 401, 'no token of the API opens it');
  });

  it('leaves an instance alone that fails again and again', async (t) => {
    const { rehearse, announce, runner, asker } = await scene(t);
    let calls = 0;
    await announce(
      'runner-0',
      await impostor(t, (_, answer) => {
        calls += 1;
        answer.destroy();
      }),
    );
    await runner('runner-1');
    for (let time = 0; time < 12; time += 1) await rehearse();
    assert.equal(calls, 3);
    const states = asker.breakers().map(({ name, state }) => [name, state()]);
    assert.deepEqual(states, [
      ['runner runner-0', 'open'],
      ['runner runner-1', 'closed'],
    ]);
  });

  it('is tried on another machine where one has trouble of its own, and that trouble is told where all have it', async (t) => {
    const { world, runner, rehearse } = await scene(t);
    const busy: World = {
      ...world,
      needs: {
        ...world.needs,
        changes: {
          ...world.needs.changes,
          fit: () => Promise.reject(fail('machine_busy', { waitedMs: 9_000, computedMs: 10 })),
        },
      },
    };
    await runner('runner-busy', busy);
    await assert.rejects(
      rehearse(),
      (error: unknown) => error instanceof GhostError && error.code === 'machine_busy',
    );
    await runner('runner-free');
    for (let time = 0; time < 2; time += 1) assert.equal((await rehearse()).kind, 'fits');
  });
});
