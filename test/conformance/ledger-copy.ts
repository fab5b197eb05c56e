import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { memoryLedger } from '../../src/adapters/memory/ledger.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import type { LedgerCopy, LedgerPart } from '../../src/ports/ledger-copy.ts';
import type { LedgerPorts, OpenedLedger } from '../../src/ports/ledger-ports.ts';
import { answersOf, fillLedger } from './filled-ledger.ts';
import { accepted, claimed, givenSubmission, givenWorkspace, hasCode, moved } from './given.ts';
import { type HandClock, handClock } from './hand-clock.ts';

/** An empty ledger that can be copied. */
export type OpenCopied = (clock: HandClock) => Promise<OpenedLedger & { readonly copy: LedgerCopy }>;

const openMemory: OpenCopied = async (clock) => ({ ...memoryLedger({ clock }), close: async () => {} });

/** What src/ports/ledger-copy.ts promises, sentence by sentence: between two of the same kind, and to and from memory. */
export function ledgerCopySuite(name: string, open: OpenCopied): void {
  const opened = async (t: TestContext, how = open) => {
    const clock = handClock();
    const one = await how(clock);
    t.after(() => one.close());
    return { ...one, clock };
  };

  describe(`the copy of a ledger of ${name}`, () => {
    for (const [way, from, to] of [
      ['to another', open, open],
      ['to memory', open, openMemory],
      ['from memory', openMemory, open],
    ] as const) {
      it(`answers every question as the ledger it was made of: ${way}`, async (t) => {
        const [source, target] = [await opened(t, from), await opened(t, to)];
        const asked = await fillLedger(source, source.clock);
        await moveAll(source.copy, target.copy);
        assert.deepEqual(await answersOf(target, asked), await answersOf(source, asked));
        assert.deepEqual(await partsOf(target.copy), await partsOf(source.copy));
      });
    }

    it('goes on where the ledger stopped: keys, claims, tokens, names, numbers and positions', async (t) => {
      const [source, target] = [await opened(t), await opened(t)];
      const { given, lease, removed } = await fillLedger(source, source.clock);
      await moveAll(source.copy, target.copy);
      const again = await target.ledger.accept({ ...given, id: givenSubmission().id });
      assert.deepEqual([again.kind, again.kind === 'repeated' && again.patch.id], ['repeated', given.id]);
      target.clock.turn(60_000);
      const taken = await target.leaser.take({ name: lease.name, owner: 'r2', ttlMs: 1_000, above: 0 });
      assert.equal(taken.kind === 'taken' && taken.lease.token, lease.token + 1);
      const elsewhere = givenWorkspace({ name: removed, gitDir: '/srv/elsewhere.git' });
      assert.equal((await target.workspaces.add(elsewhere))?.taken, 'name');
      const [newest, all] = [await target.outbox.newest(), await target.ledger.list({ limit: 1_000 })];
      const patch = await accepted(target.ledger, { workspace: given.workspace });
      assert.ok(patch.seq > Math.max(...all.map(({ seq }) => seq)));
      const told = await target.outbox.entryAt(newest + 1);
      const chain = await target.chains.entries(given.workspace, 0, 1_000);
      assert.deepEqual([told, told?.previous], [chain.at(-1), chain.at(-2)?.hash]);
    });

    it('is of one moment, whatever is written while it is read', async (t) => {
      const source = await opened(t);
      const { given, landed } = await fillLedger(source, source.clock);
      const before = await partsOf(source.copy);
      const snapshot = await source.copy.read();
      const parts: LedgerPart[] = [];
      for await (const part of snapshot.parts) {
        if (parts.length < 3) await accepted(source.ledger, { workspace: given.workspace });
        if (parts.length === 2) await moveOn(source, [given.id, landed]);
        parts.push(part);
      }
      await snapshot.close();
      await snapshot.close();
      assert.deepEqual(parts, before);
      const total = Object.values(snapshot.counts).reduce((sum, count) => sum + count, 0);
      assert.equal(total, parts.length);
    });

    it('leaves nothing behind where its parts break off, and is taken whole after that', async (t) => {
      const [source, target] = [await opened(t, openMemory), await opened(t)];
      await fillLedger(source, source.clock);
      const parts = await partsOf(source.copy);
      for (const most of [1, parts.length - 1]) {
        const broken = breaking(parts.slice(0, most));
        await assert.rejects(target.copy.write(broken), /broken off/);
        assert.deepEqual(await partsOf(target.copy), []);
      }
      await target.copy.write(each(parts));
      assert.deepEqual(await partsOf(target.copy), parts);
    });

    it('is refused by a ledger that has anything, and changes nothing there', async (t) => {
      const [source, target] = [await opened(t, openMemory), await opened(t)];
      await fillLedger(source, source.clock);
      await target.leaser.take({ name: 'relay', owner: 'r1', ttlMs: 1_000, above: 0 });
      const before = await partsOf(target.copy);
      await assert.rejects(moveAll(source.copy, target.copy), hasCode('ledger_not_empty'));
      assert.deepEqual(await partsOf(target.copy), before);
    });

    it('of a ledger with nothing in it is nothing', async (t) => {
      const [source, target] = [await opened(t), await opened(t)];
      await moveAll(source.copy, target.copy);
      assert.deepEqual(await partsOf(target.copy), []);
      await accepted(target.ledger, { workspace: await registeredIn(target) });
    });
  });
}

/** One that is not over, and one that is: it still tells what became of the work tree. */
async function moveOn({ ledger, outbox }: LedgerPorts, [open, over]: readonly PatchId[]): Promise<void> {
  const patches = [await ledger.find(open as PatchId), await ledger.find(over as PatchId)];
  const events = [claimed, { type: 'followed', worktree: 'followed' }] as const;
  for (const [at, patch] of patches.entries()) if (patch) await moved(ledger, patch, events[at] ?? claimed);
  await outbox.moveCursor('audit', await outbox.newest());
}

async function registeredIn({ workspaces }: LedgerPorts): Promise<string> {
  const workspace = givenWorkspace();
  await workspaces.add(workspace);
  return workspace.name;
}

async function moveAll(from: LedgerCopy, to: LedgerCopy): Promise<void> {
  const snapshot = await from.read();
  try {
    await to.write(snapshot.parts);
  } finally {
    await snapshot.close();
  }
}

/** Bodies as plain arrays of bytes: some stores give a Buffer. */
export async function partsOf(copy: LedgerCopy): Promise<readonly LedgerPart[]> {
  const snapshot = await copy.read();
  const parts: LedgerPart[] = [];
  for await (const part of snapshot.parts)
    parts.push(part.kind === 'patch' ? { ...part, body: new Uint8Array(part.body) } : part);
  await snapshot.close();
  return parts;
}

async function* each(parts: readonly LedgerPart[]): AsyncGenerator<LedgerPart> {
  yield* parts;
}

async function* breaking(parts: readonly LedgerPart[]): AsyncGenerator<LedgerPart> {
  yield* parts;
  throw new Error('broken off');
}
