import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { patchSummary } from '../../../src/app/patch-reads.ts';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import { eventIn } from '../../../src/core/ledger/fold.ts';
import type { Flag } from '../../../src/core/patch/terms.ts';
import type { PatchEvent } from '../../../src/core/patch/transition.ts';
import { creating } from '../../world/diffs.ts';
import { aRepository, git, patchOf, write } from '../../world/git.ts';
import { lineFor, stateOf, type TestLine } from '../../world/line.ts';

/*
 * Each flag shown at the thing it is for: what lands without it, and does not with it; and what the summary says of it.
 */

async function lineWith(test: TestContext, gate: string, files: Readonly<Record<string, string>> = {}) {
  const repository = aRepository({ 'greeting.txt': 'hello\n', ...files });
  write(repository, { 'ghost.yml': gate });
  git(repository, 'add', '.');
  git(repository, 'commit', '-q', '-m', 'The gate');
  return lineFor(test, { repository });
}

async function judged(line: TestLine, body: string, ...flags: readonly Flag[]) {
  const { patch } = await line.submit(body, { flags, force: true });
  await line.next();
  return patch.id;
}

async function verdictsOf(line: TestLine, id: string): Promise<readonly Verdict[]> {
  const entry = (await line.needs.chains.entriesAbout(id)).findLast(({ type }) => type === 'patch.checked');
  return entry === undefined ? [] : (eventIn(entry) as Extract<PatchEvent, { type: 'checked' }>).verdicts;
}

function summaryOf(line: TestLine, id: string): Promise<string> {
  return patchSummary(line.needs, id, 'markdown');
}

describe('enforceValidationGate', () => {
  it('runs every check on the tree that lands, where a pass from before would be served', async (test) => {
    const line = await lineWith(test, 'checks: [{name: here, run: test -e greeting.txt && sleep 0}]\n');
    const add = creating('other');
    await judged(line, add);
    await judged(line, patchOf(line.repository, { other: null }));
    const served = await judged(line, add);
    assert.notEqual((await verdictsOf(line, served))[0]?.served, undefined, 'nothing is served here');
    await judged(line, patchOf(line.repository, { other: null }));
    const fresh = await judged(line, add, 'enforceValidationGate');
    await stateOf(line, fresh, 'landed');
    assert.equal((await verdictsOf(line, fresh))[0]?.served, undefined);
    assert.match(
      await summaryOf(line, fresh),
      /\*\*kept\*\* enforceValidationGate: `ran and passed on the tree that landed: here`/,
    );
  });
});

describe('strictRuntimeAudit', () => {
  it('fails a patch whose output was recorded and is not kept', async (test) => {
    let lost = '';
    const service = createServer((_request, response) => {
      if (lost !== '') rmSync(lost, { recursive: true });
      response.end();
    });
    await once(service.listen(0, '127.0.0.1'), 'listening');
    test.after(() => service.close());
    service.unref();
    const host = `localhost:${Object(service.address()).port}`;
    const says = '  - {name: says, run: echo said && test -e greeting.txt}\n';
    const line = await lineWith(test, `checks:\n${says}`);
    const { home } = line.installation.config;
    writeFileSync(home.policyFile, `version: 1\ngrants: {hosts: ['${host}']}\n`, { mode: 0o600 });
    const up = `  - {name: up, kind: http, url: 'http://${host}/', needs: [says]}\n`;
    write(line.repository, { 'ghost.yml': `checks:\n${says}${up}` });
    git(line.repository, 'commit', '-q', '-a', '-m', 'A service is asked');
    const whole = await judged(line, creating('one'), 'strictRuntimeAudit');
    assert.match(
      await summaryOf(line, whole),
      /\*\*kept\*\* strictRuntimeAudit: `2 verdicts with whole records/,
    );

    lost = home.outputs;
    await stateOf(line, await judged(line, creating('two')), 'landed');
    const id = await judged(line, creating('three'), 'strictRuntimeAudit');
    const failed = await stateOf(line, id, 'failed');
    assert.equal(failed.reason, 'evidence_missing');
    assert.match(
      failed.detail,
      /what check says printed or left \(sha256 [0-9a-f]{64}\) is not kept: it is not there/,
    );
    assert.match(await summaryOf(line, id), /\*\*broken\*\* strictRuntimeAudit/);
  });
});

describe('runDryCheck', () => {
  const GATE = `checks:
  - {name: slow, run: echo ran && test -e never}
  - {name: small, kind: limits, maxFileBytes: 10}
  - {name: text, kind: text}
`;
  const FILES = { big: 'x'.repeat(50), odd: 'a\u200bb\n' };

  it('tells the faults of every built-in check at once, before a command runs or a tree is written', async (test) => {
    const line = await lineWith(test, GATE);
    const body = patchOf(line.repository, FILES);
    const written = () => git(line.repository, 'count-objects');
    const before = written();
    const dry = await judged(line, body, 'runDryCheck');
    const { reason, faults } = await stateOf(line, dry, 'rejected');
    assert.equal(reason, 'check_failed');
    assert.deepEqual(
      faults.map(({ path, message }) => [path, message.slice(0, 12)]),
      [
        ['big', 'Check small:'],
        ['odd', 'Check text: '],
      ],
    );
    assert.deepEqual(await verdictsOf(line, dry), []);
    assert.equal(written(), before);
    const summary = await summaryOf(line, dry);
    assert.match(
      summary,
      /\*\*kept\*\* runDryCheck: `2 faults were told together, before anything was written/,
    );

    const plain = await judged(line, body);
    assert.equal((await verdictsOf(line, plain)).length, 1, 'the gate ends at its first check');
    assert.notEqual(written(), before, 'without the flag its tree is written');
  });
});

