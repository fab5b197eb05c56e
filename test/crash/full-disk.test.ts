import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { projectOutbox } from '../../src/app/project-outbox.ts';
import { rebuildAudit } from '../../src/app/rebuild-audit.ts';
import { verifyAudit } from '../../src/app/verify/verify-audit.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import { creating } from '../world/diffs.ts';
import { aBareRepository, git, temporaryFolder } from '../world/git.ts';
import { installationSettings, openInstallationFor } from '../world/installation.ts';
import { type Mount, mounted, whyNotMounted } from '../world/mounts.ts';
import { eventually, startProcess } from '../world/processes.ts';
import { startService, stopped } from '../world/service.ts';

interface Disks {
  readonly home?: Mount;
  readonly repository?: Mount;
  /** Where the home is, when something below it is a disk of its own. */
  readonly at?: string;
}

/** A service whose home, or repository, is on a small disk of its own. */
async function aService(test: TestContext, disks: Disks) {
  const repository = join(disks.repository?.path ?? temporaryFolder('repository'), 'repository.git');
  git('/', 'clone', '-q', '--bare', aBareRepository(), repository);
  const home =
    disks.home === undefined ? (disks.at ?? temporaryFolder('home')) : join(disks.home.path, 'home');
  const installation = await openInstallationFor(installationSettings(home));
  test.after(() => installation.close());
  const { needs } = installation;
  const workspace = { name: 'main', repo: repository, branch: 'main', checks: [] };
  await addWorkspace(needs, { ...workspace, actor: 'test', adopt: false });
  const service = await startService(installation);
  const relay = startProcess('src/main/relay.ts', installation.settings);
  await relay.ready;
  const processes = [service.gateway, service.runner, relay];
  test.after(() => {
    for (const { process } of processes) process.kill('SIGKILL');
  });
  return {
    ...{ needs, service },
    submit: (name: string) => submit(service, name),
    running: () => processes.every(({ process }) => process.exitCode === null && process.signalCode === null),
    stop: () => Promise.all(processes.map(stopped)),
    state: async (id: PatchId) => (await needs.ledger.find(id))?.state.name,
    home,
    beat: async (name: string) => {
      const beats = (await needs.heartbeats.read()).flatMap((one) =>
        one.kind === 'read' ? [one.heartbeat] : [],
      );
      return beats.find(({ component }) => component === name);
    },
  };
}

async function submit({ url, token }: { readonly url: string; readonly token: string }, name: string) {
  const response = await fetch(`${url}/api/v1/patches?workspace=main`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/x-diff', 'idempotency-key': name },
    body: creating(name, name),
  });
  const answer = (await response.json()) as { readonly id: PatchId; readonly code?: string };
  return { ...answer, status: response.status, retryAfter: response.headers.get('retry-after') };
}

/** Takes all room; the answer gives it back. */
function fill({ path }: Mount): () => void {
  const file = join(path, 'filler');
  const descriptor = openSync(file, 'w');
  for (let size = 256 * 1024; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(size));
    } catch {
      // A smaller piece may still fit.
    }
  }
  closeSync(descriptor);
  return () => rmSync(file);
}

function forbid(disk: Mount): () => void {
  disk.remount('ro');
  return () => disk.remount('rw');
}

function aDiskUnder(
  test: TestContext,
  where: 'repository' | 'scratch folder',
): { disk: Mount; disks: Disks } {
  if (where === 'repository') {
    const repository = mounted(test, '8m');
    return { disk: repository, disks: { repository } };
  }
  const at = temporaryFolder('home');
  return { disk: mounted(test, '8m', join(at, 'scratch')), disks: { at } };
}

describe('a limit on the size of files', () => {
  it('is as a full disk to the ledger: 503, nothing stored, and on it goes without the limit', async (test) => {
    const { needs, service, ...it } = await aService(test, {});
    const first = await it.submit('first');
    await eventually('it has landed', async () => (await it.state(first.id)) === 'landed');
    const limit = (bytes: string) =>
      execFileSync('prlimit', ['--pid', String(service.gateway.process.pid), `--fsize=${bytes}:unlimited`]);
    limit('4096');
    const { status, code } = await it.submit('second');
    assert.deepEqual([status, code], [503, 'ledger_unavailable']);
    limit('unlimited');
    const second = await eventually('it is taken', async () => {
      const receipt = await it.submit('second');
      return receipt.status === 202 && receipt;
    });
    await eventually('it has landed', async () => (await it.state(second.id)) === 'landed');
    assert.ok(it.running());
    await it.stop();
    assert.deepEqual((await verifyWorkspace(needs, 'main')).problems, []);
  });
});

