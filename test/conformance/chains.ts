import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EntryDraft, SYSTEM_CHAIN } from '../../src/core/ledger/entry.ts';
import { verifyChain } from '../../src/core/ledger/verify-chain.ts';
import type { Patch } from '../../src/core/patch/patch.ts';
import type { LedgerPorts } from '../../src/ports/ledger-ports.ts';
import { freshName, givenStep, givenSubmission, registered } from './given.ts';
import { anyEvent, pick, seeded } from './random.ts';
import { type OpenSubject, subjectOf } from './subject.ts';

const ALL = 10_000;

/** What src/ports/chain.ts promises of chains, sentence by sentence. */
export function chainsSuite(name: string, open: OpenSubject): void {
  describe(`the chains of ${name}`, () => {
    const subject = subjectOf(open);
    const draft = (given: Partial<EntryDraft> = {}): EntryDraft => {
      const facts = { chain: SYSTEM_CHAIN, at: 1, actor: 'ada', type: 'phase.frozen', subject: 'release' };
      return { ...facts, data: { until: null, depth: [1, { a: 'Ä' }] }, ...given };
    };

    it('number entries from 1, each pointing back to the one before', async () => {
      const { chains } = subject.ports;
      const chain = freshName();
      const first = await chains.append(draft({ chain }));
      const second = await chains.append(draft({ chain, data: null }));
      assert.deepEqual([first.n, second.n], [1, 2]);
      assert.equal(first.previous, '0'.repeat(64));
      assert.equal(second.previous, first.hash);
      assert.deepEqual(await chains.entries(chain, 0, 9), [first, second]);
    });

    it('keep an entry as it was sealed, unpaired surrogates and all', async () => {
      const { chains } = subject.ports;
      const chain = freshName();
      const entry = await chains.append(draft({ chain, actor: '\ud83d', data: { text: '\u0000\udc00' } }));
      assert.deepEqual(await chains.entries(chain, 0, 9), [entry]);
      assert.deepEqual(verifyChain([entry], null), []);
    });

    it('are read in pages, ascending', async () => {
      const { chains } = subject.ports;
      const chain = freshName();
      for (let n = 1; n <= 5; n++) await chains.append(draft({ chain }));
      const numbers = async (after: number, limit: number) =>
        (await chains.entries(chain, after, limit)).map(({ n }) => n);
      assert.deepEqual(await numbers(0, 2), [1, 2]);
      assert.deepEqual(await numbers(2, 2), [3, 4]);
      assert.deepEqual(await numbers(4, 2), [5]);
      assert.deepEqual(await numbers(5, 2), []);
    });

    it('give everything about one subject, whatever chain it is in', async () => {
      const { chains } = subject.ports;
      const about = freshName('subject');
      const first = await chains.append(draft({ chain: freshName(), subject: about }));
      await chains.append(draft({ chain: first.chain }));
      const second = await chains.append(draft({ chain: freshName(), subject: about }));
      assert.deepEqual(await chains.entriesAbout(about), [first, second]);
      assert.deepEqual(await chains.entriesAbout('nothing'), []);
    });

    it('have heads, sorted by name, which name the last entry of each', async () => {
      const { chains } = subject.ports;
      const { chain, n, hash } = await chains.append(draft({ chain: freshName() }));
      const heads = await chains.heads();
      assert.deepEqual(
        heads.find((head) => head.chain === chain),
        { chain, n, hash },
      );
      assert.deepEqual(
        heads.map((head) => head.chain),
        heads.map((head) => head.chain).toSorted(),
      );
    });

    it('tell each entry in the outbox: large data as its size, the system as no workspace', async () => {
      const { chains, outbox } = subject.ports;
      const before = await outbox.newest();
      const small = await chains.append(draft());
      const large = await chains.append(draft({ chain: freshName(), data: 'x'.repeat(5000) }));
      const [first, second] = await outbox.after(before, 9);
      const { type, at, actor, subject: about } = small;
      assert.deepEqual(first, {
        position: before + 1,
        type,
        at,
        workspace: null,
        subject: about,
        actor,
        data: small.data,
      });
      assert.deepEqual([second?.workspace, second?.data], [large.chain, { omitted: 5002 }]);
      assert.deepEqual(await outbox.entryAt(before + 2), large);
    });

    it('stay without a branch when 100 entries are appended at once', async () => {
      const { chains } = subject.ports;
      const chain = freshName();
      await Promise.all(Array.from({ length: 100 }, () => chains.append(draft({ chain }))));
      await assertWhole(subject.ports, chain, 100);
    });

    for (const seed of [1, 20_261_122]) {
      it(`verify after random operations (seed ${seed})`, async () => {
        const names = [await registered(subject.ports), await registered(subject.ports)];
        const written = await operateAtRandom(subject.ports, names, seeded(seed));
        let entries = 0;
        for (const chain of names) entries += await assertWhole(subject.ports, chain);
        assert.equal(entries, names.length + written);
      });
    }
  });
}

/** Every entry of the chain, verified against its head. */
async function assertWhole({ chains }: LedgerPorts, chain: string, count?: number): Promise<number> {
  const entries = await chains.entries(chain, 0, ALL);
  const head = (await chains.heads()).find((candidate) => candidate.chain === chain) ?? null;
  assert.notEqual(head, null);
  assert.deepEqual(verifyChain(entries, head), []);
  if (count !== undefined) assert.equal(entries.length, count);
  return entries.length;
}

/** Accepts and moves patches at random, some of it stale; gives how many of the calls were to be written down. */
async function operateAtRandom(
  { ledger }: LedgerPorts,
  names: readonly string[],
  random: () => number,
): Promise<number> {
  const known: Patch[] = [];
  let written = 0;
  for (let round = 0; round < 40; round++) {
    const calls = Array.from({ length: 8 }, async () => {
      const patch = known.length > 0 && random() < 0.6 ? pick(known, random) : null;
      if (patch === null) {
        const { kind, patch } = await acceptAtRandom(ledger, pick(names, random), random);
        known.push(patch);
        return kind === 'accepted';
      }
      const event = anyEvent(patch, random);
      if (event === null) return false;
      const recorded = await ledger.record(givenStep(patch, event));
      if (recorded.kind !== 'fenced') known.push(recorded.patch);
      return recorded.kind === 'recorded';
    });
    written += (await Promise.all(calls)).filter(Boolean).length;
  }
  return written;
}

async function acceptAtRandom(ledger: LedgerPorts['ledger'], workspace: string, random: () => number) {
  const content = `content ${Math.floor(random() * 200)}`;
  const answer = await ledger.accept(givenSubmission({ workspace, content }));
  if (answer.kind === 'unknown-workspace') throw new Error(`${workspace} is registered`);
  return answer;
}
