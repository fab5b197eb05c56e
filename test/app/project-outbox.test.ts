import assert from 'node:assert/strict';
import { it } from 'node:test';
import { issueToken } from '../../src/app/issue-token.ts';
import { projectOutbox } from '../../src/app/project-outbox.ts';
import { openWorld } from '../world/needs.ts';

it('gives the audit log back when the ledger cannot be read', async (test) => {
  const { needs, close } = await openWorld();
  test.after(close);
  const tell = () => issueToken(needs, { subject: 'ada', role: 'viewer', ttlMs: 60_000, actor: 'root' });
  await tell();
  await projectOutbox(needs);
  await tell();
  const entryAt = () => Promise.reject(new Error('disk I/O error'));
  const outbox = { ...needs.outbox, entryAt };
  await assert.rejects(projectOutbox({ ...needs, outbox }), /disk I\/O error/);
  const writer = await needs.auditLog.open(0);
  assert.equal(writer.last?.position, 1);
  await writer.close();
});
