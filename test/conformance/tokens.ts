import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { givenToken } from './given.ts';
import { type OpenSubject, subjectOf } from './subject.ts';

/** What src/ports/tokens.ts promises of the register, sentence by sentence. */
export function tokensSuite(name: string, open: OpenSubject): void {
  describe(`the tokens of ${name}`, () => {
    const subject = subjectOf(open);

    it('are found by id and listed by the time they were issued', async () => {
      const { tokens } = subject.ports;
      const later = givenToken({ issuedAt: 20, role: 'operator' });
      const earlier = givenToken({ issuedAt: 10 });
      await tokens.add(later);
      await tokens.add(earlier);
      assert.deepEqual(await tokens.find(later.id), later);
      assert.deepEqual(await tokens.list(), [earlier, later]);
      assert.equal(await tokens.find('nothing'), null);
    });

    it('are never replaced by another one of the same id', async () => {
      const { tokens } = subject.ports;
      const token = givenToken();
      await tokens.add(token);
      await assert.rejects(tokens.add({ ...token, role: 'operator' }));
      assert.deepEqual(await tokens.find(token.id), token);
    });

    it('stay revoked from the first time on', async () => {
      const { tokens } = subject.ports;
      const token = givenToken();
      await tokens.add(token);
      assert.equal(await tokens.revoke(token.id, 'bob', 50), true);
      assert.equal(await tokens.revoke(token.id, 'bob', 60), true);
      assert.deepEqual(await tokens.find(token.id), { ...token, revokedAt: 50 });
      assert.equal(await tokens.revoke('nothing', 'bob', 50), false);
    });

    it('tell of being issued and of being revoked once, in the chain of the system', async () => {
      const { tokens, chains } = subject.ports;
      const token = givenToken({ role: 'approver' });
      await tokens.add(token);
      await assert.rejects(tokens.add(token));
      await tokens.revoke(token.id, 'bob', 50);
      await tokens.revoke(token.id, 'eve', 60);
      const { subject: holder, role, expiresAt } = token;
      assert.deepEqual(
        (await chains.entriesAbout(token.id)).map(({ chain, type, actor, data }) => [
          chain,
          type,
          actor,
          data,
        ]),
        [
          ['system', 'token.issued', 'operator', { subject: holder, role, expiresAt }],
          ['system', 'token.revoked', 'bob', { subject: holder }],
        ],
      );
    });
  });
}
