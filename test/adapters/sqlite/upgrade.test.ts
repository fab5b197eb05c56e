import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { STEPS } from '../../../src/adapters/sqlite/migrations.ts';
import { openSqliteLedger } from '../../../src/adapters/sqlite/open.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { patchSummary } from '../../../src/app/patch-reads.ts';
import { retryPatch } from '../../../src/app/retry-patch.ts';
import { verifyPatches } from '../../../src/app/verify/verify-patches.ts';
import { sha256 } from '../../../src/core/digest.ts';
import type { Path } from '../../../src/core/git.ts';
import { canonicalJson, type Json } from '../../../src/core/json.ts';
import { type Entry, type EntryDraft, sealEntry } from '../../../src/core/ledger/entry.ts';
import { acceptedEntry, stepEntry } from '../../../src/core/ledger/patch-entry.ts';
import { workspaceAdded } from '../../../src/core/ledger/workspace-entry.ts';
import { patchId } from '../../../src/core/patch/id.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import { advance, type PatchEvent } from '../../../src/core/patch/transition.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { claimed, failed, givenWorkspace, landing, TREE } from '../../conformance/given.ts';
import { openWorld } from '../../world/needs.ts';
import { aPatch } from '../../world/patches.ts';
import { scratchFile } from './scratch.ts';

/** The last schema before there were series and merges. */
const BEFORE_SERIES = 2;
const BODY = Buffer.from('--- a/f\n+++ b/f\n@@ -1 +1 @@\n-old\n+new\n');

/** A fault as it was before it told the file that was read. */
const OLD_FAULT = {
  ...{ code: 'hunk_not_found', message: 'It is not there.', hint: 'Look again.', path: 'f' as Path },
  ...{ hunk: 1, patchLine: 3, expected: ['old'], closest: null, candidates: [], foundIn: null },
} as const;
const rejected = { type: 'rejected', reason: 'does_not_apply', faults: [OLD_FAULT] } as unknown as PatchEvent;
const CHECKED = { tree: TREE, gate: 'g', verdicts: [] } as const;
const checked = { type: 'checked', ...CHECKED } as unknown as PatchEvent;

/** `aPatch` as it was stored then, each life with an id of its own. */
const LIVES: readonly (readonly PatchEvent[])[] = [
  [],
  [claimed, rejected],
  [claimed, failed],
  [claimed, checked, ...landing(1).slice(1)],
];

/** A ledger file as the version wrote it that knew neither series nor merges: its schema, its rows, its entries. */
function writeOldLedger(file: string): readonly Patch[] {
  const db = new DatabaseSync(file);
  for (const step of STEPS.slice(0, BEFORE_SERIES)) db.exec(step);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = ${BEFORE_SERIES}`);
  let head: Entry | null = null;
  const append = (draft: EntryDraft): void => {
    head = sealEntry(draft, head);
    const { lastInsertRowid } = db.prepare('INSERT INTO entry (sealed) VALUES (?)').run(canonicalJson(head));
    db.prepare('INSERT INTO outbox (entry, data) VALUES (?, ?)').run(lastInsertRowid, '{}');
    db.prepare('INSERT OR REPLACE INTO chain_head VALUES (?, ?, ?)').run(head.chain, head.n, head.hash);
  };
  const workspace = givenWorkspace({ name: 'main' });
  const { remote: _remote, baseline: _baseline, ...columns } = workspace;
  db.prepare(
    'INSERT INTO workspace VALUES (:name, :gitDir, :workTree, :branch, :addedAt, :addedBy, :paused)',
  ).run(columns);
  append(workspaceAdded(workspace));
  const patches = LIVES.map((events, at) => {
    let patch: Patch = { ...aPatch(), id: patchId(`01JDB0000000000000000000A${at}`), seq: at + 1 };
    patch = { ...patch, digest: sha256(BODY), size: BODY.length };
    const entry = acceptedEntry(patch, 'again');
    const { series: _, merge: __, ...data } = entry.data as { readonly [name: string]: Json };
    append({ ...entry, data });
    for (const [n, event] of events.entries()) {
      const moment = 2_000 + n;
      patch = advance(patch, event, moment);
      append(stepEntry({ after: patch, event, at: moment, actor: 'runner' }));
    }
    insertPatch(db, patch);
    return patch;
  });
  db.close();
  return patches;
}

function insertPatch(
  db: DatabaseSync,
  { lineage: _, series: __, merge: ___, terms: ____, ...patch }: Patch,
): void {
  db.prepare(
    `INSERT INTO patch (id, seq, workspace, title, author, origin, format, digest, size, external_id, idempotency_key,
       accepted_at, version, state, executed_at)
     VALUES (:id, :seq, :workspace, :title, :author, :origin, :format, :digest, :size, :externalId, :idempotencyKey,
       :acceptedAt, :version, :state, :executedAt)`,
  ).run({ ...patch, state: JSON.stringify(patch.state) });
  db.prepare('INSERT INTO patch_body (seq, bytes) VALUES (?, ?)').run(patch.seq, BODY);
}

async function upgraded(test: TestContext) {
  const file = await scratchFile(test);
  await mkdir(dirname(file));
  const patches = writeOldLedger(file);
  const { close, health: _, ...ports } = await openSqliteLedger({ file, clock: systemClock });
  const world = await openWorld(ports);
  test.after(async () => {
    await close();
    await world.close();
  });
  return { patches, needs: world.needs };
}

async function verifiedBy(needs: Needs) {
  const seen = { patches: 0, landed: [] as string[], problems: [] as string[] };
  await verifyPatches(needs, 'main', {
    patch: async ({ id }, entries) => {
      seen.patches += 1;
      if (entries.some(({ type }) => type === 'patch.landed')) seen.landed.push(id);
    },
    entry: () => undefined,
    problem: (problem) => void seen.problems.push(problem),
  });
  return seen;
}

describe('a ledger of a version that knew neither series nor merges', () => {
  it('gives its patches back as they were: each came alone and is never merged', async (test) => {
    const { patches, needs } = await upgraded(test);
    assert.deepEqual(await needs.ledger.list({ limit: 9 }), patches);
  });

  it('is verified whole: every patch is what its chain tells', async (test) => {
    const { patches, needs } = await upgraded(test);
    const verified = await verifiedBy(needs);
    assert.deepEqual([verified.patches, verified.problems], [patches.length, []]);
    assert.deepEqual(verified.landed, [patches.at(-1)?.id]);
  });

  it('goes on: a patch that was rejected is told in full and can be tried again', async (test) => {
    const { patches, needs } = await upgraded(test);
    const [, old] = patches;
    assert.ok(old);
    assert.match(await patchSummary(needs, old.id, 'markdown'), /It is not there/);
    const { patch } = await retryPatch(needs, { id: old.id, author: 'ada', origin: 'http' });
    assert.deepEqual(patch.lineage, { kind: 'retries', patch: old.id, after: old.id });
    assert.deepEqual((await verifiedBy(needs)).problems, []);
  });
});
