import assert from 'node:assert/strict';
import { it } from 'node:test';
import { redactText } from '../../src/platform/redact.ts';

it('hides credentials in URLs of any scheme that is in use', () => {
  for (const scheme of ['redis', 'mongodb+srv', 'a.b-c+d', 'postgresql'])
    assert.equal(redactText(`at ${scheme}://user:pass@host/x`), `at ${scheme}://***@host/x`);
});

it('hides the tokens of hosting services, and lets words that begin as they do stand', () => {
  for (const token of ['ghp_0123456789abcdefghij', 'glpat-0123456789', 'ATBB0123456789abcdef'])
    assert.equal(redactText(`with ${token}: no`), 'with ***: no');
  assert.equal(
    redactText('PRIVATE-TOKEN: abcd1234, and "api_key": "abcd"'),
    'PRIVATE-TOKEN: ***, and "api_key": ***"',
  );
  for (const words of ['glib-networking-tools', 'ghp_tools', 'deploy key: it'])
    assert.equal(redactText(words), words);
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
  'ghp_',
  'glpat-',
  'private-token:',
])
  it(`takes linear time for a long text of ${JSON.stringify(piece)}`, () => {
    const began = performance.now();
    redactText(piece.repeat(400_000 / piece.length));
    assert.ok(performance.now() - began < 2_000);
  });
