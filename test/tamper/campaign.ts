import { DatabaseSync } from 'node:sqlite';
import { verifyOnePatch } from '../../src/app/verify/verify-one-patch.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import { Witness } from '../../src/app/verify/witness.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import { pick } from '../conformance/random.ts';
import {
  changeBundle,
  changeCheckpoint,
  changeFrontier,
  changeOutput,
  changePublishedBundle,
  changePublishedTrust,
  changeTrustFile,
  deleteBundle,
  deleteOutput,
  deletePublished,
  deleteTrustFile,
  exchangeTrustFile,
} from './evidence-files.ts';
import type { Landings } from './landings.ts';
import type { Random } from './random-change.ts';
import {
  type Change,
  changeEntry,
  changeHead,
  changeOutbox,
  changePatchColumn,
  changeText,
} from './stored-fields.ts';

export interface Trial {
  readonly what: string;
  readonly where: string;
  readonly patch: PatchId;
  /** What was said; null where the change was missed. */
  readonly found: string | null;
  readonly tookMs: number;
}

type Fields = Parameters<typeof changeText>[0];
type Files = Parameters<typeof changeBundle>[0];

const IN_LEDGER: readonly ((fields: Fields) => Change)[] = [
  ...[changePatchColumn, changePatchColumn, changePatchColumn, changeText],
  ...[changeEntry, changeEntry, changeOutbox, changeHead],
];
const IN_FILES: readonly ((files: Files) => Change | null | Promise<Change | null>)[] = [
  ...[changeBundle, changeTrustFile, changeOutput, changeCheckpoint],
  ...[changeFrontier, changePublishedTrust, changePublishedBundle],
  ...[exchangeTrustFile, deleteTrustFile, deleteBundle, deleteOutput, deletePublished],
];

/** Changes one thing at a time, verifies the one patch that it is about, and takes it back. */
export async function tamper(
  landings: Landings,
  {
    trials,
    random,
    told,
  }: { readonly trials: number; readonly random: Random; readonly told: (trial: Trial) => void },
): Promise<readonly Trial[]> {
  const db = new DatabaseSync(landings.line.installation.config.home.ledgerFile, {
    enableForeignKeyConstraints: false,
  });
  // Whoever owns the file can do this as well.
  db.exec('DROP TRIGGER entry_kept; DROP TRIGGER entry_fixed; PRAGMA synchronous = OFF');
  const done: Trial[] = [];
  try {
    while (done.length < trials) {
      const trial = await oneTrial(landings, { db, random });
      if (trial === null) continue;
      done.push(trial);
      told(trial);
    }
  } finally {
    db.close();
  }
  return done;
}

async function oneTrial(
  landings: Landings,
  { db, random }: { readonly db: DatabaseSync; readonly random: Random },
): Promise<Trial | null> {
  const { line, ids } = landings;
  const kind = pick(
    [...IN_LEDGER.keys(), ...IN_FILES.keys()].map((_, at) => at),
    random,
  );
  const inLedger = IN_LEDGER[kind];
  const inFiles = IN_FILES[kind - IN_LEDGER.length];
  // The head of a chain names its last entry; outputs are printed by each tenth patch.
  const id =
    inLedger === changeHead
      ? (ids.at(-1) as PatchId)
      : pick(inFiles === changeOutput || inFiles === deleteOutput ? printing(ids) : ids, random);
  const patch = await line.find(id);
  const change = await made(() =>
    inLedger ? inLedger({ db, random, patch: id }) : (inFiles?.({ line, random, patch }) ?? null),
  );
  if (change === null) return null;
  const from = performance.now();
  try {
    const found = await whatIsFound(landings, id);
    return { what: change.what, where: change.where, patch: id, found, tookMs: performance.now() - from };
  } finally {
    change.undo();
  }
}

/** Null where a constraint of the ledger refuses the change. */
async function made(change: () => Change | null | Promise<Change | null>): Promise<Change | null> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof Error && /constraint failed/.test(error.message)) return null;
    throw error;
  }
}

function printing(ids: readonly PatchId[]): readonly PatchId[] {
  return ids.filter((_, at) => at % 10 === 0);
}

/** As `ghost verify PATCH` finds it: a problem, or that it cannot be verified at all. */
async function whatIsFound({ line, leaves, pinned }: Landings, id: PatchId): Promise<string | null> {
  const { needs, holding } = line;
  try {
    const report = await verifyOnePatch(needs, holding, { id, pinned, leaves });
    return report.problems[0] ?? null;
  } catch (error) {
    return `cannot be verified: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** `ghost verify --all`: everything, from the first landing on. */
export async function verifyAll({ line, pinned }: Landings) {
  const witness = await Witness.with(line.needs, { from: 1, pinned });
  const options = { replay: { from: 1 }, progress: () => undefined, witness };
  return verifyWorkspace(line.needs, 'main', options);
}

/** A line for each thing that was changed: how often, and how often it was found. */
export function table(trials: readonly Trial[]): readonly string[] {
  const rows = [...Map.groupBy(trials, ({ what }) => what)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, some]) => [what, some.length, some.filter(({ found }) => found !== null).length] as const);
  const width = Math.max(...rows.map(([what]) => what.length), 'changed'.length);
  const line = (what: string, changed: string, found: string) =>
    `${what.padEnd(width)}  ${changed.padStart(7)}  ${found.padStart(5)}`;
  return [
    line('changed', 'trials', 'found'),
    ...rows.map(([what, changed, found]) => line(what, String(changed), String(found))),
  ];
}
