import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redaction } from '../../../../src/core/gate/output/redaction.ts';

const SECRET = 'hunter2 & a=very/long+one';

function redacted(text: string, secrets: readonly string[] = [SECRET], size = text.length || 1): string {
  const redaction = new Redaction(secrets);
  const bytes = Buffer.from(text);
  const told: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) told.push(redaction.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...told, redaction.end()]).toString();
}

test('a secret is hidden as it is, in base64 wherever it stands in it, and as in a URL', () => {
  assert.equal(redacted(`it is ${SECRET}.\n`), 'it is ***.\n');
  for (const before of ['', 'u', 'u:', 'ux:']) {
    const encoded = Buffer.from(`${before}${SECRET}:tail`).toString('base64');
    const told = redacted(`x ${encoded}\n`);
    assert.match(told, /\*\*\*/);
    assert.ok(!Buffer.from(told).toString().includes(Buffer.from(SECRET).toString('base64').slice(6, 20)));
  }
  assert.equal(redacted(`a?k=${encodeURIComponent(SECRET)}\n`), 'a?k=***\n');
  assert.equal(redacted(`a?k=${new URLSearchParams({ k: SECRET }).toString().slice(2)}\n`), 'a?k=***\n');
  const urlSafe = Buffer.from('~~~???>>>secret').toString('base64url');
  assert.equal(redacted(`${urlSafe}\n`, ['~~~???>>>secret']), '***\n');
});

const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\ndef\n-----END RSA PRIVATE KEY-----';
const TOKENS = [
  'Authorization: Bearer abcdefghijklmnop0123',
  `ghp_${'a'.repeat(36)}`,
  'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln',
  'api_token = s3cr3tvalue',
  'https://me:pass@host/x',
  'AKIAABCDEFGHIJKLMNOP',
  KEY,
];

test('tokens are known by their looks, and private keys are hidden up to their end', () => {
  assert.equal(redacted(`${TOKENS[0]} ok`), 'Authorization: Bearer *** ok');
  assert.equal(redacted(`a ${TOKENS[1]}\n`), 'a ***\n');
  assert.equal(redacted(`a ${TOKENS[2]}\n`), 'a ***\n');
  assert.equal(redacted(`${TOKENS[3]}\n`), 'api_token = ***\n');
  assert.equal(redacted(`${TOKENS[4]}\n`), 'https://***@host/x\n');
  assert.equal(redacted(`${TOKENS[5]}\n`), '***\n');
  assert.equal(redacted(`before ${KEY} after\n`), 'before *** after\n');
  assert.equal(
    redacted('ordinary words of a test, 3 passed, key: none\n'),
    'ordinary words of a test, 3 passed, key: none\n',
  );
});

test('what is hidden does not depend on where the chunks are cut', () => {
  const text = TOKENS.map(
    (token, at) => `${at} ${token}\t${SECRET}\nplain ${token} text hunter2 & a=\n`,
  ).join('');
  const whole = redacted(text);
  assert.ok(!whole.includes('long+one') && !whole.includes('MIIabc'));
  for (const size of [1, 2, 3, 5, 7, 11, 64, 100]) assert.equal(redacted(text, [SECRET], size), whole);
});

test('a key without an end does not hide the rest for ever, and a word without an end is told', () => {
  const rest = 'line of text\n'.repeat(4000);
  const told = redacted(`-----BEGIN PRIVATE KEY-----\n${rest}`, [], 1000);
  assert.ok(told.startsWith('***') && told.length > rest.length - 20_000);
  const dots = '.'.repeat(100_000);
  const redaction = new Redaction([SECRET]);
  assert.ok(redaction.push(Buffer.from(dots)).length > 50_000);
  assert.equal(redacted(dots + SECRET + dots, [SECRET], 999), `${dots}***${dots}`);
});

test('every byte comes out as it went in where nothing is hidden', () => {
  const bytes = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256));
  const redaction = new Redaction([SECRET, 'abc']);
  assert.deepEqual(Buffer.concat([redaction.push(bytes), redaction.end()]), bytes);
});
