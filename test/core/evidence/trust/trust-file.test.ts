import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { sha256 } from '../../../../src/core/digest.ts';
import type { Envelope } from '../../../../src/core/evidence/dsse.ts';
import { keyIdOf } from '../../../../src/core/evidence/ed25519.ts';
import { firstTrust, revokedTrust, rotatedTrust } from '../../../../src/core/evidence/trust/next-trust.ts';
import { CLOCK_SKEW_MS, type Trust, trustedKey } from '../../../../src/core/evidence/trust/trust.ts';
import { anchorProblems, readPin } from '../../../../src/core/evidence/trust/trust-anchor.ts';
import {
  newestVersion,
  readTrustFile,
  sealTrust,
  type TrustVersions,
  trustFileBytes,
} from '../../../../src/core/evidence/trust/trust-file.ts';
import { violations } from '../../../workers/schema.ts';

const NOON = Date.parse('2026-11-23T12:00:00.000Z');
const HOUR = 3_600_000;
const [one, two, stranger] = [aKey(), aKey(), aKey()];
const first = sealTrust(firstTrust('here', one, NOON), [one]);
const second = sealTrust(rotatedTrust(at(readVersions([first]), 0), two, NOON + HOUR), [one, two]);
const third = sealTrust(
  revokedTrust(at(readVersions([first, second]), 1), one.keyId, { since: NOON, at: NOON + 2 * HOUR }),
  [two],
);

describe('A trust file', () => {
  it('is read with all of its versions, each signed by the one before', () => {
    const versions = readVersions([first, second, third]);
    assert.deepEqual(
      versions.map(({ trust }) => [trust.version, trust.keys.length]),
      [
        [1, 1],
        [2, 2],
        [3, 2],
      ],
    );
  });

  it('is found changed, whichever bit of it is', () => {
    const bytes = Buffer.from(trustFileBytes([first, second]));
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
      assert.equal(readTrustFile(changed).kind, 'broken', `byte ${index}`);
    }
  });

  it('has no version that somebody else made', () => {
    const before = at(readVersions([first]), 0);
    const taken: readonly (readonly [string, Trust, readonly ReturnType<typeof aKey>[], RegExp])[] = [
      [
        'by itself alone',
        rotatedTrust(before, stranger, NOON),
        [stranger],
        /0 of 1 roots of the version before/,
      ],
      [
        'by the one before alone',
        rotatedTrust(before, two, NOON),
        [one],
        /0 of 1 roots of the version itself/,
      ],
      ['by one more', rotatedTrust(before, two, NOON), [one, two, stranger], /has not to sign it/],
      ['with a number left out', { ...rotatedTrust(before, two, NOON), version: 3 }, [one, two], /after 1/],
      [
        'elsewhere',
        { ...rotatedTrust(before, two, NOON), installation: 'there' },
        [one, two],
        /another installation/,
      ],
      [
        'after another',
        { ...rotatedTrust(before, two, NOON), previous: sha256('') },
        [one, two],
        /does not follow/,
      ],
      [
        'without a key',
        { ...rotatedTrust(before, two, NOON), keys: firstTrust('here', two, 0).keys },
        [one, two],
        /is gone/,
      ],
    ];
    for (const [what, trust, [signer, ...more], problem] of taken) {
      assert.ok(signer !== undefined);
      const read = readTrustFile(trustFileBytes([first, sealTrust(trust, [signer, ...more])]));
      assert.ok(read.kind === 'broken', what);
      assert.match(read.problem, problem, what);
    }
  });

  it('has members that are known, and all of them', () => {
    const good = firstTrust('here', one, NOON);
    const bad: readonly (readonly [object, RegExp])[] = [
      [{ ...good, more: 1 }, /which nobody knows/],
      [{ ...good, keys: undefined }, /has no keys/],
      [{ ...good, madeAt: '2026-11-23' }, /not a time/],
      [{ ...good, keys: [] }, /not a list/],
      [{ ...good, keys: [...good.keys, ...good.keys] }, /stands there twice/],
      [{ ...good, roots: { ...good.roots, threshold: 2 } }, /threshold is 2, of 1/],
      [
        { ...good, keys: good.keys.map((key) => ({ ...key, keyId: sha256('') })) },
        /not the one that it is called/,
      ],
    ];
    for (const [trust, problem] of bad) {
      const read = readTrustFile(trustFileBytes([sealTrust(trust as Trust, [one])]));
      assert.ok(read.kind === 'broken');
      assert.match(read.problem, problem);
    }
  });
});

