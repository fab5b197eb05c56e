import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patchLog } from '../../../src/app/patch-log.ts';
import { patchSummary } from '../../../src/app/patch-reads.ts';
import { creating } from '../../world/diffs.ts';
import { aRepository, git, patchOf, write } from '../../world/git.ts';
import { lineFor, stateOf } from '../../world/line.ts';

const TOKEN = ['AKIA', 'Z7VRSQ5TJN2XMPLQ'].join('');

function withGate(gate: string): string {
  const repository = aRepository();
  write(repository, { 'ghost.yml': gate });
  git(repository, 'add', '.');
  git(repository, 'commit', '-q', '-m', 'The gate');
  return repository;
}

const ALL = `checks:
  - {name: no secrets, kind: secrets}
  - {name: small, kind: limits, maxFiles: 2, maxLines: 10, maxFileBytes: 100, binaries: refused, deny: [vendor/]}
  - {name: plain text, kind: text}
  - {name: subject, kind: message, maxSubject: 30, forbidden: [WIP]}
`;

describe('built-in checks', () => {
  it('let a patch land that breaks none of them, and say what they looked at', async (test) => {
    const line = await lineFor(test, { repository: withGate(ALL) });
    const { patch } = await line.submit(creating('fine'));
    await line.next();
    await stateOf(line, patch.id, 'landed');
    const summary = await patchSummary(line.needs, patch.id, 'markdown');
    assert.match(summary, /\*\*pass\*\* `no secrets` \(the workspace\): secrets, found nothing/);
  });

  it('tell a secret by path and line, and print no more than two characters of it', async (test) => {
    const repository = withGate(ALL);
    const body = patchOf(repository, { 'src/keys.ts': `// keys\nexport const id = "${TOKEN}";\n` });
    const line = await lineFor(test, { repository });
    const { patch } = await line.submit(body);
    await line.next();
    const { reason, faults } = await stateOf(line, patch.id, 'rejected');
    assert.equal(reason, 'check_failed');
    assert.equal(faults.length, 1);
    assert.equal(faults[0]?.path, 'src/keys.ts');
    assert.match(faults[0]?.message ?? '', /src\/keys\.ts:2: looks like a secret \(aws-access-token: AK…\)/);
    const told = [
      JSON.stringify(await line.needs.chains.entriesAbout(patch.id)),
      await patchSummary(line.needs, patch.id, 'markdown'),
      await patchSummary(line.needs, patch.id, 'json'),
      JSON.stringify(await patchLog(line.needs, patch.id)),
    ].join('\n');
    assert.ok(!told.includes(TOKEN.slice(0, 5)), 'the secret stands in what Ghost tells');
  });
});
