import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cancelPatch } from '../../../src/app/cancel-patch.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { canonicalJson, type Json } from '../../../src/core/json.ts';
import { type Entry, GENESIS } from '../../../src/core/ledger/entry.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import { creating } from '../diffs.ts';
import { aLine, type TestLine } from '../line.ts';
import { historyJson, historyOf } from './history-json.ts';
import type { Acknowledged, LineHistory, Violation } from './line-history.ts';
import { readLineHistory } from './read-line-history.ts';
import { violationsIn } from './violations.ts';

/** Three patches landed, one rejected by its check, one cancelled; each with a receipt. */
async function aGoodHistory(line: TestLine): Promise<LineHistory> {
  const acknowledged: Acknowledged[] = [];
  const submit = async (file: string, key: string | null = null) => {
    const { patch } = await line.submit(creating(file), { idempotencyKey: key });
    acknowledged.push({ id: patch.id, key, digest: patch.digest });
    return patch.id;
  };
  await submit('a.txt', 'key a');
  await submit('broken');
  await submit('b.txt');
  const given = await submit('given-up.txt');
  await submit('c.txt');
  await cancelPatch(line.needs, { id: given, actor: 'somebody', role: 'admin' });
  for (let moves = 0; moves < 4; moves++) await line.next();
  return readLineHistory(line.needs, 'main', acknowledged);
}

type Change<Value> = (value: Value) => Value;
const nth =
  <Value>(at: number, change: Change<Value>) =>
  (all: readonly Value[]): Value[] =>
    all.map((value, index) => (index === at ? change(value) : value));
const exchanged = <Value>(all: readonly Value[], one: number, other: number): readonly Value[] =>
  all.map((value, at) => all[at === one ? other : at === other ? one : at] ?? value);

/** Numbers, links and hashes made good again, as somebody who forges a chain would. */
function sealedAgain(entries: readonly Entry[]): readonly Entry[] {
  let previous = GENESIS;
  return entries.map((entry, index) => {
    const { hash: _, ...rest } = { ...entry, n: index + 1, previous };
    previous = sha256(canonicalJson(rest));
    return { ...rest, hash: previous };
  });
}

function withData(type: string, at: number, change: (data: Record<string, Json>) => object) {
  return (history: LineHistory): LineHistory => {
    const hit = history.entries.filter((entry) => entry.type === type)[at];
    const entries = history.entries.map((entry) =>
      entry === hit ? { ...entry, data: change(entry.data as Record<string, Json>) as Json } : entry,
    );
    return { ...history, entries: sealedAgain(entries) };
  };
}

/** Both the patch and its chain changed in the same way, so that neither betrays the other. */
function withIntent(at: number, change: Record<string, unknown>) {
  return (history: LineHistory): LineHistory => {
    const intended = withData('patch.intended', at, ({ intent }) => ({
      intent: { ...(intent as object), ...change },
    }));
    const patches = landed(history.patches);
    const id = patches[at]?.id;
    return {
      ...intended(history),
      patches: history.patches.map((patch) =>
        patch.id === id && patch.state.name === 'landed'
          ? { ...patch, state: { ...patch.state, intent: { ...patch.state.intent, ...change } } }
          : patch,
      ),
    };
  };
}

function landed(patches: readonly Patch[]): readonly Patch[] {
  return patches.filter(({ state }) => state.name === 'landed');
}

function withState(at: number, state: Partial<Patch['state']>) {
  return (history: LineHistory): LineHistory => ({
    ...history,
    patches: nth<Patch>(at, (patch) => ({ ...patch, state: { ...patch.state, ...state } as Patch['state'] }))(
      history.patches,
    ),
  });
}

function without(type: string, at = 0) {
  return (history: LineHistory): LineHistory => {
    const hit = history.entries.filter((entry) => entry.type === type)[at];
    return { ...history, entries: sealedAgain(history.entries.filter((entry) => entry !== hit)) };
  };
}

const onBranch =
  (change: Change<LineHistory['branch']>) =>
  (history: LineHistory): LineHistory => ({ ...history, branch: change(history.branch) });
const inChain =
  (change: Change<LineHistory['entries']>) =>
  (history: LineHistory): LineHistory => ({ ...history, entries: change(history.entries) });
const receipts =
  (change: Change<LineHistory['acknowledged']>) =>
  (history: LineHistory): LineHistory => ({ ...history, acknowledged: change(history.acknowledged) });

/** The first claim is told to have come before the patch ahead of it was judged. */
function overtaking(history: LineHistory): LineHistory {
  const rejected = history.patches.find(({ state }) => state.name === 'rejected')?.id;
  const moved = history.entries.filter(
    ({ subject, type }) => subject === rejected && type !== 'patch.accepted',
  );
  const last = history.entries.findLastIndex(({ type }) => type === 'patch.followed');
  const kept = history.entries.slice(0, last + 1).filter((entry) => !moved.includes(entry));
  const rest = history.entries.slice(last + 1).filter((entry) => !moved.includes(entry));
  return { ...history, entries: sealedAgain([...kept, ...moved, ...rest]) };
}

function leaseTakenBefore(type: string) {
  return inChain((entries) => {
    const at = entries.findIndex((entry) => entry.type === type);
    const lease = entries[at - 1];
    const taken = {
      ...lease,
      type: 'lease.taken',
      actor: 'another',
      data: { token: 99, after: null },
    } as Entry;
    return sealedAgain([...entries.slice(0, at), taken, ...entries.slice(at)]);
  });
}

