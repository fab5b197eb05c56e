import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { type Agent, agentOnStdio, agentOverHttp, type Era } from '../world/agent.ts';
import { aRepository, git } from '../world/git.ts';
import { type Installation, openInstallationFor } from '../world/installation.ts';
import { type Service, startService } from '../world/service.ts';

/** `stale` is what the agent believes to stand there. */
function changing(stale: string, to: string): string {
  return `--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1,2 +1,2 @@\n-${stale}\n+${to}\n world\n`;
}

describe("an agent's session, with the official client library", () => {
  let installation: Installation;
  let service: Service;
  const repository = aRepository();
  let greeting = 'hello';

  before(async () => {
    installation = await openInstallationFor();
    const workspace = { name: 'main', repo: repository, branch: 'main', checks: [], adopt: false };
    await addWorkspace(installation.needs, { ...workspace, actor: 'test' });
    service = await startService(installation);
  });
  after(async () => {
    await service.stop();
    await installation.close();
  });

  const ways: readonly (readonly [string, Era, () => Promise<Agent>])[] = [
    ['over HTTP, of 2026-07-28', 'modern', () => agentOverHttp(service.url, service.token, 'modern')],
    ['over HTTP, of 2025-11-25', 'legacy', () => agentOverHttp(service.url, service.token, 'legacy')],
    ['on stdio, of 2026-07-28', 'modern', () => onStdio('modern')],
    ['on stdio, of 2025-11-25', 'legacy', () => onStdio('legacy')],
  ];
  const onStdio = (era: Era) =>
    agentOnStdio({ ...installation.settings, GHOST_URL: service.url, GHOST_TOKEN: service.token }, era);

  for (const [way, era, connect] of ways)
    it(`submits a broken patch, reads the repair request, submits the repaired one and sees it land: ${way}`, async () => {
      const agent = await connect();
      assert.equal(agent.client.getProtocolEra(), era);
      await session(agent, `hello, ${way}`);
      await agent.close();
    });

  async function session(agent: Agent, to: string): Promise<void> {
    const broken = await agent.call('submit_patch', { patch: changing(`no ${greeting}`, to) });
    assert.equal(broken.isError, false, broken.text);
    const heard: string[] = [];
    const ended = await agent.call('wait_for_patch', { id: broken.data.id }, heard);
    assert.equal(ended.isError, true);
    assert.deepEqual([ended.data.status, ended.data.code], [422, 'patch_rejected']);
    const { repair } = ended.data;
    assert.equal(ended.text, repair.text);
    assert.match(repair.text, /greeting\.txt/);

    const asked = await agent.call('get_repair_request', { id: broken.data.id });
    assert.deepEqual([asked.isError, asked.data.repair], [false, repair]);
    const { body } = await shownOverHttp(broken.data.id);
    assert.deepEqual([body.repair, body.faults], [repair, ended.data.faults]);

    const patch = changing(greeting, to);
    assert.equal((await agent.call('rehearse_patch', { patch })).isError, false);
    const repairs = broken.data.id;
    const repaired = await agent.call('submit_patch', {
      patch,
      repairs,
      phase: 'P7',
      flags: ['runDryCheck'],
    });
    assert.equal(repaired.isError, false, repaired.text);
    const terms = (await installation.needs.ledger.find(repaired.data.id))?.terms;
    assert.deepEqual(terms, { phase: 'P7', flags: ['runDryCheck'] });
    const landed = await agent.call('wait_for_patch', { id: repaired.data.id }, heard);
    assert.deepEqual([landed.isError, landed.data.state], [false, 'landed'], landed.text);
    assert.equal(git(repository, 'show', 'main:greeting.txt'), `${to}\nworld`);
    assert.equal(git(repository, 'rev-parse', 'main'), landed.data.commit);
    greeting = to;
  }

  async function shownOverHttp(id: string) {
    const headers = { authorization: `Bearer ${service.token}` };
    const response = await fetch(`${service.url}/api/v1/patches/${id}`, { headers });
    return { body: (await response.json()) as { repair: unknown; faults: unknown } };
  }

  it('two agents at once each see their own patch land', async () => {
    const agents = await Promise.all(
      (['modern', 'legacy'] as const).map((era) => agentOverHttp(service.url, service.token, era)),
    );
    const landed = await Promise.all(
      agents.map(async (agent, at) => {
        const patch = `--- /dev/null\n+++ b/agent-${at}.txt\n@@ -0,0 +1 @@\n+${at}\n`;
        const receipt = await agent.call('submit_patch', { patch });
        const again = await agent.call('submit_patch', { patch });
        assert.equal(again.data.id, receipt.data.id);
        return agent.call('wait_for_patch', { id: receipt.data.id });
      }),
    );
    assert.deepEqual(
      landed.map(({ data }) => data.state),
      ['landed', 'landed'],
    );
    const log = await agents[0]?.call('get_log', { id: landed[0]?.data.id });
    assert.equal(log?.data.checks[0]?.verdict.check, 'not broken');
    assert.match((await agents[0]?.call('get_gate'))?.text ?? '', /`not broken` \(.*test ! -e broken\)/);
    await Promise.all(agents.map((agent) => agent.close()));
  });

  it('a patch that came by HTTP from an agent says so', async () => {
    const origins = (await installation.needs.ledger.list({ limit: 50 })).map(({ origin }) => origin);
    assert.ok(origins.includes('mcp'), origins.join(' '));
  });
});
