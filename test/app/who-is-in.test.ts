import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { memoryAdmission } from '../../src/adapters/memory/admission.ts';
import { publicStatus, readStatus } from '../../src/app/read-status.ts';
import { fail } from '../../src/core/errors.ts';
import type { Admission } from '../../src/ports/admission.ts';
import { HandClock } from '../world/clock.ts';
import { openWorld } from '../world/needs.ts';

describe('the status of a workspace', () => {
  it('tells who was let in, under which key and until when, to viewers alone', async (t) => {
    const clock = new HandClock(Date.parse('2026-11-22T10:00:00Z'));
    const admission = memoryAdmission({ clock });
    await admission.enter({ name: 'main', owner: 'runner/1' }, 15_000);
    const { view, stranger } = await statusWith(t, admission);
    const expiresAt = '2026-11-22T10:00:15.000Z';
    assert.deepEqual(view, { kind: 'admitted', key: 'main', owner: 'runner/1', expiresAt });
    assert.doesNotMatch(stranger, /runner\/1|admi/);
  });

  it('tells that nobody is in, that nobody can tell, and that nothing stands there, as three things', async (t) => {
    const gone = async () => {
      throw fail('store_unavailable', { problem: 'cut off' });
    };
    const nobody = await statusWith(t, memoryAdmission({ clock: new HandClock() }));
    assert.deepEqual(nobody.view, { kind: 'nobody' });
    const unknown = await statusWith(t, { enter: gone, leave: gone, find: gone });
    assert.equal(unknown.view?.kind, 'unknown');
    assert.match(JSON.stringify(unknown.view), /cut off/);
    assert.equal((await statusWith(t, null)).view, null);
  });
});

async function statusWith(t: TestContext, admission: Admission | null) {
  const world = await openWorld({ admission });
  t.after(() => world.close());
  await world.workspace('main');
  const status = await readStatus(world.needs);
  return { view: status.workspaces[0]?.admission, stranger: JSON.stringify(publicStatus(status)) };
}
