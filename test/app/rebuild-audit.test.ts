import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { issueToken } from '../../src/app/issue-token.ts';
import { projectOutbox } from '../../src/app/project-outbox.ts';
import { rebuildAudit } from '../../src/app/rebuild-audit.ts';
import { verifyAudit } from '../../src/app/verify/verify-audit.ts';
import { openWorld } from '../world/needs.ts';

/** A log of five lines. */
async function aLog(test: TestContext) {
  const { needs, directory, close } = await openWorld();
  test.after(close);
  const file = join(directory, 'audit.log');
  const tell = async () => {
    await issueToken(needs, { subject: 'ada', role: 'viewer', ttlMs: 60_000, actor: 'root' });
  };
  for (let count = 0; count < 5; count += 1) await tell();
  await projectOutbox(needs);
  return { needs, directory, file, tell, lines: () => readFileSync(file, 'utf8').split('\n').slice(0, -1) };
}

const BROKEN = { code: 'audit_log_broken' };

describe('an audit log', () => {
  it('that was deleted is not begun anew as if nothing had been in it', async (test) => {
    const log = await aLog(test);
    rmSync(log.file);
    await assert.rejects(projectOutbox(log.needs), BROKEN);
    await assert.rejects(projectOutbox(log.needs), BROKEN, 'and stays so');
    assert.deepEqual((await verifyAudit(log.needs)).problems, [
      'audit log: ends at position 0, but was written up to 5',
    ]);
  });

  it('of an older backup is not written on', async (test) => {
    const log = await aLog(test);
    writeFileSync(log.file, `${log.lines().slice(0, 3).join('\n')}\n`);
    await log.tell();
    await assert.rejects(projectOutbox(log.needs), BROKEN);
    assert.equal(log.lines().length, 3);
  });

  it('of another ledger is not written on, however far that one has come', async (test) => {
    const [log, other] = [await aLog(test), await aLog(test)];
    writeFileSync(log.file, readFileSync(other.file));
    for (let count = 0; count < 3; count += 1) await log.tell();
    await assert.rejects(projectOutbox(log.needs), BROKEN);
  });

  it('is finished where a crash left it, and where its cursor did not get as far as its lines', async (test) => {
    const log = await aLog(test);
    const whole = readFileSync(log.file);
    await log.needs.outbox.moveCursor('audit-log', 3);
    for (
      let size = Buffer.byteLength(`${log.lines().slice(0, 3).join('\n')}\n`);
      size <= whole.length;
      size += 1
    ) {
      writeFileSync(log.file, whole.subarray(0, size));
      await projectOutbox(log.needs);
      assert.deepEqual(readFileSync(log.file), whole, String(size));
      await log.needs.outbox.moveCursor('audit-log', 3);
    }
  });

  it('is rebuilt by an operator: the old one is kept, and the new one says who did it', async (test) => {
    const log = await aLog(test);
    const damaged = log.lines().with(1, '{"actor":"nobody"}');
    writeFileSync(log.file, `${damaged.join('\n')}\n`);
    const { kept, problems, report } = await rebuildAudit(log.needs, { actor: 'olga' });
    assert.match(problems[0] ?? '', /line 2: not a whole entry/);
    assert.deepEqual([report.problems, report.lines], [[], 6]);
    assert.deepEqual(
      readFileSync(join(log.directory, kept ?? ''), 'utf8')
        .split('\n')
        .slice(0, -1),
      damaged,
    );
    const { actor, type, data } = JSON.parse(log.lines().at(-1) ?? '');
    assert.deepEqual([actor, type, data.kept], ['olga', 'audit.rebuild_begun', kept]);
    await log.tell();
    await projectOutbox(log.needs);
    assert.equal(log.lines().length, 7);
  });

  it('is rebuilt when nothing is left of it', async (test) => {
    const log = await aLog(test);
    rmSync(log.file);
    const { kept, report } = await rebuildAudit(log.needs, { actor: 'olga' });
    assert.deepEqual([kept, report.ok, report.lines], [null, true, 6]);
    assert.equal(readdirSync(log.directory).filter((name) => name.includes('replaced')).length, 0);
  });
});
