import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { change, type Kind, makePlace, opened, type Place, path, prepared, raised, write } from './world.ts';

const HOOKS = [
  'reference-transaction',
  'post-checkout',
  'post-index-change',
  'pre-commit',
  'post-commit',
  'update',
];

/** The attributes come last, so that plain git stores the files as they are. */
function makeHostile(t: TestContext, kind: Kind): Place {
  const place = makePlace(t, 'checked out', { files: FILES });
  write(join(place.path, '.gitattributes'), ATTRIBUTES);
  place.git('add', '.gitattributes');
  place.git('commit', '-q', '-m', 'Attributes');
  if (kind === 'checked out') return place;
  const bare = join(place.root, 'bare.git');
  place.git('clone', '-q', '--bare', place.path, bare);
  return { ...place, gitDir: bare, workTree: null };
}

/** Plants a program behind everything that git can be configured to run; each leaves a file behind when it runs. */
function plantTraps(place: Place): { readonly sprung: () => string[] } {
  const traps = join(place.root, 'traps');
  const sprung = join(place.root, 'sprung');
  const trap = (name: string) => {
    const file = join(traps, name);
    write(file, `#!/bin/sh\nmkdir -p '${sprung}'; echo ran >> '${sprung}/${name}'; cat\n`);
    chmodSync(file, 0o755);
    return file;
  };
  for (const hook of HOOKS) trap(hook);
  write(join(sprung, '.keep'), '');
  const settings: Readonly<Record<string, string>> = {
    'core.hooksPath': traps,
    'core.fsmonitor': trap('fsmonitor'),
    'core.pager': trap('pager'),
    'core.editor': trap('editor'),
    'core.sshCommand': trap('ssh'),
    'core.gitProxy': trap('proxy'),
    'filter.evil.clean': trap('clean'),
    'filter.evil.smudge': trap('smudge'),
    'filter.evil=odd name.smudge': trap('odd-smudge'),
    'filter.proc.process': trap('process'),
    'filter.proc.required': 'true',
    'diff.evil.textconv': trap('textconv'),
    'diff.evil.command': trap('diff-command'),
    'diff.external': trap('diff-external'),
    'merge.evil.driver': trap('merge'),
    'gpg.program': trap('gpg'),
    'commit.gpgSign': 'true',
    'log.showSignature': 'true',
    'trailer.ghost-patch.command': trap('trailer'),
    'submodule.recurse': 'true',
  };
  for (const [key, value] of Object.entries(settings)) place.git('config', key, value);
  return { sprung: () => readdirSync(sprung).filter((name) => name !== '.keep') };
}

const ATTRIBUTES = [
  '*.evil filter=evil diff=evil merge=evil',
  '*.proc filter=proc',
  '*.crlf text eol=crlf',
  '*.ident ident',
  '*.utf16 working-tree-encoding=UTF-16',
  '',
].join('\n');

const FILES = {
  'a.evil': 'a\n',
  'a.proc': 'a\n',
  'a.crlf': 'a\nb\n',
  'a.ident': '$Id$\n',
  'a.utf16': 'a\n',
  plain: 'plain\n',
};

it('nothing that the repository configures is ever run', async (t) => {
  const place = makeHostile(t, 'checked out');
  const { sprung } = plantTraps(place);
  const open = await opened(t, place);
  const fence = await raised(t, open, 1);
  const intent = await prepared(open, [
    change('a.evil', 'b\n'),
    change('a.proc', 'b\n'),
    change('n.evil', 'n\n'),
  ]);
  const names = ['a.evil', 'a.proc', 'n.evil'].map(path);
  write(join(place.path, 'plain'), 'touched\n');
  assert.deepEqual(await open.worktree.localEdits(intent.base, names), []);
  assert.deepEqual(await fence.land(intent), { kind: 'moved' });
  await fence.sync();
  assert.equal(await open.worktree.follow(intent.base, intent.commit), 'followed');
  assert.equal(readFileSync(join(place.path, 'a.evil'), 'utf8'), 'b\n');
  await open.history.diff(intent.base, intent.commit);
  assert.equal((await Array.fromAsync(open.history.since(null))).at(-1)?.patch, 'p_1');
  const checkout = await open.repository.checkout(intent.tree);
  await checkout.remove();
  await fence.lower();
  assert.deepEqual(sprung(), []);

  // The traps do work: git as people run it springs them.
  write(join(place.path, 'a.evil'), 'c\n');
  assert.throws(() => place.git('add', '-A'));
  assert.throws(() => place.git('commit', '-q', '--allow-empty', '-m', 'By hand'));
  assert.ok(sprung().includes('fsmonitor') && sprung().includes('process'), sprung().join());
});

it('a checkout is byte for byte what is stored, whatever the attributes say', async (t) => {
  const place = makeHostile(t, 'bare');
  place.git('config', 'core.autocrlf', 'true');
  const open = await opened(t, place);
  const { tree } = await open.repository.tip();
  const checkout = await open.repository.checkout(tree);
  for (const [name, content] of Object.entries(FILES)) {
    assert.equal(readFileSync(join(checkout.path, name), 'utf8'), content);
  }
  await checkout.remove();
});

it('the environment of the caller does not reach git', async (t) => {
  const place = makePlace(t, 'checked out');
  const open = await opened(t, place);
  const { commit } = await open.repository.tip();
  const before = { ...process.env };
  t.after(() => {
    for (const name of ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY']) {
      if (before[name] === undefined) delete process.env[name];
    }
  });
  process.env.GIT_DIR = '/nowhere';
  process.env.GIT_INDEX_FILE = '/nowhere';
  process.env.GIT_OBJECT_DIRECTORY = '/nowhere';
  const again = await opened(t, place);
  assert.equal((await again.repository.tip()).commit, commit);
  assert.deepEqual(await again.worktree.localEdits(commit, [path('README.md')]), []);
  await raised(t, again, 1);
  assert.equal(existsSync('/nowhere'), false);
});
