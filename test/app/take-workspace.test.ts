import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it, type TestContext } from 'node:test';
import { acceptTip } from '../../src/app/accept-tip.ts';
import { pauseWorkspace } from '../../src/app/pause-workspace.ts';
import { giveBackWorkspace, takeWorkspace } from '../../src/app/take-workspace.ts';
import { lineFor, type TestLine } from '../world/line.ts';

const FENCE = 'refs/ghost/fence/main';

/** A line that nobody holds. */
async function aFreeLine(test: TestContext): Promise<TestLine> {
  const line = await lineFor(test);
  await giveBackWorkspace(line.needs, line.holding);
  return line;
}

/** Points the fence at a blob, as anybody can who may push. */
function setFence({ repository }: TestLine, text: string): void {
  const options = { input: text, encoding: 'utf8' } as const;
  const blob = execFileSync('git', ['-C', repository, 'hash-object', '-w', '--stdin'], options).trim();
  execFileSync('git', ['-C', repository, 'update-ref', FENCE, blob]);
}

const markOf = (installation: string, token: number) =>
  `ghost-fence 2\ninstallation ${installation}\nworkspace main\ntoken ${token}\nnonce ${'0'.repeat(32)}\n`;

function take({ needs, holding: { workspace, open } }: TestLine, more: { adopt?: boolean } = {}) {
  return takeWorkspace(needs, {
    ...{ workspace, open, owner: 'test', ttlMs: 1_000, adopt: false, ...more },
    observe: () => undefined,
    signal: new AbortController().signal,
  });
}

const entries = ({ needs }: TestLine) => needs.chains.entries('main', 0, 999);

function acceptPaused({ needs }: TestLine) {
  const paused = pauseWorkspace(needs, { name: 'main', reason: 'a look', actor: 'eve' });
  return paused.then(() => acceptTip(needs, { name: 'main', reason: 'as it is', tip: null, actor: 'eve' }));
}

describe('a fence of another installation', () => {
  it('is refused before a lease is taken above it, and nothing is written', async (test) => {
    const line = await aFreeLine(test);
    const before = [await entries(line), await line.needs.leaser.find('main')];
    for (const token of [1, 7, 2 ** 48]) {
      setFence(line, markOf('stranger', token));
      const taken = await take(line);
      assert.equal(taken.kind, 'other-installation');
    }
    assert.deepEqual([await entries(line), await line.needs.leaser.find('main')], before);
  });

  it('is taken over by who adopts it, unless its token is one that nobody can have counted up to', async (test) => {
    const line = await aFreeLine(test);
    setFence(line, markOf('stranger', 2 ** 48));
    await assert.rejects(take(line, { adopt: true }), {
      code: 'integrity_broken',
      message: /remove its fence/,
    });
    assert.equal((await line.needs.leaser.find('main'))?.owner, null);
    setFence(line, markOf('stranger', 41));
    const taken = await take(line, { adopt: true });
    assert.ok(taken.kind === 'taken');
    assert.equal(taken.holding.lease.token, 42);
    await giveBackWorkspace(line.needs, taken.holding);
  });
});

describe('a fence that names no mark', () => {
  const texts: Readonly<Record<string, string>> = {
    'some text': 'hello\n',
    'a mark with a token that no number here can hold': markOf('stranger', Number.MAX_SAFE_INTEGER),
    'a mark with a token just above the largest': markOf('stranger', 2 ** 48 + 1),
  };
  for (const [what, text] of Object.entries(texts)) {
    it(`is told with the ref and the command that removes it, and no lease is taken: ${what}`, async (test) => {
      const line = await aFreeLine(test);
      setFence(line, text);
      const before = await entries(line);
      const taken = await take(line);
      assert.equal(taken.kind, 'unreadable-fence');
      assert.deepEqual(await entries(line), before);
      await assert.rejects(acceptPaused(line), {
        code: 'tip_not_accepted',
        message:
          /refs\/ghost\/fence\/main holds no fence mark.*`git --git-dir \S+ update-ref -d refs\/ghost\/fence\/main`/,
      });
      execFileSync('git', ['-C', line.repository, 'update-ref', '-d', FENCE]);
      await acceptPaused(line);
      assert.equal((await line.needs.workspaces.find('main'))?.paused, null);
    });
  }
});
