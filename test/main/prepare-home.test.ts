import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { homeInFolder } from '../../src/main/home.ts';
import { prepareHome } from '../../src/main/prepare-home.ts';

it('a new home has a policy; one that is gone from a home which has worked is not made anew', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ghost-prepare-home-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const home = homeInFolder(folder);
  await prepareHome(home);
  assert.match(await readFile(home.policyFile, 'utf8'), /^version: 1$/m);
  await rm(home.policyFile);
  await prepareHome(home);
  await assert.rejects(readFile(home.policyFile), { code: 'ENOENT' });
});
