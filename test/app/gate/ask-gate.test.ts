import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { patchLog } from '../../../src/app/patch-log.ts';
import { patchSummary } from '../../../src/app/patch-reads.ts';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import { eventIn } from '../../../src/core/ledger/fold.ts';
import type { PatchEvent } from '../../../src/core/patch/transition.ts';
import { creating } from '../../world/diffs.ts';
import { aRepository, git, write } from '../../world/git.ts';
import { lineFor, stateOf, type TestLine } from '../../world/line.ts';

type Checked = Extract<PatchEvent, { type: 'checked' }>;

/** A repository with this gate, and what else it holds. */
function withGate(gate: string, files: Readonly<Record<string, string>> = {}): string {
  const repository = aRepository({ 'greeting.txt': 'hello\n', ...files });
  write(repository, { 'ghost.yml': gate });
  git(repository, 'add', '.');
  git(repository, 'commit', '-q', '-m', 'The gate');
  return repository;
}

async function judged(
  line: TestLine,
  body: string,
): Promise<{ readonly id: string; readonly checked: Checked }> {
  const { patch } = await line.submit(body);
  await line.next();
  return { id: patch.id, checked: await checkedOf(line, patch.id) };
}

async function checkedOf(line: TestLine, id: string): Promise<Checked> {
  const entries = await line.needs.chains.entriesAbout(id);
  const entry = entries.findLast(({ type }) => type === 'patch.checked');
  assert.ok(entry, JSON.stringify((await line.find(id)).state));
  return eventIn(entry) as Checked;
}

function said(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ check, verdict }) => `${check}: ${verdict}`);
}

describe('a gate of several stages', () => {
  it('stops after the stage in which a check fails, leaves out what is for other paths, and says both', async (test) => {
    const line = await lineFor(test, {
      repository: withGate(`checks:
  - {name: pages, run: test -d web, paths: [web/]}
  - parallel:
      - {name: named, run: "! test -e bad-name"}
      - {name: here, run: test -e bad-name}
  - {name: later, run: test -e greeting.txt}
`),
    });
    const { id, checked } = await judged(line, creating('bad-name'));
    assert.deepEqual(said(checked.verdicts), ['named: fail', 'here: pass']);
    assert.deepEqual(checked.skipped, [
      { check: 'pages', source: 'workspace', why: 'no path that web/ matches is touched' },
    ]);
    assert.equal((await stateOf(line, id, 'rejected')).reason, 'check_failed');
    assert.match(
      await patchSummary(line.needs, id, 'markdown'),
      /\*\*skipped\*\* `pages` .*no path that web\/ matches/,
    );
  });

  it('is no gate for a patch of which nothing is asked', async (test) => {
    const line = await lineFor(test, {
      repository: withGate('checks: [{name: web, run: test -d web, paths: [web/]}]\n'),
    });
    const { patch } = await line.submit(creating('other'));
    await line.next();
    const failed = await stateOf(line, patch.id, 'failed');
    assert.equal(failed.reason, 'gate_missing');
    assert.match(failed.detail, /no check of the gate is for the paths that it touches: web/);
  });

  it('is not run where one check asks for more isolation than there is', async (test) => {
    const line = await lineFor(test, {
      repository: withGate('checks: [{name: fenced, run: test 1, level: 3}]\n'),
    });
    const needs = {
      ...line.needs.sandbox,
      isolation: async () => ({ level: 2, description: 'no cgroups' }) as never,
    };
    Object.assign(line.needs, { sandbox: needs });
    const { patch } = await line.submit(creating('other'));
    await line.next();
    const failed = await stateOf(line, patch.id, 'failed');
    assert.equal(failed.reason, 'isolation_too_low');
    assert.match(failed.detail, /check fenced asks for isolation level 3, this machine gives 2: no cgroups/);
  });
});

describe('a check that fails', () => {
  it('is run again as often as it may, and a pass after that is told as such', async (test) => {
    const line = await lineFor(test, {
      repository: withGate('checks: [{name: flaky, run: test ! -e broken, retries: 2}]\n'),
    });
    const { sandbox } = line.needs;
    let left = 1;
    const run: typeof sandbox.run = (command, signal) => {
      const isUnlucky = left > 0;
      left -= 1;
      return sandbox.run(isUnlucky ? { ...command, argv: ['false'] } : command, signal);
    };
    Object.assign(line.needs, { sandbox: { ...sandbox, run } });
    const lucky = await judged(line, creating('file'));
    await stateOf(line, lucky.id, 'landed');
    const [verdict] = lucky.checked.verdicts;
    assert.deepEqual([verdict?.verdict, verdict?.earlier?.map((one) => one.verdict)], ['pass', ['fail']]);
    assert.match(
      await patchSummary(line.needs, lucky.id, 'markdown'),
      /run 2 times: fail \(exit code 1\), then pass/,
    );

    const beaten = await judged(line, creating('broken'));
    await stateOf(line, beaten.id, 'rejected');
    const [failure] = beaten.checked.verdicts;
    assert.deepEqual([failure?.verdict, failure?.earlier?.length], ['fail', 2]);
    // A pass that needed a second run is no reason not to ask the base.
    assert.ok(failure?.base?.verdict === 'pass' && !('served' in failure.base));
  });

  it('on the base too is not the fault of the patch, unless policy says so', async (test) => {
    const line = await lineFor(test, {
      repository: withGate('checks: [{name: broken, run: test -e never}]\n'),
    });
    const { id } = await judged(line, creating('first'));
    const failed = await stateOf(line, id, 'failed');
    assert.equal(failed.reason, 'base_fails');
    assert.match(failed.detail, /the base fails too, without this patch: broken on commit [0-9a-f]{40}/);

    write(line.installation.config.home.data, { 'policy.yml': 'whenBaseFails: reject\n' });
    const second = await judged(line, creating('second'));
    const rejected = await stateOf(line, second.id, 'rejected');
    assert.match(rejected.faults[0]?.message ?? '', /it fails on the base too, without the patch/);
    const repair = await judged(line, creating('never'));
    await stateOf(line, repair.id, 'landed');
  });
});

