import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makePlace, opened, raised } from './world.ts';

describe('the fence of a branch that is gone', () => {
  for (const [gone, next] of [
    ['feature', 'feature/one'],
    ['feature/one', 'feature'],
  ] as const) {
    it(`is named with the command that removes it, where ${next} comes after ${gone}`, async (t) => {
      const place = makePlace(t, 'bare');
      place.git('branch', gone, 'main');
      await (await raised(t, await opened(t, place, { branch: gone }), 1)).lower();
      place.git('branch', '-D', gone);
      place.git('branch', next, 'main');
      const open = await opened(t, place, { branch: next });
      await assert.rejects(raised(t, open, 2), {
        code: 'fence_obstructed',
        message: new RegExp(`\`git update-ref -d refs/ghost/fence/${gone}\``),
      });
      place.git('update-ref', '-d', `refs/ghost/fence/${gone}`);
      await raised(t, open, 2);
    });
  }
});
