import assert from 'node:assert/strict';
import { it } from 'node:test';
import { redactText } from '../../src/platform/redact.ts';

it('hides credentials in URLs of any scheme that is in use', () => {
  for (const scheme of ['redis', 'mongodb+srv', 'a.b-c+d', 'postgresql'])
    assert.equal(redactText(`at ${scheme}://user:pass@host/x`), `at ${scheme}://***@host/x`);
});

/** Each begins a match of one of the patterns as often as it can. Linear: milliseconds; by the square: minutes. */
for (const piece of [
  'a.',
  'a+',
  'eyJ.',
  'bearer ',
  'a://b',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  'xoxb-',
])
  it(`takes linear time for a long text of ${JSON.stringify(piece)}`, () => {
    const began = performance.now();
    redactText(piece.repeat(400_000 / piece.length));
    assert.ok(performance.now() - began < 2_000);
  });
