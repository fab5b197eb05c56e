import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { judgeRecording, SYNCS, type SyncKind, sceneOf } from './campaign.ts';
import { type Recording, record, whyNotTraced } from './record.ts';

/*
 * A sample: one recording, few images. `npm run crash:power` has as many of both as are asked for, and robs each of the
 * syncs in turn; here those whose loss shows quickly.
 */
const SEED = 20_261_122;
const IMAGES = 4;
const ROBBED: readonly SyncKind[] = ['the ledger', 'names in the home', 'the audit log'];

describe('a machine that loses power', { skip: whyNotTraced() ?? false }, () => {
  let recording: Recording;
  before(async () => {
    recording = await record(sceneOf(0));
  });

  it('keeps every promise, whatever was not synced', async (test) => {
    const violations: string[] = [];
    const figures = await judgeRecording(recording, {
      ...{ seed: SEED, images: IMAGES, names: 'directory', without: null },
      onViolation: (text) => {
        violations.push(text);
        return 'go on';
      },
    });
    test.diagnostic(`seed ${SEED}: ${JSON.stringify(figures)}`);
    assert.deepEqual(violations, []);
    assert.equal(figures.images, IMAGES);
    assert.ok(figures.promises > 0, 'something had been promised');
  });

  for (const without of ROBBED) {
    it(`would break a promise without the syncs of ${without}`, async () => {
      const figures = await judgeRecording(recording, {
        ...{ seed: SEED, images: 60, names: 'directory', without },
        onViolation: () => 'stop',
      });
      assert.equal(figures.violated, 1, `not seen in ${figures.images} images`);
    });
  }

  it('is not recorded without the syncs that are looked for', () => {
    const synced = recording.operations.flatMap((one) => (one.kind === 'sync' ? [one.path] : []));
    for (const [what, pattern] of Object.entries(SYNCS))
      assert.ok(
        synced.some((path) => pattern.test(path)),
        what,
      );
  });
});
