import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { cancelPatch } from '../../src/app/cancel-patch.ts';
import { serve } from '../gateway/serve.ts';
import { creating } from '../world/diffs.ts';
import { aRepository, git, temporaryFolder, write } from '../world/git.ts';
import { eventually } from '../world/processes.ts';
import { mailsOf } from '../world/series.ts';
import { type Terminal, type } from './host.ts';

async function atGateway(t: TestContext) {
  const served = await serve(t);
  await served.world.workspace('main');
  const cwd = temporaryFolder('cli');
  const token = await served.world.token('author');
  const terminal: Terminal = { url: served.url, token, cwd };
  const patches = () => served.world.needs.ledger.list({ limit: 50 });
  const bodies = async () =>
    Promise.all(
      (await patches()).map(async ({ id }) =>
        Buffer.from(await served.world.needs.ledger.body(id)).toString(),
      ),
    );
  return { served, terminal, cwd, patches, bodies };
}

/** What somebody copies out of a chat: prose, a fence, more prose. */
const REPLY = `Sure! The change you asked for:\n\n\`\`\`diff\n${creating('a.txt')}\`\`\`\n\nLet me know whether it works.\n`;

describe('ghost submit', () => {
  it('takes a reply from a chat on standard input, without being told that it is there', async (t) => {
    const { terminal, patches } = await atGateway(t);
    const ran = await type({ ...terminal, stdin: REPLY }, 'submit', '--json');
    assert.equal(ran.exit, 0, ran.stderr);
    const [patch, ...more] = await patches();
    assert.deepEqual([patch?.title, more.length], ['Change a.txt', 0]);
    assert.equal(JSON.parse(ran.stdout).id, patch?.id);
  });

  it('asks for a patch where there is none, and takes no empty one', async (t) => {
    const { terminal, patches } = await atGateway(t);
    const typed = await type(terminal, 'submit');
    assert.equal(typed.exit, 2);
    assert.match(typed.stderr, /standard input is a terminal; name a file, or - to type the patch\nhint: /);
    assert.equal((await type({ ...terminal, stdin: '' }, 'submit')).exit, 5);
    assert.deepEqual(await patches(), []);
  });

  it('submits several files one by one, in order, and tells all of them', async (t) => {
    const { terminal, cwd, patches } = await atGateway(t);
    for (const name of ['b', 'a']) writeFileSync(join(cwd, name), creating(name));
    const piped = { ...terminal, stdin: creating('c') };
    const ran = await type(piped, 'submit', 'b', '-', 'a', '--json');
    assert.equal(ran.exit, 0, ran.stderr);
    const stored = await patches();
    assert.deepEqual(
      stored.map(({ title, series }) => [title, series]),
      [
        ['Change b', null],
        ['Change c', null],
        ['Change a', null],
      ],
    );
    assert.deepEqual(
      JSON.parse(ran.stdout).patches.map(({ id }: { id: string }) => id),
      stored.map(({ id }) => id),
    );
  });

  it('sends nothing where one of several files cannot be read, or where one word is said of several patches', async (t) => {
    const { terminal, cwd, patches } = await atGateway(t);
    for (const name of ['a', 'b']) writeFileSync(join(cwd, name), creating(name));
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['a', 'absent'], /absent cannot be read: there is no such file/],
      [['a', 'b', '--title', 'Both'], /--title: is about one patch, and 2 files are given/],
      [['a', 'b', '--idempotency-key', 'k'], /--idempotency-key: is about one patch/],
      [['-', '-'], /standard input can be read once only/],
      [['a', '--repo', '.'], /--repo: is where --from-git looks, which is not given/],
      [['a', '--from-git', '-1'], /--from-git: takes the place of a/],
      [['--from-git', '-1', '--path', 'x'], /--path: is for a text without headers/],
    ];
    for (const [argv, says] of wrong) {
      const { exit, stderr } = await type(terminal, 'submit', ...argv);
      assert.deepEqual([exit, says.test(stderr)], [2, true], stderr);
    }
    assert.deepEqual(await patches(), []);
  });

  it('stops at the first refusal and says what was accepted before it', async (t) => {
    const { terminal, cwd, patches } = await atGateway(t);
    writeFileSync(join(cwd, 'a'), creating('a'));
    writeFileSync(join(cwd, 'b'), 'good morning');
    writeFileSync(join(cwd, 'c'), creating('c'));
    const { exit, stderr } = await type(terminal, 'submit', 'a', 'b', 'c');
    assert.equal(exit, 5);
    const [patch, ...more] = await patches();
    assert.equal(more.length, 0);
    assert.match(stderr, new RegExp(`${patch?.id} accepted for main\nghost: `));
  });

  it('submits a series, tells all its patches, and waits for the one that fares worst', async (t) => {
    const { terminal, patches, served } = await atGateway(t);
    const piped = { ...terminal, stdin: mailsOf(creating('a'), creating('b'), creating('c')) };
    const waiting = type(piped, 'submit', '--wait', '--json', '--idempotency-key', 'k');
    const stored = await eventually('the series', async () => {
      const found = await patches();
      return found.length === 3 && found;
    });
    await cancelPatch(served.world.needs, { id: stored[1]?.id ?? '', actor: 'ada', role: 'admin' });
    await cancelPatch(served.world.needs, { id: stored[0]?.id ?? '', actor: 'ada', role: 'admin' });
    const { exit, stdout, stderr } = await waiting;
    assert.equal(exit, 3, stderr);
    const answer = JSON.parse(stdout);
    const told = [answer, ...answer.rest];
    assert.deepEqual(
      told.map(({ id, reason }) => [id, reason]),
      stored.map(({ id }, at) => [id, at === 2 ? 'series_broken' : 'cancelled']),
    );
    assert.match(stderr, /accepted for main, 1 of 3\n[\s\S]*accepted for main, 3 of 3\n/);
    const again = await type(piped, 'submit', '--json', '--idempotency-key', 'k');
    const repeated = JSON.parse(again.stdout);
    assert.deepEqual([repeated.id, repeated.repeated, repeated.rest.length], [answer.id, true, 2]);
    const other = await type({ ...terminal, stdin: creating('a') }, 'submit', '--idempotency-key', 'k');
    assert.equal(other.exit, 6, other.stderr);
  });

  it('takes the commits of a clone as a series', async (t) => {
    const { terminal, patches, cwd } = await atGateway(t);
    const clone = join(cwd, 'clone');
    mkdirSync(clone);
    git(clone, 'clone', '-q', aRepository(), '.');
    for (const name of ['one', 'two']) {
      write(clone, { [`${name}.txt`]: `${name}\n` });
      git(clone, 'add', '-A');
      git(clone, 'commit', '-q', '-m', `Add ${name}`);
    }
    const ran = await type(terminal, 'submit', '--from-git', 'origin/main..main', '--repo', 'clone');
    assert.equal(ran.exit, 0, ran.stderr);
    assert.deepEqual(
      (await patches()).map(({ title, format }) => [title, format]),
      [
        ['Add one', 'mail'],
        ['Add two', 'mail'],
      ],
    );
    const empty = await type(terminal, 'submit', '--from-git', 'main..main', '--repo', 'clone');
    assert.equal(empty.exit, 2);
    assert.match(empty.stderr, /--from-git: main\.\.main holds no commit/);
    const option = await type({ ...terminal, cwd: clone }, 'submit', '--from-git=--output=x');
    assert.equal(option.exit, 2);
    assert.match(option.stderr, /begins with "-" and is no number of commits/);
  });

  it('puts a path to hunks without a header, and to a whole content that is called so', async (t) => {
    const { terminal, bodies } = await atGateway(t);
    const hunks = '@@\n-old\n+new\n';
    const ran = await type({ ...terminal, stdin: hunks }, 'submit', '--path', 'a.txt');
    assert.equal(ran.exit, 0, ran.stderr);
    const whole = await type(
      { ...terminal, stdin: '- a list\n' },
      ...['submit', '--path', 'b.md', '--format', 'whole-file'],
    );
    assert.equal(whole.exit, 0, whole.stderr);
    assert.deepEqual(
      (await bodies()).map((body) => JSON.parse(body).edits),
      [
        [{ kind: 'update', path: 'a.txt', diff: hunks }],
        [{ kind: 'write', path: 'b.md', lineEnds: 'file', content: '- a list\n' }],
      ],
    );
    const neither = await type({ ...terminal, stdin: '- a list\n' }, 'submit', '--path', 'b.md');
    assert.equal(neither.exit, 2);
    assert.match(neither.stderr, /hunks that begin with @@, or with --format whole-file/);
  });

  it('knows the forms by name, and the nearest to one that it does not know', async (t) => {
    const { terminal } = await atGateway(t);
    const piped = { ...terminal, stdin: creating('a') };
    assert.equal((await type(piped, 'submit', '--format', 'git-diff')).exit, 0);
    assert.equal((await type(piped, 'submit', '--format', 'begin-patch')).exit, 5);
    for (const command of ['submit', 'apply', 'convert']) {
      const { exit, stderr } = await type(piped, command, '-', '--format', 'git-dif');
      assert.equal(exit, 2);
      assert.match(stderr, /Expected one of unified-diff, .*Did you mean git-diff\?/);
    }
  });

  it('tells who waits that the workspace is paused, why, and how it goes on', async (t) => {
    const { terminal, served } = await atGateway(t);
    await served.world.needs.workspaces.pause('main', 'release today', 'ada', 1);
    const piped = { ...terminal, stdin: creating('a') };
    const { exit, stderr } = await type(piped, 'submit', '--wait', '--timeout', '200ms');
    assert.equal(exit, 9);
    assert.match(
      stderr,
      /workspace main is paused: release today\nnothing of it lands until `ghost workspace resume main`/,
    );
  });
});
