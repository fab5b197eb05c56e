import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { creating } from '../world/diffs.ts';
import { aRepository, git, temporaryFolder } from '../world/git.ts';
import { type Installation, installationSettings, openInstallationFor } from '../world/installation.ts';
import { type Child, eventually, startProcess } from '../world/processes.ts';
import { mailsOf } from '../world/series.ts';
import { type Service, startService, stopped } from '../world/service.ts';

/** A reply as a person copies it out of a chat: words before, between and behind. */
const REPLY = `Of course. I add the file first:

\`\`\`diff
${creating('chat/a.txt', 'a')}\`\`\`

and then the other one:

\`\`\`diff
${creating('chat/b.txt', 'b')}\`\`\`

Tell me if you want tests, too.
`;

interface Answer {
  readonly state: string;
  readonly title: string;
  readonly reason: string | null;
  readonly rest: readonly Answer[];
}

describe('every way in, from the outside to the branch', () => {
  let installation: Installation;
  let service: Service;
  let inbox: Child;
  const repository = aRepository();
  const folder = temporaryFolder('inbox');

  before(async () => {
    const settings = { ...installationSettings(), GHOST_INBOX: folder, GHOST_INBOX_QUIET: '100ms' };
    installation = await openInstallationFor(settings);
    const workspace = { name: 'main', repo: repository, branch: 'main', checks: [], adopt: false };
    await addWorkspace(installation.needs, { ...workspace, actor: 'test' });
    service = await startService(installation);
    inbox = startProcess('src/main/inbox.ts', settings);
    await inbox.ready;
  });
  after(async () => {
    await Promise.all([stopped(inbox), service.stop()]);
    await installation.close();
  });

  async function post(body: string, type: string): Promise<Answer> {
    const response = await fetch(`${service.url}/api/v1/patches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.token}`, 'content-type': type, prefer: 'wait=8' },
      body,
    });
    const answer = (await response.json()) as Answer;
    assert.equal(response.status, 202, JSON.stringify(answer));
    return answer;
  }

  it('a reply from a chat lands as one patch, the prose around its blocks left out', async () => {
    const { state, title } = await post(REPLY, 'text/markdown');
    assert.deepEqual([state, title], ['landed', 'Change chat/a.txt and 1 more']);
    assert.equal(git(repository, 'show', 'main:chat/a.txt'), 'a');
    assert.equal(git(repository, 'show', 'main:chat/b.txt'), 'b');
  });

  it('a series of mails lands as so many commits, in order', async () => {
    const answer = await post(mailsOf(creating('one'), creating('two')), 'application/mbox');
    assert.deepEqual(
      [answer, ...answer.rest].map(({ state }) => state),
      ['landed', 'landed'],
    );
    assert.deepEqual(git(repository, 'log', '-2', '--format=%s', 'main').split('\n'), [
      'Number 2',
      'Number 1',
    ]);
  });

  it('a series that breaks lands as far as it goes', async () => {
    const answer = await post(mailsOf(creating('three'), creating('three'), creating('four')), 'text/plain');
    assert.deepEqual(
      [answer, ...answer.rest].map(({ state }) => state),
      ['landed', 'rejected', 'cancelled'],
    );
    assert.equal(answer.rest[1]?.reason, 'series_broken');
    assert.equal(git(repository, 'ls-tree', '--name-only', 'main', 'four'), '');
  });

  it('a file of the inbox lands, and its commit tells of its patch', async () => {
    writeFileSync(join(folder, 'main', 'five.diff'), creating('five'));
    await eventually(
      'the commit',
      () => git(repository, 'ls-tree', '--name-only', 'main', 'five') === 'five',
    );
    const [patch] = await installation.needs.ledger.list({ limit: 1 });
    assert.equal(patch?.origin, 'inbox');
    assert.match(
      git(repository, 'log', '-1', '--format=%B', 'main'),
      new RegExp(`Ghost-Patch: ${patch?.id}`),
    );
  });
});