describe('what a check may be given', () => {
  it('is granted by the policy: variables from the file, secrets from the operator', async (test) => {
    const gate = `checks:
  - name: given
    run: test "$MODE" = fast && test $(printf %s "$TOKEN" | wc -c) = 12 && echo "$TOKEN" && test ! -e broken
    env: {MODE: fast}
    secrets: [TOKEN]
`;
    const line = await lineFor(test, { repository: withGate(gate) });
    const { patch } = await line.submit(creating('one'));
    await line.next();
    const refused = await stateOf(line, patch.id, 'failed');
    assert.equal(refused.reason, 'gate_invalid');
    assert.match(refused.detail, /check given asks for the secret TOKEN, which the policy does not grant/);

    const home = line.installation.config.home.data;
    write(home, { 'policy.yml': 'grants: {secrets: [TOKEN]}\n' });
    mkdirSync(join(home, 'secrets'), { mode: 0o700 });
    writeFileSync(join(home, 'secrets', 'TOKEN'), 's3cret-value\n', { mode: 0o600 });
    const { id, checked } = await judged(line, creating('two'));
    await stateOf(line, id, 'landed');
    assert.ok(checked.verdicts[0]?.environment.includes('TOKEN'));
    const shown = JSON.stringify([
      await line.needs.chains.entriesAbout(id),
      await patchLog(line.needs, id as never),
    ]);
    assert.ok(!shown.includes('s3cret-value'), shown);
  });
});

describe('a tree that passed before', () => {
  it('is not checked again: the ledger says by whom it was, and when', async (test) => {
    const line = await lineFor(test, {
      repository: withGate('checks: [{name: unit, run: echo $GHOST_PATCH_ID; test ! -e broken}]\n'),
    });
    const first = await judged(line, creating('one'));
    const failing = await judged(line, creating('broken'));
    const base = failing.checked.verdicts[0]?.base;
    assert.ok(base?.verdict === 'pass' && 'served' in base, 'the base is the tree of the first');
    assert.equal(base.served.patch, first.id);
    git(line.repository, 'revert', '--no-edit', 'HEAD');
    const second = await judged(line, `${creating('one')}\n`);
    await stateOf(line, second.id, 'landed');
    const [before, after] = [first.checked.verdicts[0], second.checked.verdicts[0]];
    assert.ok(before && after?.served);
    assert.equal(after.served.patch, first.id);
    assert.deepEqual({ ...after, served: undefined }, { ...before, served: undefined });
    const entry = (await line.needs.chains.entriesAbout(first.id)).find(
      ({ type }) => type === 'patch.checked',
    );
    assert.deepEqual([after.served.entry, after.served.at], [entry?.n, entry?.at]);
    assert.match(
      await patchSummary(line.needs, second.id, 'markdown'),
      new RegExp(`not run again: it passed on this tree for ${first.id} at 2026-`),
    );

    write(line.installation.config.home.data, { 'policy.yml': 'reuseVerdicts: false\n' });
    git(line.repository, 'revert', '--no-edit', 'HEAD');
    const third = await judged(line, `${creating('one')}\n\n`);
    assert.equal(third.checked.verdicts[0]?.served, undefined);
  });
});

describe('a patch to ghost.yml', () => {
  const GATE = 'checks: [{name: unit, run: test ! -e broken}]\n';
  const changed = (line: string) =>
    `--- a/ghost.yml\n+++ b/ghost.yml\n@@ -1 +1 @@\n-${GATE.trimEnd()}\n+${line}\n`;

  it('has to leave one behind that can be read and that asks for something', async (test) => {
    const line = await lineFor(test, { repository: withGate(GATE) });
    for (const [gate, says] of [
      [
        'checks: [{name: unit, rnu: test ! -e broken}]',
        /ghost.yml, checks\[0\]: unknown key `rnu`; did you mean `run`/,
      ],
      [
        'checks: []',
        /With the ghost.yml that the patch leaves behind, neither the policy nor the workspace asks/,
      ],
      [
        'checks: [{name: unit, run: test ! -e broken, network: host}]',
        /With the ghost.yml that the patch leaves behind, check unit asks for the network of the host, which the policy does not grant/,
      ],
      ['checks: [{name: unit, run: "true"}]', /check unit cannot fail: `true` never fails/],
    ] as const) {
      const { patch } = await line.submit(changed(gate));
      await line.next();
      const rejected = await stateOf(line, patch.id, 'rejected');
      assert.equal(rejected.reason, 'gate_unusable');
      assert.match(rejected.faults[0]?.message ?? '', says);
    }
  });

  it('is held for an approver, who is told what the gate would lose', async (test) => {
    const line = await lineFor(test, { repository: withGate(GATE) });
    const { patch } = await line.submit(changed('checks: [{name: unit, run: test ! -e broken, retries: 1}]'));
    await line.next();
    const held = await stateOf(line, patch.id, 'held');
    assert.match(held.detail ?? '', /check unit may fail 1 times instead of 0/);
  });
});
