import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import { patchSummary } from '../../../src/app/patch-reads.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import { creating } from '../../world/diffs.ts';
import { aRepository, git, write } from '../../world/git.ts';
import { openInstallationFor } from '../../world/installation.ts';
import { eventually } from '../../world/processes.ts';
import { runnerFor } from '../../world/runner.ts';

/** A service that runs from a work tree: a file named `poison` in it makes it ill. */
async function serviceOf(test: TestContext, root: string): Promise<number> {
  const server = createServer((_request, response) => {
    response.writeHead(existsSync(join(root, 'poison')) ? 500 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('a runner', () => {
  it('takes back a patch that made a service ill, and the service is well again', async (test) => {
    const installation = await openInstallationFor();
    const { needs } = installation;
    test.after(() => installation.close());
    const repository = aRepository();
    const port = await serviceOf(test, repository);
    const url = `http://localhost:${port}/`;
    write(repository, {
      'ghost.yml': `checks:
  - {name: here, run: test -e greeting.txt}
  - {name: up, kind: http, url: "${url}", tries: 1, after: true, revert: true}
`,
    });
    git(repository, 'add', '.');
    git(repository, 'commit', '-q', '-m', 'The gate');
    await addWorkspace(needs, {
      ...{ name: 'app', repo: repository, branch: 'main', checks: [], actor: 'test', adopt: false },
    });
    write(installation.config.home.data, { 'policy.yml': `grants: {hosts: ["localhost:${port}"]}\n` });
    runnerFor(test, installation);
    const { patch } = await submitPatch(needs, {
      ...{ workspace: 'app', body: Buffer.from(creating('poison')), format: null, title: 'Poison' },
      ...{ author: 'eve', origin: 'http', idempotencyKey: null, force: false },
    });
    const revert = await eventually('the patch to be taken back', async () => {
      const { lastLanded } = await needs.ledger.line('app');
      return lastLanded?.lineage?.kind === 'reverts' ? lastLanded : undefined;
    });
    assert.equal(revert.author, 'ghost');
    assert.equal(git(repository, 'show', '--name-status', '--format=', 'HEAD'), 'D\tpoison');
    await eventually('the service to be well', async () =>
      (await fetch(url)).status === 200 ? true : undefined,
    );
    assert.match(await patchSummary(needs, patch.id, 'markdown'), new RegExp(`taken back by .${revert.id}.`));
  });
});
