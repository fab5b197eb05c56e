import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { ClosestWindow, Fault } from '../../../src/core/change/fault.ts';
import { faultOf } from '../../../src/core/change/fault-of.ts';
import type { BlobId, CommitId, Path } from '../../../src/core/git.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import type { RejectReason } from '../../../src/core/patch/reason.ts';
import { repairRequestFor } from '../../../src/core/patch/repair-request.ts';
import { violations } from '../../workers/schema.ts';
import { aPatch } from '../../world/patches.ts';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../../docs/schemas/repair-request.schema.json', import.meta.url), 'utf8'),
);
const BASE = 'b'.repeat(40) as CommitId;
const SEEN = { lines: 3, blob: 'd'.repeat(40) as BlobId };
const WINDOW: ClosestWindow = { firstLine: 2, lines: ['two'], diff: ['-tow', '+two'] };

const FAULT: Fault = faultOf(
  'hunk_not_found',
  { message: 'f.txt, hunk 1: not there.', hint: 'Read it again.' },
  { path: 'f.txt' as Path, hunk: 1, patchLine: 3, expected: ['tow'], closest: WINDOW, file: SEEN },
);

function rejected(reason: RejectReason, faults: readonly Fault[] = [FAULT]): Patch {
  return { ...aPatch(), state: { name: 'rejected', reason, base: BASE, faults } };
}

describe('a repair request', () => {
  const counted = { round: 1, rounds: 3 };

  it('is made for what its author can repair, and for nothing else', () => {
    for (const reason of ['unparsable', 'does_not_apply', 'path_refused', 'check_failed'] as const)
      assert.notEqual(repairRequestFor(rejected(reason), counted), null, reason);
    assert.equal(repairRequestFor(rejected('changes_nothing'), counted), null);
    assert.equal(repairRequestFor(aPatch(), counted), null);
  });

  it('is as its schema says, which refuses other documents', () => {
    const request = repairRequestFor(rejected('does_not_apply'), counted);
    assert.deepEqual(violations(request, SCHEMA), []);
    assert.deepEqual(request?.files, [{ path: 'f.txt', ...SEEN }]);
    for (const broken of [
      { ...request, round: -1 },
      { ...request, more: 1 },
      { ...request, faults: [{}] },
    ])
      assert.notDeepEqual(violations(broken, SCHEMA), []);
  });

  it('says what failed, what was read, that all is to be sent again, and as which repair', () => {
    const { text = '' } = repairRequestFor(rejected('does_not_apply'), counted) ?? {};
    const id = aPatch().id;
    for (const part of [
      '[hunk_not_found] f.txt, hunk 1: not there.',
      '     -tow\n     +two\n',
      `What was read at commit ${BASE}; where yours is another one, read it again first:\n  f.txt: 3 lines, blob ${SEEN.blob}`,
      'Send all of it again, repaired.',
      `Say that it repairs ${id}: that is repair 2 of at most 3.`,
    ])
      assert.ok(text.includes(part), `${part}\nin\n${text}`);
  });

  it('asks for a person once no rounds are left', () => {
    const request = repairRequestFor(rejected('check_failed'), { round: 3, rounds: 3 });
    assert.equal(request?.roundsLeft, 0);
    assert.match(request?.text ?? '', /no more are taken: have a person look at it\.$/);
  });

  it('takes faults from older entries, which do not tell of the file', () => {
    const { file: _, ...older } = FAULT;
    const request = repairRequestFor(rejected('does_not_apply', [older as Fault]), counted);
    assert.deepEqual(violations(request, SCHEMA), []);
    assert.deepEqual(request?.files, []);
  });
});
