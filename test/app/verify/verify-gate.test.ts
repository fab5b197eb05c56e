import assert from 'node:assert/strict';
import { it } from 'node:test';
import { verifyGate } from '../../../src/app/verify/verify-gate.ts';
import { effectOf } from '../../../src/core/gate/approvals.ts';
import type { Json } from '../../../src/core/json.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import { land } from '../../world/evidence.ts';
import { aRepository } from '../../world/git.ts';
import { lineFor, stateOf } from '../../world/line.ts';

it('What a check found counts as accepted by somebody else than its author alone', async (test) => {
  const gate = 'checks: [{ name: text, kind: text }]\n';
  const line = await lineFor(test, { repository: aRepository({ 'ghost.yml': gate }) });
  const [id = ''] = await land(line, 1);
  const { intent } = await stateOf(line, id, 'landed');
  const patch = await line.find(id);
  const told = (await line.needs.chains.entriesAbout(id)).map(withAcceptedVerdicts);
  const rules = await line.needs.policy.rulesFor('main');
  const { repository } = line.holding.open;
  const { tree: baseTree } = await repository.tip();
  const approvedBy = async (by: string) => {
    const data = { by, base: intent.base, effect: effectOf(intent.paths) };
    const [first] = told;
    assert.ok(first);
    const entries = [...told, { ...first, type: 'patch.approved', data } as const];
    const chains = { ...line.needs.chains, entriesAbout: () => Promise.resolve(entries) };
    const asked = { repository, rules, baseTree, brought: [] };
    return (await verifyGate({ ...line.needs, chains }, asked, { patch, intent, entries })).problems;
  };
  assert.equal(patch.author, 'test');
  assert.match((await approvedBy('test')).join('\n'), /what check text found was approved by nobody/);
  assert.deepEqual(await approvedBy('ada'), []);
});

/** As if an approver had been asked about what each of its checks found. */
function withAcceptedVerdicts(entry: Entry): Entry {
  if (entry.type !== 'patch.checked') return entry;
  const { verdicts, ...rest } = entry.data as { readonly verdicts: readonly Record<string, Json>[] };
  return { ...entry, data: { ...rest, verdicts: verdicts.map((one) => ({ ...one, approval: 'given' })) } };
}
