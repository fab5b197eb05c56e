import assert from 'node:assert/strict';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { formatCommits } from '../../../src/adapters/git/format-patch.ts';
import { parseSeries } from '../../../src/core/change/parse-series.ts';
import { aRepository, git, temporaryFolder, write } from '../../world/git.ts';

/** A clone with three commits of its own: a change, a binary file, a rename with a mode. */
function aClone(): string {
  const clone = temporaryFolder('clone');
  git(clone, 'clone', '-q', aRepository({ 'a.txt': 'one\ntwo\nthree\n', 'run.sh': 'x\n'.repeat(20) }), '.');
  commit(clone, 'Change a', { 'a.txt': 'one\n2\nthree\n' });
  commit(clone, 'Add bytes', { 'b.bin': Uint8Array.from({ length: 300 }, (_, at) => (at * 7) % 256) });
  git(clone, 'mv', 'run.sh', 'go.sh');
  chmodSync(join(clone, 'go.sh'), 0o755);
  git(clone, 'commit', '-q', '-a', '-m', 'Move it');
  return clone;
}

function commit(clone: string, subject: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  write(clone, files);
  git(clone, 'add', '-A');
  git(clone, 'commit', '-q', '-m', subject);
}

async function subjectsOf(repo: string, range: string): Promise<readonly (string | null)[]> {
  const parsed = parseSeries(await formatCommits(repo, range), { format: null });
  assert.ok(parsed.kind === 'series', JSON.stringify(parsed));
  return parsed.patches.map(({ change }) => change.title);
}

const ALL = ['Change a', 'Add bytes', 'Move it'];

describe('commits of a clone', () => {
  it('become a series, oldest first, by range, by number and by name', async () => {
    const clone = aClone();
    assert.deepEqual(await subjectsOf(clone, 'origin/main..main'), ALL);
    assert.deepEqual(await subjectsOf(clone, 'origin/main..'), ALL);
    assert.deepEqual(await subjectsOf(clone, '-2'), ALL.slice(1));
    assert.deepEqual(await subjectsOf(clone, 'HEAD~1'), ['Add bytes']);
    assert.deepEqual(await subjectsOf(join(clone, '.git'), '-4'), ['Begin', ...ALL]);
  });

  it('say all that they change: git makes the same tree of them', async () => {
    const clone = aClone();
    const mails = await formatCommits(clone, '-3');
    const other = temporaryFolder('other');
    git(other, 'clone', '-q', git(clone, 'remote', 'get-url', 'origin'), '.');
    writeFileSync(join(other, '..', 'series.mbox'), mails);
    git(other, 'am', '-q', join(other, '..', 'series.mbox'));
    assert.equal(git(other, 'rev-parse', 'HEAD^{tree}'), git(clone, 'rev-parse', 'HEAD^{tree}'));
  });

  it('are told the same whatever the configuration and the attributes of the clone say', async () => {
    const clone = aClone();
    const plain = Buffer.from(await formatCommits(clone, '-3')).toString('latin1');
    const witness = join(clone, '..', 'witness');
    const settings = {
      'diff.noprefix': 'true',
      'diff.mnemonicPrefix': 'true',
      'diff.external': `touch ${witness}`,
      'diff.x.textconv': `touch ${witness}; cat`,
      'diff.x.command': `touch ${witness}`,
      'diff.context': '0',
      'diff.renames': 'false',
      'diff.algorithm': 'patience',
      'diff.orderFile': 'order',
      'color.ui': 'always',
      'format.attach': 'yes',
      'format.coverLetter': 'true',
      'format.subjectPrefix': 'OTHER',
      'format.signature': 'signed',
      'format.headers': 'X-Other: 1',
      'format.from': 'true',
      'format.signOff': 'true',
      'format.thread': 'deep',
      'format.notes': 'true',
      'i18n.logOutputEncoding': 'latin1',
    };
    for (const [name, value] of Object.entries(settings)) git(clone, 'config', name, value);
    write(clone, { '.git/info/attributes': '* diff=x\n', order: 'b.bin\n' });
    assert.equal(Buffer.from(await formatCommits(clone, '-3')).toString('latin1'), plain);
    assert.equal(existsSync(witness), false);
  });

  it('are refused by name where one is a merge, or changes nothing', async () => {
    const clone = aClone();
    git(clone, 'checkout', '-q', '-b', 'side', 'HEAD~1');
    commit(clone, 'Aside', { 'side.txt': 'side\n' });
    git(clone, 'merge', '-q', '--no-edit', 'main');
    const merge = git(clone, 'rev-parse', 'HEAD');
    await assert.rejects(formatCommits(clone, 'origin/main..side'), new RegExp(`${merge} is a merge`));
    await assert.rejects(formatCommits(clone, '-1'), new RegExp(`${merge} is a merge`));
    git(clone, 'checkout', '-q', 'main');
    git(clone, 'commit', '-q', '--allow-empty', '-m', 'Nothing');
    const empty = git(clone, 'rev-parse', 'HEAD');
    await assert.rejects(formatCommits(clone, '-2'), new RegExp(`${empty} changes nothing`));
  });

  const WRONG: Readonly<Record<string, RegExp>> = {
    'main..main': /main\.\.main holds no commit/,
    '-0': /begins with "-"/,
    '--output=/tmp/x': /begins with "-" and is no number of commits; expected -3, A\.\.B or one commit/,
    '-O/tmp/x': /begins with "-"/,
    '': /names no commit/,
    'origin/main...main': /symmetric difference/,
    'a..b..c': /more than two ends/,
    nowhere: /"nowhere" is no commit of this clone/,
    'nowhere..main': /"nowhere" is no commit/,
    '^main': /"\^main" is no commit/,
    'HEAD:a.txt': /is no commit/,
    'main..--output=x': /"--output=x" is no commit/,
    '-201': /201 commits are meant; expected at most 200/,
    '-100': /there are 4 commits; expected 100/,
  };
  for (const [range, says] of Object.entries(WRONG))
    it(`are refused for the range ${JSON.stringify(range)}, saying why`, async () => {
      await assert.rejects(formatCommits(aClone(), range), says);
    });

  it('are refused where there is no repository', async () => {
    await assert.rejects(formatCommits(temporaryFolder('none'), '-1'), /there is no git repository/);
  });
});
