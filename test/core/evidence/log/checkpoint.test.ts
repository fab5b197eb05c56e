import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkpointText, readCheckpoint } from '../../../../src/core/evidence/log/checkpoint.ts';
import { leafHash, logRoot } from '../../../../src/core/evidence/log/merkle.ts';

const root = logRoot([leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))]);
const checkpoint = { origin: 'ghost/01J/notes', size: 2, root };

describe('A checkpoint', () => {
  it('is three lines, and read back from them', () => {
    const text = checkpointText(checkpoint);
    assert.equal(text, `ghost/01J/notes\n2\n${Buffer.from(root, 'hex').toString('base64')}\n`);
    assert.deepEqual(readCheckpoint(text), { kind: 'read', checkpoint });
  });

  it('is read in one spelling alone', () => {
    const [origin, size, hash] = checkpointText(checkpoint).split('\n');
    const bad: readonly (readonly [string, RegExp])[] = [
      [`${origin}\n${size}\n${hash}`, /three lines/],
      [`${origin}\n${size}\n${hash}\nmore\n`, /three lines/],
      [`\n${size}\n${hash}\n`, /origin/],
      [`a log\n${size}\n${hash}\n`, /origin/],
      [`${origin}\n02\n${hash}\n`, /size/],
      [`${origin}\n-2\n${hash}\n`, /size/],
      [`${origin}\n9999999999999999\n${hash}\n`, /size/],
      [`${origin}\n${size}\n${hash?.replace('=', '')}\n`, /root/],
      [`${origin}\n${size}\nAAAA\n`, /root/],
    ];
    for (const [text, problem] of bad) {
      const found = readCheckpoint(text);
      assert.ok(found.kind === 'broken', text);
      assert.match(found.problem, problem);
    }
  });

  it('is not written of a log without a name, nor of a size that is none', () => {
    assert.throws(() => checkpointText({ ...checkpoint, origin: 'a log' }), TypeError);
    assert.throws(() => checkpointText({ ...checkpoint, size: -1 }), TypeError);
  });
});
