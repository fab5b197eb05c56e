import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  type Note,
  noteKeyHash,
  readNote,
  signatureLine,
  signersOf,
  signNote,
} from '../../../../src/core/evidence/log/note.ts';

// The example of golang.org/x/mod/sumdb/note, whose form the specification took over.
const PUBLISHED_KEY = {
  name: 'PeterNeumann',
  publicKey: Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1),
};
const PUBLISHED_TEXT = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.
`;
const PUBLISHED = `${PUBLISHED_TEXT}
\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

describe('A signed note', () => {
  it('is read and checked as the published one', () => {
    assert.equal(noteKeyHash(PUBLISHED_KEY), 'c74f20a3');
    const note = read(PUBLISHED);
    assert.equal(note.text, PUBLISHED_TEXT);
    assert.deepEqual(signersOf(note, [PUBLISHED_KEY]), [PUBLISHED_KEY]);
  });

  it('that was signed here is read back, by whoever of several knows the key', () => {
    const [one, two] = [aKey('one'), aKey('two')];
    const once = signNote('a text\n\nof two parts\n', one);
    const twice = `${once}${signatureLine({ name: 'two', keyHash: noteKeyHash(two), signature: two.sign(Buffer.from('a text\n\nof two parts\n')) })}`;
    const note = read(twice);
    assert.equal(note.text, 'a text\n\nof two parts\n');
    assert.deepEqual(signersOf(note, [one, two]), [one, two]);
    assert.deepEqual(signersOf(note, [two]), [two]);
    assert.deepEqual(signersOf(note, [aKey('one')]), []);
  });

  it('is broken where a known key did not make the signature that names it', () => {
    const key = aKey('one');
    const note = read(signNote('a text\n', key).replace('a text', 'b text'));
    assert.equal(signersOf(note, [key]), null);
  });

  it('is nothing else than its bytes', () => {
    const whole = Buffer.from(signNote('a text\n', aKey('one')));
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const found = readNote(changed);
      if (found.kind === 'read') assert.notDeepEqual(found.note, read(whole.toString()));
    }
  });

  it('is told in what it is broken', () => {
    const bad: readonly (readonly [string, RegExp])[] = [
      ['a text\n', /no text, empty line/],
      ['a text\n\n\u2014 one AAAA\n', /not a signature/],
      ['a text\n\n\u2014 one AAAAAAAA', /no text, empty line/],
      ['a text\n\n- one AAAAAAAA\n', /not a signature/],
      ['a text\n\n\u2014 o+e AAAAAAAA\n', /not a signature/],
      ['a\ttext\n\n\u2014 one AAAAAAAA\n', /control characters/],
      [`${'a'.repeat(70_000)}\n`, /longer than/],
    ];
    for (const [text, problem] of bad) {
      const found = readNote(Buffer.from(text));
      assert.ok(found.kind === 'broken', text);
      assert.match(found.problem, problem);
    }
    assert.equal(readNote(Buffer.from([0xff])).kind, 'broken');
  });

  it('has a text that ends with a line end, and a name without white space', () => {
    assert.throws(() => signNote('a text', aKey('one')), TypeError);
    assert.throws(() => signNote('a text\n', aKey('one two')), TypeError);
  });
});

function aKey(name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { name, publicKey: raw, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) };
}

function read(text: string): Note {
  const found = readNote(Buffer.from(text));
  assert.ok(found.kind === 'read');
  return found.note;
}
