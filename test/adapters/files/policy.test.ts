import assert from 'node:assert/strict';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { filePolicy } from '../../../src/adapters/files/policy.ts';
import { yamlReader } from '../../../src/adapters/files/yaml.ts';
import { readPolicyFile, rulesOf } from '../../../src/core/gate/policy-file.ts';
import { temporaryDirectory } from './temporary.ts';

const BY_HAND = `# ours
version: 1
minimumIsolation: 2 # see the handbook
checks:
  - name: secrets # for all
    run: scan
workspaces:
  main:
    checks:
      # slow
      - name: test
        run: npm test
        timeout: 10m
`;

describe('filePolicy', () => {
  it('demands nothing before there is a file', async (t) => {
    const { policy } = await open(t);
    assert.deepEqual(await policy.rulesFor('main'), rulesOf(readPolicyFile(null, 'policy.yml'), 'main'));
  });

  it('refuses one that is emptied, and one that was there and is gone', async (t) => {
    const { policy, file } = await open(t, BY_HAND);
    await policy.rulesFor('main');
    for (const spoil of [() => writeFile(file, ''), () => rm(file)]) {
      await spoil();
      await assert.rejects(policy.rulesFor('main'), { code: 'gate_file_invalid' });
      await assert.rejects(policy.addCheck('main', { name: 'a', run: 'a' }), { code: 'gate_file_invalid' });
    }
    await writeFile(file, BY_HAND);
    assert.equal((await policy.rulesFor('main')).minimumIsolation, 2);
  });

  it('makes the file for the first check, readable by the owner only', async (t) => {
    const { policy, file } = await open(t);
    await policy.addCheck('main', { name: 'test', run: 'npm test # "quoted": yes' });
    assert.deepEqual(await names(policy, 'main'), ['test']);
    const [check] = (await policy.rulesFor('main')).checks;
    assert.deepEqual(check?.task, {
      kind: 'command',
      command: { kind: 'script', script: 'npm test # "quoted": yes' },
    });
    assert.deepEqual(await names(policy, 'other'), []);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('keeps comments and everything else when it adds and replaces', async (t) => {
    const { policy, file } = await open(t, BY_HAND);
    await policy.addCheck('main', { name: 'lint', run: 'npm run lint' });
    await policy.addCheck('main', { name: 'test', run: 'npm run test:all' });
    await policy.addCheck('other', { name: 'build', run: 'make' });
    const text = await readFile(file, 'utf8');
    for (const line of BY_HAND.replace('npm test', 'npm run test:all').split('\n'))
      assert.ok(text.includes(line), line);
    assert.deepEqual(await names(policy, 'main'), ['secrets', 'test', 'lint']);
    assert.deepEqual(await names(policy, 'other'), ['secrets', 'build']);
    assert.equal((await policy.rulesFor('main')).checks[1]?.timeoutMs, 600_000);
  });

  it('replaces a check that stands in a group', async (t) => {
    const grouped =
      'workspaces:\n  main:\n    checks:\n      - parallel:\n          - name: test # here\n            run: npm test\n';
    const { policy, file } = await open(t, grouped);
    await policy.addCheck('main', { name: 'test', run: 'make test' });
    assert.deepEqual(await names(policy, 'main'), ['test']);
    assert.equal(await readFile(file, 'utf8'), grouped.replace('npm test', 'make test'));
  });

  it('forgets the checks of one workspace', async (t) => {
    const { policy } = await open(t, BY_HAND);
    await policy.removeChecks('main');
    await policy.removeChecks('never-there');
    assert.deepEqual(await names(policy, 'main'), ['secrets']);
  });

  it('loses none of several edits at once', async (t) => {
    const { policy } = await open(t);
    const all = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(all.map((name) => policy.addCheck('main', { name, run: 'make' })));
    assert.deepEqual(await names(policy, 'main'), all);
  });

  it('reads what was edited by hand meanwhile', async (t) => {
    const { policy, file } = await open(t, BY_HAND);
    await policy.rulesFor('main');
    await writeFile(file, 'minimumIsolation: 3\n');
    assert.equal((await policy.rulesFor('main')).minimumIsolation, 3);
  });

  it('does not write what it could not read back', async (t) => {
    const { policy, file } = await open(t, BY_HAND);
    const refused = { code: 'gate_file_invalid' };
    await assert.rejects(policy.addCheck('main', { name: 'NO', run: 'x' }), refused);
    await assert.rejects(policy.addCheck('main', { name: 'secrets', run: 'x' }), refused);
    await assert.rejects(policy.addCheck('system', { name: 'a', run: 'x' }), refused);
    assert.equal(await readFile(file, 'utf8'), BY_HAND);
    await policy.addCheck('main', { name: 'after', run: 'x' });
  });

  it('fails closed on a file that is no YAML', async (t) => {
    const { policy } = await open(t, 'checks: [\n');
    await assert.rejects(policy.rulesFor('main'), { code: 'gate_file_invalid' });
  });
});

async function open(t: TestContext, text?: string) {
  const file = join(await temporaryDirectory(t), 'policy.yml');
  if (text !== undefined) await writeFile(file, text);
  return { file, policy: filePolicy(file, yamlReader) };
}

async function names(policy: ReturnType<typeof filePolicy>, workspace: string): Promise<string[]> {
  return (await policy.rulesFor(workspace)).checks.map(({ name }) => name);
}
