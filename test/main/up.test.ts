import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { temporaryFolder } from '../world/git.ts';
import { installationSettings } from '../world/installation.ts';
import { eventually, processesMentioning } from '../world/processes.ts';
import { type GhostProcess, ghost, startGhost } from './ghost.ts';

const COMPONENTS = ['relay', 'runner', 'gateway', 'health', 'resources'];

/** Settings of a home of its own; whatever still runs for it when the test is over is ended. */
function aHome(t: TestContext, more: Readonly<Record<string, string>> = {}) {
  const settings = installationSettings();
  const home = settings.GHOST_HOME ?? '';
  t.after(() => {
    for (const pid of processesMentioning(home)) process.kill(pid, 'SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });
  return { home, settings: { ...settings, ...more } };
}

async function isUp(run: GhostProcess): Promise<void> {
  const early = run.ended.then(() => Promise.reject(new Error(`it ended: ${run.stderr()}`)));
  await Promise.race([early, eventually('ghost up', () => kindsOf(run).includes('up'))]);
}

function kindsOf(run: GhostProcess): readonly string[] {
  return run.events.map(({ kind }) => kind);
}

function childrenOf(run: GhostProcess): readonly string[] {
  return run.events.filter(({ kind }) => kind === 'ready').map(({ child }) => child);
}

describe('ghost up', () => {
  it('starts every component, refuses a second of its kind, replaces one that dies, and goes down whole', async (t) => {
    const { home, settings } = aHome(t);
    const run = startGhost(settings, 'up', '--json', '--no-demo');
    await isUp(run);
    assert.deepEqual(childrenOf(run).toSorted(), COMPONENTS.toSorted());
    const token = join(home, 'keys', 'operator.token');
    assert.equal(statSync(token).mode & 0o777, 0o600);
    assert.equal(statSync(join(home, 'keys')).mode & 0o777, 0o700);

    const second = await ghost(settings, 'up');
    assert.equal(second.code, 6);
    assert.match(second.stderr, new RegExp(`process ${run.process.pid} already runs`));

    const before = readFileSync(token, 'utf8');
    const queue = await ghost(settings, 'queue');
    assert.deepEqual([queue.code, queue.answer], [0, { patches: [], next: null }], queue.stderr);

    const relay = run.events.find(({ kind, child }) => kind === 'ready' && child === 'relay');
    process.kill(relay.pid, 'SIGKILL');
    await eventually('another relay', () => childrenOf(run).filter((name) => name === 'relay').length === 2);
    const crash = run.events.find(({ kind }) => kind === 'crashed');
    assert.deepEqual([crash.child, crash.problem], ['relay', 'it ended by SIGKILL']);
    const health = await eventually('health', async () => {
      const measured = await ghost(settings, 'health');
      return measured.code === 0 && measured.answer;
    });
    assert.deepEqual(
      health.components.map(({ component }: { component: string }) => component),
      ['gateway', 'runner', 'relay', 'health', 'resources', 'ledger', 'files', 'supervisor'],
    );
    await eventually('a list of the living, without the one that was killed', async () => {
      const { answer } = await ghost(settings, 'status');
      const living = answer.instances.instances.map(({ component }: { component: string }) => component);
      return `${living}` === `${[...COMPONENTS, 'supervisor'].toSorted()}`;
    });
    await eventually('both files', () =>
      ['.aggregated-health.json', '.resource.json'].every((name) =>
        existsSync(join(home, 'summaries', '_heartbeat', name)),
      ),
    );

    const down = await ghost(settings, 'down');
    assert.deepEqual([down.code, down.answer.stopped.pid], [0, run.process.pid]);
    assert.deepEqual(await run.ended, { code: 0, signal: null });
    assert.deepEqual(
      run.events.filter(({ kind }) => kind === 'stopped').map(({ child }) => child),
      COMPONENTS.toReversed(),
    );
    assert.equal(kindsOf(run).at(-1), 'down');
    assert.deepEqual(processesMentioning(home), []);
    const left = readdirSync(join(home, 'summaries', '_heartbeat')).filter((name) => !name.startsWith('.'));
    assert.deepEqual(left, [], 'an orderly stop takes every heartbeat away');
    assert.equal(readFileSync(token, 'utf8'), before);
    assert.deepEqual((await ghost(settings, 'down')).answer, { stopped: null });
  });

  it('runs an inbox where a folder is named for it, and no start goes by one that cannot be trusted', async (t) => {
    const inbox = temporaryFolder('inbox');
    const { settings } = aHome(t, { GHOST_INBOX: inbox });
    const run = startGhost(settings, 'up', '--json', '--no-demo');
    await isUp(run);
    assert.deepEqual(childrenOf(run).toSorted(), [...COMPONENTS, 'inbox'].toSorted());
    const health = await eventually('health', async () => {
      const measured = await ghost(settings, 'health');
      return measured.code === 0 && measured.answer;
    });
    const names = health.components.map(({ component }: { component: string }) => component);
    assert.ok(names.includes('inbox'), names.join(', '));
    assert.equal((await ghost(settings, 'down')).code, 0);
    await run.ended;

    chmodSync(inbox, 0o777);
    const refused = startGhost(settings, 'up', '--json', '--no-demo');
    assert.deepEqual(await refused.ended, { code: 2, signal: null });
    const problem = JSON.parse(refused.stderr().trim().split('\n').at(-1) ?? '');
    assert.equal(problem.code, 'config_invalid');
    assert.match(problem.message, /GHOST_INBOX is .*everybody may write into/);
  });

  it('leaves no process behind when it is killed, and starts again over what it left', async (t) => {
    const { home, settings } = aHome(t);
    const run = startGhost(settings, 'up', '--json', '--no-demo');
    await isUp(run);
    run.process.kill('SIGKILL');
    await run.ended;
    await eventually('the end of every child', () => processesMentioning(home).length === 0);
    assert.equal((await ghost(settings, 'queue')).code, 10);
    const again = startGhost(settings, 'up', '--json', '--no-demo');
    await isUp(again);
    again.process.kill('SIGTERM');
    assert.deepEqual(await again.ended, { code: 0, signal: null }, again.stderr());
  });

  it('says which port is taken and what to do, and leaves nothing running', async (t) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    t.after(() => taken.close());
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { home, settings } = aHome(t, { GHOST_GATEWAY_PORT: `${port}` });
    const run = startGhost(settings, 'up', '--json', '--no-demo');
    assert.deepEqual(await run.ended, { code: 1, signal: null });
    const problem = JSON.parse(run.stderr().trim().split('\n').at(-1) ?? '');
    assert.equal(problem.code, 'port_in_use');
    assert.match(problem.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
    assert.deepEqual(processesMentioning(home), []);
  });

  it('ends in order when it is told to while it still starts', async (t) => {
    const { home, settings } = aHome(t);
    const run = startGhost(settings, 'up', '--json', '--no-demo');
    await eventually('the first start', () => kindsOf(run).includes('starting'));
    run.process.kill('SIGTERM');
    assert.deepEqual(await run.ended, { code: 0, signal: null }, run.stderr());
    assert.ok(!kindsOf(run).includes('up'));
    assert.deepEqual(processesMentioning(home), []);
  });
});
