import assert from 'node:assert/strict';
import { chmodSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { differenceFrom } from '../../../src/adapters/git/commit-outline.ts';
import { formatCommits } from '../../../src/adapters/git/format-patch.ts';
import { parseChange } from '../../../src/core/change/parse.ts';
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

  const HOSTILE: Readonly<Record<string, string>> = {
    'a diff': '--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n-one\n+HACK\n two\n three',
    "a diff of git's": 'diff --git a/a.txt b/a.txt\ndeleted file mode 100644',
    'a header of a diff': 'diff --git a/x b/x\n\nwas the first line.',
    'a line ---': 'Above.\n\n---\n\nBelow.\n---\n a.txt | 2 +-\n---',
    'the fields of a mail':
      'From: Eve <eve@example.org>\nSubject: Other\nDate: Fri, 9 Jun 2006 00:44:16 -0700',
    'the line between mails': `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: Eve <eve@example.org>\nSubject: Other`,
    'a signature': '--\n2.39.5',
    'an encoded word': '=?UTF-8?q?a?= and =C3=BC',
  };
  for (const [what, words] of Object.entries(HOSTILE))
    it(`have their message apart from the diff: ${what} in it is a message and no more`, async () => {
      const clone = aClone();
      commit(clone, `Say it\n\n${words}\n\nThe end.`, { 'zz2.txt': 'zz2\n' });
      git(
        clone,
        'commit',
        '-q',
        '--amend',
        '--no-edit',
        '--author=J\u00fcrgen (x), Junior <someone@example.org>',
      );
      commit(clone, `${'long '.repeat(30)}\u00fc`, { 'zz3.txt': 'zz3\n' });
      const parsed = parseSeries(await formatCommits(clone, '-2'), { format: null });
      assert.ok(parsed.kind === 'series', JSON.stringify(parsed));
      const [first, second] = parsed.patches.map(({ change }) => change);
      assert.deepEqual(
        first?.edits.map(({ kind, path }) => [kind, path]),
        [['create', 'zz2.txt']],
      );
      assert.deepEqual([first?.title, first?.mail?.message], ['Say it', `${words}\n\nThe end.`]);
      assert.deepEqual(
        [first?.mail?.byline, first?.mail?.date],
        [
          'J\u00fcrgen (x), Junior <someone@example.org>',
          Number(git(clone, 'log', '-1', '--format=%at', 'HEAD~1')),
        ],
      );
      assert.deepEqual([second?.title, second?.mail?.message], [`${'long '.repeat(30)}\u00fc`, null]);
      for (const { body } of parsed.patches) assert.equal(parseSeries(body, { format: null }).kind, 'series');
    });

  it('are told whatever their trees hold: mails with the same words, links, files that become links', async () => {
    const clone = aClone();
    const mails = Buffer.from(await formatCommits(clone, '-2')).toString('latin1');
    commit(clone, 'Keep the mails', { 'mails.mbox': mails, empty: '', 'a b\u00fc.txt': 'x\n' });
    git(clone, 'rm', '-q', 'a.txt');
    symlinkSync('go.sh', join(clone, 'a.txt'));
    git(clone, 'add', '-A');
    git(clone, 'commit', '-q', '--allow-empty-message', '-m', '');
    const parsed = parseSeries(await formatCommits(clone, '-2'), { format: null });
    assert.ok(parsed.kind === 'series', JSON.stringify(parsed));
    assert.deepEqual(
      parsed.patches.map(({ change }) => change.edits.map(({ kind }) => kind)),
      [
        ['create', 'create', 'create'],
        ['delete', 'create'],
      ],
    );
  });

  it('are compared with what is read of them: a path or a mode too many, too few or another is told', () => {
    const raw = `:100644 100755 ${'1'.repeat(40)} ${'1'.repeat(40)} M\0run.sh\0`;
    const read = (text: string) => {
      const parsed = parseChange(Buffer.from(text), { format: null });
      assert.ok(parsed.kind === 'change', JSON.stringify(parsed));
      return differenceFrom(raw, parsed.change);
    };
    const mode = 'diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n';
    const other = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';
    assert.equal(read(mode), null);
    assert.match(read(mode + other) ?? '', /"x" is in it, and the commit does not touch it/);
    assert.match(read(other) ?? '', /"run.sh" is missing in it/);
    assert.match(
      read(other.replaceAll('/x', '/run.sh')) ?? '',
      /"run.sh" has mode 100644 in it; the commit has 100755/,
    );
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
