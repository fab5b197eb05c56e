import { openSync, readFileSync, writeSync } from 'node:fs';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import { sha256 } from '../../../src/core/digest.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import { isOver } from '../../../src/core/patch/patch.ts';
import { openInstallationFor } from '../../world/installation.ts';
import { eventually, startProcess } from '../../world/processes.ts';
import { authorToken, stopped } from '../../world/service.ts';
import type { Script } from './record.ts';

/*
 * What is recorded: the product's gateway, runner and relay as processes, and an author who sends patches one after the
 * other. Each thing that the author is told goes into the mark file at the moment at which it is told.
 */
const script: Script = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const marks = openSync(script.markFile, 'a');
const tell = (...words: readonly string[]) => writeSync(marks, `${words.join(' ')}\n`);

const installation = await openInstallationFor(script.settings);
const { needs } = installation;
await addWorkspace(needs, {
  ...{ name: 'main', repo: script.repository, branch: 'main', checks: [] },
  ...{ actor: 'test', adopt: false },
});
const token = await authorToken(installation);
const settings = { ...script.settings, NODE_OPTIONS: process.env.NODE_OPTIONS ?? '', UV_USE_IO_URING: '0' };
const services = ['runner', 'gateway', 'relay'].map((name) => startProcess(`src/main/${name}.ts`, settings));
const [, gateway] = await Promise.all(services.map(({ ready }) => ready));

const accepted = await Promise.all(script.patches.map(submit));
for (const id of accepted) {
  const state = await eventually(
    `${id} ends`,
    async () => {
      const patch = await needs.ledger.find(id);
      return patch !== null && isOver(patch.state) && patch.state;
    },
    120_000,
  );
  tell('ended', id, state.name, state.name === 'landed' ? state.intent.commit : '-');
}
await Promise.all(services.map(stopped));
await installation.close();

async function submit(body: string) {
  const response = await fetch(`${gateway?.url}/api/v1/patches?workspace=main`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/x-diff' },
    body,
  });
  const receipt = (await response.json()) as { readonly id: PatchId };
  if (response.status !== 202) throw new Error(`${response.status}: ${JSON.stringify(receipt)}`);
  tell('receipt', receipt.id, sha256(body));
  return receipt.id;
}