describe('forceRuntimeTrace', () => {
  it('keeps all that a check prints, also beyond the first megabyte', async (test) => {
    const line = await lineWith(
      test,
      'checks: [{name: talks, run: "seq 1 300000 && test -e greeting.txt"}]\n',
    );
    const plain = await judged(line, creating('one'));
    assert.equal((await verdictsOf(line, plain))[0]?.output.truncated, true);
    const traced = await judged(line, creating('two'), 'forceRuntimeTrace');
    await stateOf(line, traced, 'landed');
    const [verdict] = await verdictsOf(line, traced);
    assert.equal(verdict?.output.truncated, false);
    const kept = await line.needs.outputs.read(verdict.output.sha256);
    const expected = Array.from({ length: 300_000 }, (_, at) => at + 1).join('\n');
    assert.equal(Buffer.from(kept ?? []).toString(), `${expected}\n`);
    assert.match(await summaryOf(line, traced), /\*\*kept\*\* forceRuntimeTrace: .*ghost log p_/);
  });
});

describe('requireMutationProof', () => {
  it('refuses a patch of which one path stays as it is, and shows the proof of one that changes all', async (test) => {
    const line = await lineWith(test, 'checks: [{name: here, run: test -e greeting.txt}]\n');
    const writing = (...paths: readonly string[]) =>
      JSON.stringify({ edits: paths.map((path) => ({ kind: 'write', path, content: 'hello\n' })) });
    await stateOf(line, await judged(line, writing('greeting.txt', 'a')), 'landed');
    const idle = await judged(line, writing('greeting.txt', 'b'), 'requireMutationProof');
    const { reason, faults } = await stateOf(line, idle, 'rejected');
    assert.equal(reason, 'changes_nothing');
    assert.deepEqual(
      faults.map(({ path }) => path),
      ['greeting.txt'],
    );
    const proven = await judged(line, writing('b'), 'requireMutationProof');
    const { intent } = await stateOf(line, proven, 'landed');
    const summary = await summaryOf(line, proven);
    assert.match(
      summary,
      new RegExp(
        `requireMutationProof: .1 paths with .* commit ${intent.commit} was read back .* tree ${intent.tree}`,
      ),
    );
  });
});

describe('requireServiceUptime', () => {
  it('refuses a patch whose gate asks no service, and says what to do', async (test) => {
    const line = await lineWith(test, 'checks: [{name: here, run: test -e greeting.txt}]\n');
    const { reason, faults } = await stateOf(
      line,
      await judged(line, creating('x'), 'requireServiceUptime'),
      'rejected',
    );
    assert.equal(reason, 'check_failed');
    assert.match(faults[0]?.hint ?? '', /Add a check `\{name: up, kind: http/);
  });
});

describe('flags', () => {
  it('stay those of a patch when it is sent with others: that is another patch', async (test) => {
    const line = await lineWith(test, 'checks: [{name: here, run: test -e greeting.txt}]\n');
    const plain = await line.submit(creating('x'));
    const flagged = await line.submit(creating('x'), { flags: ['runDryCheck'] });
    assert.notEqual(flagged.patch.id, plain.patch.id);
    assert.deepEqual(flagged.patch.terms.flags, ['runDryCheck']);
    const again = await line.submit(creating('x'), { flags: ['runDryCheck'] });
    assert.deepEqual([again.repeated, again.patch.id], [true, flagged.patch.id]);
  });
});