describe('folders that somebody takes away under a running service', () => {
  it('come again; the audit log is named and rebuilt by an operator, and nothing else waits for it', async (test) => {
    const { needs, home, ...it } = await aService(test, {});
    const first = await it.submit('first');
    await eventually('it is told', async () => (await needs.summaries.read(first.id, 'json')) !== null);
    // At once: a relay that goes on writing would fill what is being emptied.
    for (const name of ['logs', 'summaries']) renameSync(join(home, name), join(home, `${name}-gone`));
    const second = await it.submit('second');
    await eventually('it is told', async () => (await needs.summaries.read(second.id, 'json')) !== null);
    await eventually('the relay says so', async () => {
      const beat = await it.beat('relay');
      return (
        beat?.status === 'degraded' && /audit\.log .* expected lines up to/.test(JSON.stringify(beat.details))
      );
    });
    const { report } = await rebuildAudit(needs, { actor: 'operator' });
    assert.deepEqual(report.problems, []);
    await eventually('the relay is well', async () => (await it.beat('relay'))?.status === 'healthy');
    await it.stop();
    assert.deepEqual((await verifyAudit(needs)).problems, []);
  });
});

describe('a full disk', { skip: whyNotMounted() ?? false }, () => {
  it('under the home is 503 and ends no process; what was acknowledged is there, and the line goes on', async (test) => {
    const disk = mounted(test, '8m');
    const { needs, ...it } = await aService(test, { home: disk });
    const first = await it.submit('first');
    await eventually('it has landed', async () => (await it.state(first.id)) === 'landed');
    const giveBack = fill(disk);
    for (const name of ['second', 'third']) {
      const { status, code, retryAfter } = await it.submit(name);
      assert.deepEqual([status, code, retryAfter], [503, 'ledger_unavailable', '5']);
    }
    assert.equal((await needs.ledger.list({ limit: 9 })).length, 1, 'nothing of them was stored');
    const ready = async () => (await fetch(`${it.service.url}/readyz`)).status;
    assert.equal(await ready(), 503);
    giveBack();
    await eventually('it is ready', async () => (await ready()) === 200);
    const second = await eventually('there is room', async () => {
      const receipt = await it.submit('second');
      return receipt.status === 202 && receipt;
    });
    await eventually('it has landed', async () => (await it.state(second.id)) === 'landed');
    assert.ok(it.running());
    await it.stop();
    assert.deepEqual((await verifyWorkspace(needs, 'main')).problems, []);
    await projectOutbox(needs);
    assert.deepEqual((await verifyAudit(needs)).problems, []);
  });

  for (const [where, how] of [
    ['repository', 'full'],
    ['repository', 'read-only'],
    ['scratch folder', 'full'],
  ] as const) {
    it(`under the ${where} (${how}) stops the line, which says why, and costs no patch`, async (test) => {
      const { disk, disks } = aDiskUnder(test, where);
      const { needs, ...it } = await aService(test, disks);
      const first = await it.submit('first');
      await eventually('it has landed', async () => (await it.state(first.id)) === 'landed');
      const giveBack = how === 'full' ? fill(disk) : forbid(disk);
      const waiting = await Promise.all(['second', 'third', 'fourth'].map(it.submit));
      assert.deepEqual(
        waiting.map(({ status }) => status),
        [202, 202, 202],
      );
      const expected = how === 'full' ? /got ENOSPC/ : /got EROFS/;
      await eventually('the runner says so', async () => {
        const beat = await it.beat('runner');
        return beat?.status === 'degraded' && expected.test(JSON.stringify(beat.details));
      });
      giveBack();
      for (const { id } of waiting)
        await eventually('it has landed', async () => (await it.state(id)) === 'landed');
      await eventually('the runner is well', async () => (await it.beat('runner'))?.status === 'healthy');
      await it.stop();
      assert.deepEqual((await verifyWorkspace(needs, 'main')).problems, []);
    });
  }
});
