import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, describe, it, type TestContext } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import { creating } from '../world/diffs.ts';
import { aRepository } from '../world/git.ts';
import { installationSettings, openInstallationFor } from '../world/installation.ts';
import { type Child, eventually, startProcess } from '../world/processes.ts';
import { authorToken, stopped } from '../world/service.ts';

/** So long that nobody waits for one to lapse within a test. */
const LEASE = '10m';
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An installation with lines whose checks wait, and runners as processes. */
async function scene(t: TestContext) {
  const settings = { ...installationSettings(), GHOST_LEASE_TTL: LEASE, GHOST_SLOTS: '1' };
  const installation = await openInstallationFor(settings);
  const { needs } = installation;
  const children: Child[] = [];
  t.after(async () => {
    const living = children.filter(
      ({ process: { exitCode, signalCode } }) => (exitCode ?? signalCode) === null,
    );
    await Promise.all(living.map(stopped));
    await installation.close();
  });
  folders.push(installation.config.home.root);
  const ids: PatchId[] = [];
  return {
    ...{ needs, installation },
    start: async () => {
      const child = startProcess('src/main/runner.ts', settings);
      children.push(child);
      return { child, url: String((await child.ready).url) };
    },
    line: async (name: string, { patches, checkS }: { patches: number; checkS: number }) => {
      const repo = aRepository();
      folders.push(repo);
      const checks = [{ name: 'waits', run: `test -d . && sleep ${checkS}` }];
      await addWorkspace(needs, { name, repo, branch: 'main', checks, actor: 'test', adopt: false });
      for (let number = 1; number <= patches; number += 1) {
        const { patch } = await submitPatch(needs, {
          ...{ workspace: name, body: Buffer.from(creating(`${number}.txt`)), format: null, title: null },
          ...{ author: 'test', origin: 'http', idempotencyKey: null, force: true },
        });
        ids.push(patch.id);
      }
    },
    isChecking: (index: number) =>
      eventually('a patch is being checked', async () => {
        const patch = await needs.ledger.find(ids[index] as PatchId);
        return patch?.state.name === 'checking' ? patch : null;
      }),
    allLanded: () =>
      eventually('all have landed', async () => {
        const patches = await Promise.all(ids.map((id) => needs.ledger.find(id)));
        return patches.every((patch) => patch?.state.name === 'landed') ? patches : null;
      }),
    eventsOf: async (type: string) =>
      (await needs.outbox.after(0, 1_000)).filter((event) => event.type === type),
    /** One signal, and another once the first has been heard. */
    hurry: async (child: Child) => {
      child.process.kill('SIGTERM');
      await eventually('it is off the list', async () => (await needs.registry.list('runner')).length === 0);
      child.process.kill('SIGTERM');
      assert.equal((await child.ended).code, 0, 'in order');
    },
    listed: async () => (await needs.registry.list('runner')).map(({ pid }) => pid),
  };
}

describe('a runner that is asked to stop', () => {
  it('leaves the registry, refuses calls, finishes its patch and gives its lines to the next at once', async (t) => {
    const world = await scene(t);
    await world.line('one', { patches: 1, checkS: 6 });
    const first = await world.start();
    await world.isChecking(0);
    await world.line('two', { patches: 1, checkS: 0 });
    first.child.process.kill('SIGTERM');
    await eventually('it is off the list', async () => (await world.listed()).length === 0);
    assert.equal(first.child.process.exitCode, null, 'while it still works');
    const refused = await fetch(`${first.url}/calls/rehearsals`, { method: 'POST' });
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '5']);
    assert.equal(((await refused.json()) as { code: string }).code, 'runner_stopping');

    await world.start();
    assert.equal((await first.child.ended).code, 0);
    await world.allLanded();
    assert.equal((await world.eventsOf('patch.rescued')).length, 0, 'nothing had to be rescued');
  });

  it('at a second signal breaks off what runs, and the next one rescues it without waiting for the lease', async (t) => {
    const world = await scene(t);
    await world.line('one', { patches: 1, checkS: 100 });
    const first = await world.start();
    await world.isChecking(0);
    await world.hurry(first.child);
    assert.equal((await world.needs.leaser.find('one'))?.owner, null, 'the lease was given back');
    const next = await world.start();
    await eventually('it is rescued', async () => (await world.eventsOf('patch.rescued')).length === 1);
    await world.hurry(next.child);
  });
});

/** What came back, as far as it is looked into. */
interface Told {
  readonly kind: string;
  readonly breakers: readonly { name: string; state: string; successes: number; problem: string | null }[];
}

describe('a gateway with runners', () => {
  it('has a runner rehearse, and does it itself when the last one is gone', async (t) => {
    const world = await scene(t);
    await world.line('one', { patches: 0, checkS: 0 });
    const runner = await world.start();
    const gateway = startProcess('src/main/gateway.ts', world.installation.settings);
    t.after(() => stopped(gateway));
    const { url } = await gateway.ready;
    const token = await authorToken(world.installation);
    const call = async (path: string, body?: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/x-diff' };
      const sent = body === undefined ? { headers } : { method: 'POST', headers, body };
      return (await (await fetch(`${url}${path}`, sent)).json()) as Told;
    };
    await eventually('the runner is listed', async () => (await world.listed()).length === 1);
    const rehearse = () => call('/api/v1/rehearsals?workspace=one', creating('a.txt'));
    assert.equal((await rehearse()).kind, 'fits');
    const [, breaker] = (await call('/status')).breakers;
    assert.match(breaker?.name ?? '', /^runner runner-/);
    assert.deepEqual([breaker?.state, breaker?.successes, breaker?.problem], ['closed', 1, null]);

    runner.child.process.kill('SIGKILL');
    await runner.child.ended;
    assert.equal((await rehearse()).kind, 'fits', 'while its entry still stands');
    const [, failing] = (await call('/status')).breakers;
    assert.match(failing?.problem ?? '', /nobody listens there/);
  });
});
