import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Recovered, recoverWorkspace } from '../../src/app/recover-workspace.ts';
import { git, patchOf } from '../world/git.ts';
import { aLine, stateOf, type TestLine } from '../world/line.ts';

const BRAVE = { 'greeting.txt': 'hello\nbrave\nworld\n' };

/** The holder before was of an earlier boot of this machine: what it had not synced may be gone. */
async function recoveredAfterReboot({ needs, holding }: TestLine): Promise<Recovered> {
  const found = await needs.leaser.find('main');
  const predecessor = found && { ...found, writer: { ...holding.fence.writer, bootId: 'an earlier boot' } };
  return recoverWorkspace(needs, { ...holding, predecessor }, { branch: 'kept' });
}

describe('recovery', () => {
  it('rolls the branch forward after a power cut took back what had landed, and says so in the chain', async (test) => {
    const line = await aLine();
    test.after(() => line.close());
    const base = git(line.repository, 'rev-parse', 'main');
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    const landed = git(line.repository, 'rev-parse', 'main');
    git(line.repository, 'update-ref', 'refs/heads/main', base);
    assert.deepEqual(await recoveredAfterReboot(line), { kind: 'recovered' });
    assert.equal(git(line.repository, 'rev-parse', 'main'), landed);
    const entries = await line.needs.chains.entriesAbout('main');
    assert.deepEqual(entries.at(-1)?.data, { from: base, to: landed });
  });

  it('rolls it forward past the lock of a holder who died while doing so', async (test) => {
    const line = await aLine();
    test.after(() => line.close());
    const base = git(line.repository, 'rev-parse', 'main');
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    const landed = git(line.repository, 'rev-parse', 'main');
    git(line.repository, 'update-ref', 'refs/heads/main', base);
    const lock = join(line.repository, '.git/refs/heads/main.lock');
    // Not writable, as a writer of ours makes it.
    writeFileSync(lock, `${landed}\n`, { mode: 0o444 });
    assert.deepEqual(await recoveredAfterReboot(line), { kind: 'recovered' });
    assert.equal(git(line.repository, 'rev-parse', 'main'), landed);
  });

  it('rolls it forward past the lock of a landing that was under way when power failed, and finishes that too', async (test) => {
    let intents = 0;
    const line = await aLine({
      observe: (step) => {
        if (step === 'intent-recorded' && ++intents === 2) throw new Error('power fails');
      },
    });
    test.after(() => line.close());
    const base = git(line.repository, 'rev-parse', 'main');
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    const second = await line.submit(patchOf(line.repository, { 'new.txt': 'new\n' }));
    await assert.rejects(line.next(), /power fails/);
    const { intent } = await stateOf(line, second.patch.id, 'landing');
    git(line.repository, 'update-ref', 'refs/heads/main', base);
    writeFileSync(join(line.repository, '.git/refs/heads/main.lock'), `${intent.commit}\n`, { mode: 0o444 });
    assert.deepEqual(await recoveredAfterReboot(line), { kind: 'recovered' });
    assert.equal(git(line.repository, 'rev-parse', 'main'), intent.commit);
    await stateOf(line, second.patch.id, 'landed');
  });

  it('stops and says so when the branch was rewritten without what had landed', async (test) => {
    const line = await aLine();
    test.after(() => line.close());
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    git(line.repository, 'checkout', '-q', '--orphan', 'elsewhere');
    git(line.repository, 'commit', '-q', '-m', 'Another root');
    git(line.repository, 'update-ref', 'refs/heads/main', git(line.repository, 'rev-parse', 'elsewhere'));
    const recovered = await recoverWorkspace(line.needs, line.holding, { branch: 'kept' });
    assert.equal(recovered.kind, 'broken');
    assert.match(recovered.kind === 'broken' ? recovered.problem : '', /does not contain the landed commit/);
  });

  it('does not undo what a person did to the branch while the machine was up', async (test) => {
    const line = await aLine();
    test.after(() => line.close());
    const base = git(line.repository, 'rev-parse', 'main');
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    git(line.repository, 'reset', '-q', '--hard', base);
    const predecessor = await line.needs.leaser.find('main');
    const recovered = await recoverWorkspace(
      line.needs,
      { ...line.holding, predecessor },
      { branch: 'kept' },
    );
    assert.equal(recovered.kind, 'broken');
    assert.equal(git(line.repository, 'rev-parse', 'main'), base);
    assert.equal((await recoverWorkspace(line.needs, line.holding, { branch: 'free' })).kind, 'recovered');
  });
});
