import { createHash } from 'node:crypto';
import { pick, seeded } from '../../conformance/random.ts';
import { creating } from '../../world/diffs.ts';
import { crashImage, type Disk, FATES } from './crash-image.ts';
import { judge, toldBy } from './judge.ts';
import type { Operation } from './operation.ts';
import { type Recording, record, type Scene } from './record.ts';
import { entriesOf, type Volume, writeVolume } from './volume.ts';

/**
 * Syncs that a recording can be robbed of, by the path that was synced: what the disk would be like if the product left
 * them out. Each has to be missed by somebody.
 */
export const SYNCS = {
  'the ledger': /^home\/ledger\.db(?:-wal|-journal)?$/,
  'names in the home': /^(?:home)?$/,
  objects: /\/objects\/[0-9a-f]{2}\/tmp_obj_/,
  'names of objects': /\/objects(?:\/[0-9a-f]{2})?$/,
  'the branch': /\/refs\/heads\/main(?:\.lock)?$/,
  'the audit log': /^home\/logs\/audit\.log$/,
} as const;
export type SyncKind = keyof typeof SYNCS;

export interface PowerLossOptions {
  readonly seed: number;
  readonly recordings: number;
  /** Different crash images of each recording. */
  readonly images: number;
  readonly names: Disk['names'];
  /** Syncs that the recordings are robbed of: the test of the test. */
  readonly without: SyncKind | null;
  readonly onViolation: (text: string) => void;
}

export interface PowerLossFigures {
  readonly recordings: number;
  readonly operations: number;
  readonly syncs: number;
  readonly images: number;
  /** Receipts that had been answered before the cuts, over all images. */
  readonly promises: number;
  /** Images in which git's own lock file had to be removed by a person, as the lane says. */
  readonly locksRemoved: number;
  readonly violations: number;
}

/** Runs the product under strace, and opens what a power cut at any moment could have left of it. */
export async function runPowerLoss(options: PowerLossOptions): Promise<PowerLossFigures> {
  const random = seeded(options.seed);
  let figures: PowerLossFigures = {
    ...{ recordings: 0, operations: 0, syncs: 0, images: 0, promises: 0, locksRemoved: 0, violations: 0 },
  };
  for (let number = 0; number < options.recordings; number += 1) {
    const recording = robbed(await record(sceneOf(number)), options.without);
    const { operations } = recording;
    const syncs = operations.filter(({ kind }) => kind === 'sync').length;
    const { recordings } = figures;
    figures = { ...figures, recordings: recordings + 1, operations: figures.operations + operations.length };
    figures = await judgeImages(
      recording,
      { ...options, random },
      { ...figures, syncs: figures.syncs + syncs },
    );
  }
  return figures;
}

/** Enough of them that the ledger's log passes the thousand pages after which SQLite carries it over. */
const MORE_NAMES = ['four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'] as const;

/** Small patches; and every third time large ones, so that the ledger's log is carried over while they run. */
function sceneOf(number: number): Scene {
  const names = ['one', 'two', 'three', 'broken'];
  const isLarge = number % 3 === 2;
  const line = (name: string) => (isLarge ? `${name} ${'x'.repeat(450_000)}` : name);
  return {
    repository: number % 2 === 0 ? 'checked-out' : 'bare',
    patches: (isLarge ? [...names, ...MORE_NAMES] : names).map((name) => creating(name, line(name))),
  };
}

function robbed(recording: Recording, without: SyncKind | null): Recording {
  if (without === null) return recording;
  const isGone = (one: Operation) => one.kind === 'sync' && SYNCS[without].test(one.path);
  if (!recording.operations.some(isGone)) throw new Error(`the recording has no sync of ${without}`);
  // A sync that did nothing keeps the places of all others.
  const operations = recording.operations.map(
    (one) => (isGone(one) ? { ...one, since: 0 } : one) as Operation,
  );
  return { ...recording, operations };
}

async function judgeImages(
  { root, script, base, operations }: Recording,
  options: PowerLossOptions & { readonly random: () => number },
  before: PowerLossFigures,
): Promise<PowerLossFigures> {
  const { random, images, names } = options;
  const seen = new Set<string>();
  let figures = before;
  for (let tries = 0; seen.size < images && tries < images * 20; tries += 1) {
    const cut = Math.floor(random() * (operations.length + 1));
    const fate = pick(FATES, random);
    const told = toldBy(operations.slice(0, cut).flatMap((one) => (one.kind === 'mark' ? [one.text] : [])));
    const image = crashImage({ base, operations, names }, { cut, fate, random });
    const print = fingerprintOf(image, told.receipts.length + told.ends.size);
    if (seen.has(print)) continue;
    seen.add(print);
    writeVolume(root, image);
    const { violations, removedByHand } = await judge(script, told);
    for (const violation of violations)
      options.onViolation(`seed ${options.seed}, cut ${cut} of ${operations.length}, ${fate}: ${violation}`);
    figures = {
      ...figures,
      images: figures.images + 1,
      promises: figures.promises + told.receipts.length,
      locksRemoved: figures.locksRemoved + (removedByHand.length > 0 ? 1 : 0),
      violations: figures.violations + (violations.length > 0 ? 1 : 0),
    };
  }
  return figures;
}

function fingerprintOf(image: Volume, told: number): string {
  const hash = createHash('sha256').update(`${told}\n`);
  for (const [path, { bytes }] of entriesOf(image)) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return hash.digest('base64');
}
