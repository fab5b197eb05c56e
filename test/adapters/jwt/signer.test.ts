import assert from 'node:assert/strict';
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { jwtSigner } from '../../../src/adapters/jwt/signer.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import type { TokenSigner } from '../../../src/ports/tokens.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const TOKEN = {
  id: 't_1',
  subject: 'ada',
  role: 'operator',
  issuedAt: NOW,
  expiresAt: NOW + 3_600_000,
  issuedBy: 'root',
  revokedAt: null,
} as const;

describe('jwtSigner', () => {
  let directory: string;
  let file: string;
  let now: number;
  let signer: TokenSigner;
  const clock: Clock = { now: () => now, monotonic: () => 0, sleep: async () => {} };
  const open = (over: { file?: string; issuer?: string; audience?: string } = {}) =>
    jwtSigner({ file, issuer: 'ghost', audience: 'ghost-api', clock, ...over });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ghost-jwt-'));
    file = join(directory, 'keys', 'signing.json');
    now = NOW;
    signer = await open();
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('verifies what it signed, and says who it is', async () => {
    assert.deepEqual(await signer.verify(await signer.sign(TOKEN)), {
      kind: 'verified',
      id: 't_1',
      subject: 'ada',
      role: 'operator',
    });
  });

  it('signs for another audience where asked to, and a token for one is none for another, known or not', async () => {
    const forRunner = await signer.sign(TOKEN, 'ghost-runner r-1');
    for (const _ of ['seen for the first time', 'known by now']) {
      assert.equal((await signer.verify(forRunner, 'ghost-runner r-1')).kind, 'verified');
      for (const audience of [undefined, 'ghost-runner r-2'])
        assert.deepEqual(await signer.verify(forRunner, audience), {
          kind: 'refused',
          problem: 'it is meant for another audience',
        });
    }
    const forApi = await signer.sign(TOKEN);
    assert.equal((await signer.verify(forApi)).kind, 'verified');
    assert.equal((await signer.verify(forApi, 'ghost-runner r-1')).kind, 'refused');
  });

  it('keeps its key where only the owner reads it, and uses it again', async () => {
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const again = await open();
    assert.equal((await again.verify(await signer.sign(TOKEN))).kind, 'verified');
    assert.deepEqual(await again.publicKeys(), await signer.publicKeys());
  });

  it('gives all processes that start at once the same key', async () => {
    const shared = join(directory, 'race', 'signing.json');
    const signers = await Promise.all(Array.from({ length: 8 }, () => open({ file: shared })));
    const keys = await Promise.all(signers.map((each) => each.publicKeys()));
    assert.equal(new Set(keys.map((set) => set.keys[0]?.kid)).size, 1);
  });

  it('publishes public members only', async () => {
    const { keys } = await signer.publicKeys();
    assert.deepEqual(
      keys.map((key) => Object.keys(key).sort()),
      [['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
    );
  });

  it('refuses a token that has expired, by the clock it was given', async () => {
    const text = await signer.sign(TOKEN);
    now = TOKEN.expiresAt - 1000;
    assert.equal((await signer.verify(text)).kind, 'verified');
    now = TOKEN.expiresAt;
    await refuses(signer, text, /^it expired at 2026-11-22T11:00:00\.000Z$/);
    now = NOW;
  });

  it('refuses a token that is not yet valid', async () => {
    const text = await signer.sign({ ...TOKEN, issuedAt: NOW + 60_000 });
    await refuses(signer, text, /^it is not valid before 2026-11-22T10:01:00\.000Z$/);
  });

  it('refuses the key of another installation', async () => {
    const other = await open({ file: join(directory, 'other.json') });
    await refuses(signer, await other.sign(TOKEN), /key that is not known/);
  });

  it('refuses the signature of another key under our key id', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await refuses(signer, forge(await parts(signer), {}, {}, privateKey), /signature does not match/);
  });

  it('refuses another issuer and another audience', async () => {
    await refuses(signer, await (await open({ issuer: 'x' })).sign(TOKEN), /another issuer/);
    await refuses(signer, await (await open({ audience: 'x' })).sign(TOKEN), /another audience/);
  });

  it('refuses alg none, with and without a signature', async () => {
    const { header, claims } = await parts(signer);
    const text = `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`;
    await refuses(signer, text, /not signed/);
    await refuses(signer, `${text}AAAA`, /not signed with ES256/);
  });

  it('refuses HS256 with the public key as secret', async () => {
    const { header, claims, key } = await parts(signer);
    const signed = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
    for (const secret of [key.pem, JSON.stringify(key.jwk)]) {
      const mac = createHmac('sha256', secret).update(signed).digest('base64url');
      await refuses(signer, `${signed}.${mac}`, /not signed with ES256/);
    }
  });

  it('refuses a payload that was changed', async () => {
    const [header, claims, signature] = (await signer.sign({ ...TOKEN, role: 'viewer' })).split('.');
    const changed = { ...JSON.parse(Buffer.from(claims ?? '', 'base64url').toString()), role: 'operator' };
    await refuses(signer, `${header}.${encode(changed)}.${signature}`, /signature does not match/);
  });

  for (const claim of ['exp', 'iss', 'aud', 'sub', 'jti', 'role']) {
    it(`refuses a token without ${claim}, though it is signed with our key`, async () => {
      const text = forge(await parts(signer), {}, { [claim]: undefined }, await ownKey(file));
      const verified = await signer.verify(text);
      assert.equal(verified.kind, 'refused');
    });
  }

  it('refuses a token that it knows, too, once it has expired or when a byte of its signature differs', async () => {
    const text = await signer.sign(TOKEN);
    for (const _ of ['first', 'known']) assert.equal((await signer.verify(text)).kind, 'verified');
    const [head, last] = [text.slice(0, -10), text.slice(-10)];
    await refuses(signer, `${head}${last === 'AAAAAAAAAA' ? 'BBBBBBBBBB' : 'AAAAAAAAAA'}`, /signature/);
    now = TOKEN.expiresAt;
    await refuses(signer, text, /expired at 2026-11-22T11:00:00/);
    now = NOW;
    assert.equal((await signer.verify(text)).kind, 'verified');
  });

  it('takes a forged token that lacks nothing, so that the refusals above are for their reasons', async () => {
    const text = forge(await parts(signer), {}, {}, await ownKey(file));
    assert.equal((await signer.verify(text)).kind, 'verified');
  });

  it('refuses an unknown role, another type, a critical extension and an unknown key id', async () => {
    const own = await ownKey(file);
    const known = await parts(signer);
    await refuses(signer, forge(known, {}, { role: 'root' }, own), /no role/);
    await refuses(signer, forge(known, { typ: 'JWT' }, {}, own), /type/);
    await refuses(signer, forge(known, { crit: ['b64'], b64: false }, {}, own), /extension/);
    await refuses(signer, forge(known, { kid: 'x' }, {}, own), /key that is not known/);
    await refuses(signer, forge(known, { kid: undefined }, {}, own), /key that is not known/);
  });

  it('does not look at keys that a token brings along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    const brought = { jwk, jku: 'http://127.0.0.1:9/keys', x5u: 'http://127.0.0.1:9/cert' };
    const known = await parts(signer);
    await refuses(signer, forge(known, brought, {}, privateKey), /signature does not match/);
    await refuses(signer, forge(known, { ...brought, kid: 'mine' }, {}, privateKey), /not known/);
  });

  it('refuses what is no token at all', async () => {
    for (const text of [
      '',
      '.',
      'a.b.c',
      '..',
      'Bearer x',
      'e30.e30.e30',
      `${'a'.repeat(5000)}.b.c`,
      'null.null.x',
    ]) {
      assert.equal((await signer.verify(text)).kind, 'refused', text.slice(0, 20));
    }
  });

  it('signs with the newest key after a rotation, and still takes tokens of the one before', async () => {
    const rotating = join(directory, 'rotating.json');
    const before = await open({ file: rotating });
    const old = await before.sign(TOKEN);
    const { keys } = JSON.parse(await readFile(rotating, 'utf8'));
    const newest = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    await writeFile(rotating, JSON.stringify({ keys: [newest, ...keys] }));
    const rotated = await open({ file: rotating });
    const fresh = await rotated.sign(TOKEN);
    assert.notEqual(fresh.split('.')[0], old.split('.')[0]);
    assert.equal((await rotated.verify(old)).kind, 'verified');
    assert.equal((await before.verify(fresh)).kind, 'verified', 'a running process learns the new key');
    assert.equal((await rotated.publicKeys()).keys.length, 2);
  });

  it('says that a key file is damaged without quoting it', async () => {
    const damaged = join(directory, 'damaged.json');
    const text = (await readFile(file, 'utf8')).replace('P-256', 'P-257');
    await writeFile(damaged, text);
    const { d } = JSON.parse(text).keys[0];
    await assert.rejects(open({ file: damaged }), (error: Error) => {
      assert.match(error.message, /damaged\.json does not hold signing keys/);
      return !String(error.stack).includes(d);
    });
  });
});

async function refuses(signer: TokenSigner, text: string, says: RegExp): Promise<void> {
  const verified = await signer.verify(text);
  assert.ok(verified.kind === 'refused', 'it was taken');
  assert.match(verified.problem, says);
}

interface Parts {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
  readonly key: { readonly pem: string; readonly jwk: Record<string, unknown> };
}

async function parts(signer: TokenSigner): Promise<Parts> {
  const [header, claims] = (await signer.sign(TOKEN))
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const [jwk = {}] = (await signer.publicKeys()).keys;
  const pem = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return { header, claims, key: { pem: String(pem), jwk: { ...jwk } } };
}

function forge(
  known: Parts,
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
  key: KeyObject,
): string {
  const signed = `${encode({ ...known.header, ...header })}.${encode({ ...known.claims, ...claims })}`;
  const signature = signBytes('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

async function ownKey(file: string): Promise<KeyObject> {
  const [jwk] = JSON.parse(await readFile(file, 'utf8')).keys;
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
