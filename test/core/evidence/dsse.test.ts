import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dsse } from '@sigstore/core';
import { bundleOf, preAuthEncoding, readBundle, sealEnvelope } from '../../../src/core/evidence/dsse.ts';

const KEY = { keyId: 'k', sign: (bytes: Uint8Array) => bytes.subarray(0, 64) };

describe('an envelope', () => {
  it('is signed over the encoding of the standard, as an independent library has it', () => {
    // DSSE 1.0, protocol.md: the example of the text.
    const example = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    assert.equal(String(Buffer.from(example)), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
    for (const payload of ['', 'a', '\0\n ', 'é'.repeat(300)])
      assert.deepEqual(
        Buffer.from(preAuthEncoding('application/vnd.in-toto+json', Buffer.from(payload))),
        dsse.preAuthEncoding('application/vnd.in-toto+json', Buffer.from(payload)),
      );
  });

  it('is read again from its line, byte for byte', () => {
    const envelopes = ['{"a":1}', '{}'].map((text) => sealEnvelope(Buffer.from(text), KEY));
    const bytes = bundleOf(envelopes);
    const read = readBundle(bytes);
    assert.deepEqual(read, { kind: 'read', envelopes });
    assert.ok(read.kind === 'read');
    assert.deepEqual(bundleOf(read.envelopes), bytes);
  });

  it('is not read from what nobody here would write', () => {
    const whole = Buffer.from(bundleOf([sealEnvelope(Buffer.from('{}'), KEY)])).toString('utf8');
    for (const text of [
      '',
      whole.trimEnd(),
      `${whole}\n`,
      whole.replace('"payload":"e30="', '"payload":"e30"'),
      whole.replace(/"signatures":\[.*\]/, '"signatures":[]'),
      whole.replace('"keyid":"k"', '"keyid":1'),
      'null\n',
      '[]\n',
    ])
      assert.equal(readBundle(Buffer.from(text)).kind, 'broken', JSON.stringify(text));
  });
});
