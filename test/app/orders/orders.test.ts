import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeWorkspace } from '../../../src/app/describe-workspace.ts';
import { checkContents } from '../../../src/app/ledger/check-contents.ts';
import { freezePhase, thawPhase } from '../../../src/app/orders/freeze-phase.ts';
import { phasesOf } from '../../../src/app/orders/list-phases.ts';
import { setMode } from '../../../src/app/orders/set-mode.ts';
import { releaseHeld } from '../../../src/app/release-held.ts';
import { revertPatch } from '../../../src/app/revert-patch.ts';
import { workInLine } from '../../../src/app/work-in-line.ts';
import type { Mode } from '../../../src/core/queue/orders.ts';
import { git, patchOf } from '../../world/git.ts';
import { type LineOptions, lineFor, stateOf, type TestLine } from '../../world/line.ts';

const BRAVE = { 'greeting.txt': 'hello\nbrave\nworld\n' };
const WHY = { reason: 'the release is out', actor: 'opal' };

const mode = ({ needs }: TestLine, to: Mode) => setMode(needs, { name: 'main', mode: to, ...WHY });
const freeze = ({ needs }: TestLine, phase: string) => freezePhase(needs, { phase, ...WHY });
const thaw = ({ needs }: TestLine, phase: string) => thawPhase(needs, { phase, actor: 'opal' });
const brave = (line: TestLine, phase: string | null = null) =>
  line.submit(patchOf(line.repository, BRAVE), { phase });

const work = (line: TestLine) =>
  workInLine(line.needs, { workspace: line.holding.workspace, lease: null, cooldownMs: 0, since: 'seen' });

describe('a frozen phase', () => {
  it('holds its patches and no others, and lets them go at their old place', async (test) => {
    const line = await lineFor(test);
    assert.equal((await freeze(line, 'p14')).phase.phase, 'P14');
    const frozen = await brave(line, 'P14.00.04');
    const other = await line.submit(patchOf(line.repository, { 'b.txt': 'b\n' }), { phase: 'P13' });
    await line.next();
    const held = await stateOf(line, frozen.patch.id, 'held');
    assert.deepEqual(
      [held.reason, held.detail],
      ['phase_frozen', 'phase P14 is frozen, ordered by opal: the release is out'],
    );
    await line.next();
    await stateOf(line, other.patch.id, 'landed');
    assert.equal(await releaseHeld(line.needs, line.holding), false);
    assert.notEqual((await work(line)).kind, 'due');
    assert.deepEqual(
      (await phasesOf(line.needs)).phases.map(({ phase, held, frozen: order }) => [phase, held, order?.by]),
      [['P14', 1, 'opal']],
    );

    const { phase } = await thaw(line, 'P14');
    assert.equal(phase.frozen, null);
    assert.equal((await work(line)).kind, 'due');
    assert.equal(await releaseHeld(line.needs, line.holding), true);
    await line.next();
    await stateOf(line, frozen.patch.id, 'landed');
    assert.deepEqual((await checkContents(line.needs)).problems, []);
    await assert.rejects(thaw(line, 'P14'), { code: 'phase_not_frozen' });
    await assert.rejects(freeze(line, 'no phase'), { code: 'input_invalid' });
  });

  it('is that of a revert as well, and of an old block by its id or its member', async (test) => {
    const line = await lineFor(test);
    const block = {
      blockId: 'patch-v3.3.21(P14.00.04)_slug',
      mutations: [{ path: 'a.txt', contents: 'a\n' }],
    };
    const byId = await line.submit(JSON.stringify(block));
    const byMember = await line.submit(JSON.stringify({ ...block, phase: 'p13' }));
    assert.deepEqual([byId.patch.terms.phase, byMember.patch.terms.phase], ['P14', 'P13']);
    await line.next();
    const revert = { id: byId.patch.id, author: 'test', origin: 'cli' } as const;
    assert.equal((await revertPatch(line.needs, revert)).patch.terms.phase, 'P14');
  });
});

/** Gives an order when the checks of the first patch have run. */
async function orderedWhileChecking(test: Parameters<typeof lineFor>[0], give: (line: TestLine) => unknown) {
  let order: (() => unknown) | null = null;
  const observe: NonNullable<LineOptions['observe']> = async (step) => {
    if (step === 'checks-run') await order?.();
  };
  const line = await lineFor(test, { observe });
  order = () => give(line);
  const before = git(line.repository, 'rev-parse', 'main');
  const { patch } = await brave(line, 'P14');
  await line.next();
  assert.equal(git(line.repository, 'rev-parse', 'main'), before);
  order = null;
  return { line, id: patch.id, held: await stateOf(line, patch.id, 'held') };
}

describe('an order that comes while a patch is being checked', () => {
  it('keeps it from landing where its phase was frozen, and names it', async (test) => {
    let named: readonly string[] = [];
    const { held, id } = await orderedWhileChecking(test, async (line) => {
      named = (await freeze(line, 'P14')).atWork.map((one) => `${one.id} ${one.state.name}`);
    });
    assert.equal(held.reason, 'phase_frozen');
    assert.deepEqual(named, [`${id} checking`]);
  });

  it('keeps it from landing in a lockdown, and it lands when that is over', async (test) => {
    const { line, id, held } = await orderedWhileChecking(test, (on) => mode(on, 'lockdown'));
    assert.equal(held.reason, 'mode_lockdown');
    await mode(line, 'auto');
    await releaseHeld(line.needs, line.holding);
    await line.next();
    await stateOf(line, id, 'landed');
  });

  it('keeps it from landing in mode manual, as nobody has approved it', async (test) => {
    const { held } = await orderedWhileChecking(test, (line) => mode(line, 'manual'));
    assert.equal(held.reason, 'mode_manual');
  });
});

describe('the mode of a line', () => {
  it('test checks everything and lands nothing; auto judges it anew', async (test) => {
    const line = await lineFor(test);
    await mode(line, 'test');
    const { patch } = await brave(line);
    const bad = await line.submit('--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1 +1 @@\n-no\n+yes\n');
    await line.next();
    await line.next();
    const held = await stateOf(line, patch.id, 'held');
    assert.deepEqual([held.reason, /its checks passed/.test(held.detail ?? '')], ['mode_test', true]);
    await stateOf(line, bad.patch.id, 'rejected');
    await mode(line, 'auto');
    assert.equal((await work(line)).kind, 'due');
    await releaseHeld(line.needs, line.holding);
    await line.next();
    await stateOf(line, patch.id, 'landed');
    const entries = await line.needs.chains.entriesAbout(patch.id);
    assert.equal(entries.filter(({ type }) => type === 'patch.checked').length, 2);
  });

  it('lockdown begins nothing, takes nothing in, and is told with who and why', async (test) => {
    const line = await lineFor(test);
    const { patch } = await brave(line);
    await assert.rejects(setMode(line.needs, { name: 'main', mode: 'lockdown', reason: '', actor: 'opal' }), {
      code: 'input_invalid',
    });
    await mode(line, 'lockdown');
    assert.equal((await line.next()).kind, 'paused');
    assert.equal((await work(line)).kind, 'paused');
    await stateOf(line, patch.id, 'queued');
    await assert.rejects(brave(line), { code: 'workspace_locked', message: /by opal: the release is out/ });
    const view = await describeWorkspace(line.needs, 'main');
    assert.deepEqual([view.mode, view.modeOrder?.by], ['lockdown', 'opal']);
    await mode(line, 'auto');
    await line.next();
    await stateOf(line, patch.id, 'landed');
  });
});