const DAMAGES: readonly [string, Violation['guarantee'], (history: LineHistory) => LineHistory, RegExp][] = [
  [
    'a receipt whose patch is gone',
    'G1 durable',
    receipts(nth(0, (one) => ({ ...one, id: 'p_gone' as Patch['id'] }))),
    /p_gone was acknowledged and is not in the ledger/,
  ],
  [
    'a receipt for another text',
    'G1 durable',
    receipts(nth(0, (one) => ({ ...one, digest: sha256('another') }))),
    /was acknowledged with digest/,
  ],
  [
    'a key that gave two patches',
    'G1 durable',
    receipts((all) => all.map((one) => ({ ...one, key: 'key a' }))),
    /key key a gave 5 patches/,
  ],
  [
    'a patch that never came to its end',
    'G1 durable',
    withState(0, { name: 'queued' }),
    /is queued, and nothing moves any more/,
  ],
  [
    'a landed patch without its commit',
    'G2 exactly once',
    onBranch((branch) => branch.slice(0, -1)),
    /which is not on the branch/,
  ],
  [
    'a patch that is on the branch twice',
    'G2 exactly once',
    onBranch((branch) => [...branch, { ...branch[1], id: 'f'.repeat(40) } as (typeof branch)[number]]),
    /is on the branch 2 times/,
  ],
  [
    'a rejected patch on the branch',
    'G2 exactly once',
    withState(0, { name: 'rejected' }),
    /is rejected, and [0-9a-f]{40} names it on the branch/,
  ],
  [
    'a commit of an unknown patch',
    'G2 exactly once',
    onBranch((branch) => [...branch, { ...branch[0], patch: 'p_unknown' } as (typeof branch)[number]]),
    /names p_unknown, which is not in the ledger/,
  ],
  [
    'a commit with another tree',
    'G3 gated = landed',
    onBranch(nth(2, (commit) => ({ ...commit, tree: 'e'.repeat(40) as typeof commit.tree }))),
    /has tree e{40}, expected/,
  ],
  [
    'a commit on another parent',
    'G3 gated = landed',
    onBranch(nth(2, (commit) => ({ ...commit, parent: null }))),
    /has parent none/,
  ],
  [
    'an intended tree that no check saw',
    'G3 gated = landed',
    withData('patch.checked', 0, (data) => ({ ...data, tree: 'e'.repeat(40) })),
    /intended is tree/,
  ],
  [
    'a landing in spite of a failed check',
    'G3 gated = landed',
    withData('patch.checked', 0, (data) => ({
      ...data,
      verdicts: (data.verdicts as readonly object[]).map((verdict) => ({ ...verdict, verdict: 'fail' })),
    })),
    /not every verdict is a pass/,
  ],
  ['a landing without a check', 'G3 gated = landed', without('patch.checked'), /no verdict before it/],
  [
    'a gap in the landing numbers',
    'G4 serial',
    withIntent(2, { landingSeq: 4 }),
    /has landing number 4, expected 3/,
  ],
  [
    'commits in another order',
    'G4 serial',
    onBranch((branch) => exchanged(branch, 1, 2)),
    /and its commit is before that one's/,
  ],
  ['a patch that overtook another', 'G4 serial', overtaking, /stood before it/],
  ['an older token on top of a newer one', 'G5 fenced', withIntent(0, { token: 7 }), /on top of .* under 7/],
  [
    'a step of a holder whose lease was taken over',
    'G5 fenced',
    leaseTakenBefore('patch.landed'),
    /patch\.landed of .* by test, and another holds token 99/,
  ],
  [
    'a claim under an old token',
    'G5 fenced',
    withData('patch.claimed', 1, (data) => ({ ...data, token: 0 })),
    /has token 0, the newest is/,
  ],
  [
    'a state that does not follow from the one before',
    'G8 accounted',
    without('patch.intended'),
    /landed cannot happen to/,
  ],
  [
    'an entry that is gone',
    'G8 accounted',
    inChain((all) => all.toSpliced(3, 1)),
    /stands where entry 4 belongs/,
  ],
  [
    'an entry that was edited',
    'G8 accounted',
    inChain(nth(3, (entry) => ({ ...entry, at: entry.at + 1 }))),
    /entry 4 does not have its own hash/,
  ],
  [
    'a patch that is not what its entries tell',
    'G8 accounted',
    (history) => ({
      ...history,
      patches: nth<Patch>(1, (patch) => ({ ...patch, author: 'nobody' }))(history.patches),
    }),
    /author is "nobody", the chain tells "test"/,
  ],
];

describe('violations of the guarantees in a history', () => {
  let line: TestLine;
  let good: LineHistory;
  before(async () => {
    line = await aLine();
    good = await aGoodHistory(line);
  });
  after(() => line.close());

  it('are not found where there are none', () => {
    assert.deepEqual(
      good.patches.map(({ state }) => state.name),
      ['landed', 'rejected', 'landed', 'cancelled', 'landed'],
    );
    assert.deepEqual(violationsIn(good), []);
  });

  for (const [damage, guarantee, make, sentence] of DAMAGES)
    it(`are found: ${damage}`, () => {
      const found = violationsIn(make(good)).filter((violation) => violation.guarantee === guarantee);
      assert.match(found.map(({ problem }) => problem).join('\n'), sentence);
    });

  it('are found again in a history that was kept as JSON', () => {
    const kept = historyOf(historyJson(good));
    assert.deepEqual(kept, good);
    const damaged = onBranch((branch) => branch.slice(0, -1))(good);
    assert.deepEqual(violationsIn(historyOf(historyJson(damaged))), violationsIn(damaged));
  });
});