describe('The schema of a trust file', () => {
  it('says what is written, and refuses other documents', () => {
    const path = new URL('../../../../docs/schemas/trust.schema.json', import.meta.url);
    const schema = JSON.parse(readFileSync(path, 'utf8'));
    const file = JSON.parse(Buffer.from(trustFileBytes([first, second, third])).toString('utf8'));
    assert.deepEqual(violations(file, schema), []);
    const document = { ...schema, ...schema.$defs.trust };
    for (const { trust } of readVersions([first, second, third]))
      assert.deepEqual(violations(trust, document), []);
    assert.notDeepEqual(violations({ ...firstTrust('here', one, NOON), more: 1 }, document), []);
  });
});

describe('Whoever pinned a version, or saw one,', () => {
  const versions = readVersions([first, second]);
  const [older, newer] = [at(versions, 0), at(versions, 1)];

  it('takes every file that has it, newer ones included', () => {
    assert.deepEqual(
      anchorProblems(versions, { pinned: older.digest, seen: { version: 1, digest: older.digest } }),
      [],
    );
  });

  it('is told of a file that was rolled back, and of one that was made anew', () => {
    const seen = { version: 2, digest: newer.digest };
    assert.match(
      anchorProblems(readVersions([first]), { pinned: null, seen })[0] ?? '',
      /version 2 was seen before/,
    );
    assert.match(
      anchorProblems(readVersions([first]), { pinned: newer.digest, seen: null })[0] ?? '',
      /pinned/,
    );
    const anew = readVersions([sealTrust(firstTrust('here', stranger, NOON), [stranger])]);
    assert.match(
      anchorProblems(anew, { pinned: null, seen: { version: 1, digest: older.digest } })[0] ?? '',
      /not the one/,
    );
  });

  it('writes a pin in one way', () => {
    assert.equal(readPin(`sha256:${older.digest}`), older.digest);
    assert.equal(readPin(older.digest), null);
  });
});

describe('A key is trusted', () => {
  const { trust } = newestVersion(readVersions([first, second]));
  const signed = (key: { readonly keyId: string }, when: number, more: { workspace?: string } = {}) =>
    trustedKey(trust, { keyId: key.keyId, workspace: 'main', signed: { kind: 'at', time: when }, ...more });

  it('from when to when it signs, as far as clocks agree', () => {
    assert.equal(signed(one, NOON).kind, 'trusted');
    assert.equal(signed(one, NOON + HOUR + CLOCK_SKEW_MS).kind, 'trusted');
    assert.equal(signed(one, NOON + HOUR + CLOCK_SKEW_MS + 1).kind, 'untrusted');
    assert.equal(signed(two, NOON + HOUR - CLOCK_SKEW_MS).kind, 'trusted');
    assert.equal(signed(two, NOON + HOUR - CLOCK_SKEW_MS - 1).kind, 'untrusted');
    assert.equal(signed(stranger, NOON).kind, 'untrusted');
    const later = {
      keyId: two.keyId,
      workspace: 'main',
      signed: { kind: 'at-or-after', time: NOON },
    } as const;
    assert.equal(trustedKey(trust, later).kind, 'trusted');
  });

  it('until it was revoked, to the millisecond', () => {
    const revoked = newestVersion(readVersions([first, second, third])).trust;
    const before = trustedKey(revoked, {
      keyId: one.keyId,
      workspace: 'main',
      signed: { kind: 'at', time: NOON - 1 },
    });
    assert.equal(before.kind, 'trusted');
    const since = trustedKey(revoked, {
      keyId: one.keyId,
      workspace: 'main',
      signed: { kind: 'at', time: NOON },
    });
    assert.ok(since.kind === 'untrusted');
    assert.match(since.why, /revoked/);
  });

  it('for the workspaces that it signs for', () => {
    const some: Trust = { ...trust, keys: trust.keys.map((key) => ({ ...key, workspaces: ['main'] })) };
    assert.equal(
      trustedKey(some, { keyId: one.keyId, workspace: 'main', signed: { kind: 'at', time: NOON } }).kind,
      'trusted',
    );
    assert.equal(
      trustedKey(some, { keyId: one.keyId, workspace: 'other', signed: { kind: 'at', time: NOON } }).kind,
      'untrusted',
    );
  });
});

function readVersions(envelopes: readonly Envelope[]): TrustVersions {
  const read = readTrustFile(trustFileBytes(envelopes));
  assert.ok(read.kind === 'read', read.kind === 'broken' ? read.problem : '');
  return read.versions;
}

function aKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { keyId: keyIdOf(raw), publicKey: raw, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) };
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  assert.ok(item !== undefined);
  return item;
}
