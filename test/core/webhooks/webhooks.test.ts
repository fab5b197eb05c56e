import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { readWebhooks } from '../../../src/core/webhooks/endpoint.ts';
import { webhookMessage } from '../../../src/core/webhooks/message.ts';
import { nextAttempt } from '../../../src/core/webhooks/schedule.ts';
import { secretBytes, signatureOf } from '../../../src/core/webhooks/signature.ts';
import { newSecret } from '../../world/receiver.ts';

const GOOD = { name: 'bot', url: 'https://example.org/hook', secretFile: 'bot.secret' };

describe('webhooks.yml', () => {
  it('is read strictly: what is wrong is named, with the nearest key', () => {
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ ...GOOD, ulr: 'x' }, /unknown key `ulr`; did you mean `url`\?/],
      [{ ...GOOD, url: 'http://example.org' }, /webhooks\[0\]\.url: expected https/],
      [{ ...GOOD, url: 'https://me:pw@example.org' }, /holds a name or a password/],
      [{ ...GOOD, url: 'nowhere' }, /expected a URL/],
      [{ ...GOOD, name: 'Bot One' }, /is no name/],
      [{ ...GOOD, types: [] }, /expected at least one/],
      [{ ...GOOD, types: ['landed'] }, /is no type such as/],
      [{ name: 'bot', url: GOOD.url }, /secretFile: expected text/],
      [{ ...GOOD, secretFile: ['a', 'b', 'c', 'd'] }, /at most 3 files/],
      [{ ...GOOD, allowPrivate: 'yes' }, /allowPrivate: expected true or false/],
    ];
    for (const [entry, words] of cases)
      assert.throws(() => readWebhooks({ webhooks: [entry] }, 'webhooks.yml'), words);
    assert.throws(() => readWebhooks({ webhooks: [GOOD, GOOD] }, 'w'), /is the name of another one/);
    assert.throws(() => readWebhooks({ webhook: [] }, 'w'), /did you mean `webhooks`/);
    assert.deepEqual(readWebhooks(null, 'w'), []);
    assert.deepEqual(readWebhooks({ webhooks: [GOOD] }, 'w')[0]?.types, ['patch.*']);
  });
});

describe('a signature', () => {
  it('is the one that the published library makes', () => {
    const secret = newSecret();
    const at = new Date(1_700_000_000_000);
    const bytes = secretBytes(secret);
    assert.ok(bytes);
    const message = { id: 'evt_1', timestamp: at.getTime() / 1000, body: '{"é":1}' };
    assert.equal(signatureOf(message, [bytes]), new Webhook(secret).sign('evt_1', at, '{"é":1}'));
  });

  it('is made with nothing but whsec_ and the base64 of 24 to 64 bytes', () => {
    for (const text of ['', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'!'.repeat(40)}`, newSecret().slice(6)])
      assert.equal(secretBytes(text), null, text);
  });
});

describe('the schedule', () => {
  it('is the same whenever it is asked, later with each attempt, and ends after days', () => {
    const at: number[] = [];
    for (let now = 1_000; ; ) {
      const next = nextAttempt(1_000, now, 'bot 7');
      if (next === null) break;
      assert.equal(next, nextAttempt(1_000, next - 1, 'bot 7'));
      at.push(next);
      now = next;
    }
    assert.equal(at.length, 9);
    assert.notDeepEqual(nextAttempt(1_000, 1_000, 'bot 7'), nextAttempt(1_000, 1_000, 'bot 8'));
  });
});

describe('a message', () => {
  const event = {
    ...{ position: 7, type: 'patch.rejected', at: 0, workspace: 'app', subject: 'p_1', actor: 'runner' },
    data: { reason: 'does_not_apply' },
  };

  it('tells a rejected patch with what its author has to repair', () => {
    const { body } = webhookMessage(event, { code: 'patch_rejected' });
    assert.deepEqual(JSON.parse(body), {
      type: 'patch.rejected',
      timestamp: '1970-01-01T00:00:00.000Z',
      data: {
        ...{ position: 7, subject: 'p_1', workspace: 'app', actor: 'runner' },
        details: { reason: 'does_not_apply' },
        rejection: { code: 'patch_rejected' },
      },
    });
  });

  it('stays small: what is too large is where it says', () => {
    const { id, body } = webhookMessage(event, { text: 'é'.repeat(10_000) });
    assert.ok(Buffer.byteLength(body) < 20_000);
    assert.equal(JSON.parse(body).data.ref, '/api/v1/patches/p_1');
    assert.equal(id, webhookMessage(event, null).id);
  });
});
