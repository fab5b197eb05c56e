import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { faultOf } from '../../src/core/change/fault-of.ts';
import type { Path } from '../../src/core/git.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import { claimed, moved } from '../conformance/given.ts';
import { serve } from '../gateway/serve.ts';
import { creating } from '../world/diffs.ts';
import { type Terminal, type } from './host.ts';

const FAULT = faultOf(
  'file_exists',
  { message: 'a.txt cannot be created: a file stands there.', hint: 'Choose another path.' },
  { path: 'a.txt' as Path, patchLine: 1 },
);

/** A terminal at a gateway, and a patch of its workspace that was rejected. */
async function withRejected(t: TestContext) {
  const { world, url } = await serve(t);
  await world.workspace('main');
  const terminal: Terminal = { url, token: await world.token('author', 'ada') };
  const ghost = (stdin: string, ...argv: readonly string[]) => type({ ...terminal, stdin }, ...argv);
  const reject = async (id: PatchId) => {
    const patch = await world.needs.ledger.find(id);
    assert.ok(patch !== null);
    const event = { type: 'rejected', reason: 'does_not_apply', faults: [FAULT] } as const;
    await moved(world.needs.ledger, patch, claimed, event);
  };
  const { stdout } = await ghost(creating('a.txt'), 'submit', '-', '--json');
  const { id } = JSON.parse(stdout);
  await reject(id);
  return { ghost, reject, id: id as PatchId };
}

describe('the repair of a patch at the command line', () => {
  it('is asked for in words, submitted with the id, and shown with its round', async (t) => {
    const { ghost, id } = await withRejected(t);
    const shown = await ghost('', 'show', id);
    assert.match(shown.stdout, /\[file_exists\] a\.txt cannot be created/);
    assert.match(shown.stdout, new RegExp(`Say that it repairs ${id}: that is repair 1 of at most 5\\.`));
    const repaired = await ghost(creating('b.txt'), 'submit', '-', '--repairs', id, '--three-way', '--json');
    const view = JSON.parse(repaired.stdout);
    assert.deepEqual([view.lineage, view.merge], [{ kind: 'repairs', patch: id, round: 1 }, 'three-way']);
    const again = await ghost('', 'show', view.id);
    assert.match(again.stdout, new RegExp(`lineage +repairs ${id}, round 1`));
    assert.match(again.stdout, /merge +three-way/);
    assert.match((await ghost('', 'queue')).stdout, new RegExp(`\\(repairs ${id}, round 1\\)`));
  });

  it('is refused with what to do instead, and exit codes that tell the cases apart', async (t) => {
    const { ghost, id } = await withRejected(t);
    const same = await ghost(creating('a.txt'), 'submit', '-', '--repairs', id);
    assert.equal(same.exit, 5);
    assert.match(same.stderr, /byte for byte[\s\S]*ghost retry/);
    await ghost(creating('b.txt'), 'submit', '-', '--repairs', id);
    const second = await ghost(creating('c.txt'), 'submit', '-', '--repairs', id);
    assert.equal(second.exit, 6);
    assert.match(second.stderr, /has its next attempt already: p_\w+, which is queued/);
    assert.equal((await ghost(creating('c.txt'), 'submit', '-', '--repairs', 'p_none')).exit, 7);
  });
});
