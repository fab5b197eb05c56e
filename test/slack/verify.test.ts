import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type SignedRequest, verifySlackSignature } from '../../src/slack/verify.ts';

const NOW = 1_800_000_000_000;

function signed(change: Partial<SignedRequest> = {}, secret = 'the secret'): SignedRequest {
  const timestamp = change.timestamp ?? `${NOW / 1000}`;
  const rawBody = Buffer.from('command=%2Fghost&text=status');
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:${rawBody}`).digest('hex');
  return { secret, timestamp, signature: `v0=${hmac}`, rawBody, now: NOW, ...change };
}

function problemOf(request: SignedRequest): string {
  const verified = verifySlackSignature(request);
  assert.equal(verified.kind, 'refused');
  return verified.kind === 'refused' ? verified.problem : '';
}

test("Slack's own example verifies", () => {
  const verified = verifySlackSignature({
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    timestamp: '1531420618',
    signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    rawBody: Buffer.from(
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    ),
    now: 1_531_420_618_000,
  });
  assert.equal(verified.kind, 'genuine');
});

test('a genuine signature says until when it could be sent again', () => {
  const request = signed({ timestamp: `${NOW / 1000 + 100}` });
  assert.deepEqual(verifySlackSignature(request), {
    kind: 'genuine',
    signature: request.signature,
    validUntil: NOW + 400_000,
  });
});

test('five minutes are allowed both ways, and not a second more', () => {
  for (const seconds of [-300, 300])
    assert.equal(verifySlackSignature(signed({ timestamp: `${NOW / 1000 + seconds}` })).kind, 'genuine');
  for (const seconds of [-301, 301])
    assert.match(problemOf(signed({ timestamp: `${NOW / 1000 + seconds}` })), /five minutes/);
});

test('without a secret nothing is genuine, not even what an empty one signs', () => {
  assert.match(problemOf(signed({ secret: null })), /no signing secret/);
  assert.match(problemOf(signed({}, '')), /no signing secret/);
});

test('a missing, short, long, foreign or constant signature is refused and never thrown at', () => {
  const { signature = '' } = signed();
  assert.match(problemOf({ ...signed(), signature: undefined }), /no timestamp and signature/);
  assert.match(problemOf({ ...signed(), timestamp: undefined }), /no timestamp and signature/);
  const forged = [
    '',
    'v0=',
    signature.slice(0, -2),
    `${signature}00`,
    signature.slice(3),
    `v1=${signature.slice(3)}`,
  ];
  for (const bad of [...forged, signed({}, 'another').signature])
    assert.match(problemOf(signed({ signature: bad })), /not what this secret signs/);
});

test('the signature covers every byte of the body and the timestamp', () => {
  assert.match(problemOf(signed({ rawBody: Buffer.from('command=%2Fghost&text=Status') })), /not what/);
  const later = { ...signed(), timestamp: `${NOW / 1000 + 1}` };
  assert.match(problemOf(later), /not what/);
});

test('a timestamp that is no number of seconds is refused', () => {
  for (const timestamp of ['', 'NaN', '1e9', '-1', ' 1800000000', '0x6b49d200', `${NOW / 1000}.0`])
    assert.match(problemOf(signed({ timestamp })), /not a number of seconds/);
});
