import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import { startRunner } from '../../../src/workers/runner/runner.ts';
import { creating } from '../../world/diffs.ts';
import { aRepository } from '../../world/git.ts';
import { openInstallationFor } from '../../world/installation.ts';
import { eventually } from '../../world/processes.ts';

test('with one slot a patch that local edits hold keeps nobody waiting, and lands once they are gone', async (t) => {
  const { needs, logger, close } = await openInstallationFor();
  const places = { held: aRepository(), other: aRepository() };
  for (const [name, repo] of Object.entries(places))
    await addWorkspace(needs, { name, repo, branch: 'main', checks: [], actor: 'test', adopt: false });
  const submit = async (workspace: string, path: string) => {
    const { patch } = await submitPatch(needs, {
      ...{ workspace, body: Buffer.from(creating(path)), format: null, title: null },
      ...{ author: 'test', origin: 'http', idempotencyKey: null, force: true },
    });
    return (name: string) =>
      eventually(`${path} of ${workspace} is ${name}`, async () => {
        return (await needs.ledger.find(patch.id))?.state.name === name;
      });
  };
  const inTheWay = join(places.held, 'a.txt');
  writeFileSync(inTheWay, 'an edit of somebody');
  const runner = startRunner(needs, {
    ...{ owner: 'runner/test', leaseTtlMs: 600_000, cooldownMs: 0, drainMs: 1_000, slots: 1 },
    ...{ observe: async () => undefined, logger },
  });
  t.after(async () => {
    await runner.stop();
    await close();
    for (const folder of Object.values(places)) rmSync(folder, { recursive: true, force: true });
  });
  const held = await submit('held', 'a.txt');
  await held('held');
  for (const path of ['b.txt', 'c.txt']) {
    const other = await submit('other', path);
    await other('landed');
  }
  rmSync(inTheWay);
  await held('landed');
  const entries = await needs.chains.entries('held', 0, 999);
  assert.equal(
    entries.filter(({ type }) => type === 'lease.taken').length,
    2,
    'edits are looked for without a lease',
  );
});
