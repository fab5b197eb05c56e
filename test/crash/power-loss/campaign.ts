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

export interface JudgingOptions {
  readonly seed: number;
  /** Different crash images of each recording. */
  readonly images: number;
  readonly names: Disk['names'];
  /** Syncs that the recording is robbed of: the test of the test. */
  readonly without: SyncKind | null;
  readonly onViolation: (text: string) => 'go on' | 'stop';
}

export interface PowerLossOptions extends JudgingOptions {
  readonly recordings: number;
}

export interface PowerLossFigures {
  readonly recordings: number;
  readonly operations: number;
  readonly syncs: number;
  /** Power cuts that left different disks. */
  readonly images: number;
  /** Receipts and ends that had been told before the cuts, over all images. */
  readonly promises: number;
  /** Images in which git's own lock file had to be removed by a person, as the lane says. */
  readonly locksRemoved: number;
  /** Images in which something was not as it has to be. */
  readonly violated: number;
}

/** Runs the product under strace, and opens what a power cut at any moment could have left of it. */
export async function runPowerLoss(options: PowerLossOptions): Promise<PowerLossFigures> {
  const all: PowerLossFigures[] = [];
  for (let number = 0; number < options.recordings; number += 1) {
    const recording = await record(sceneOf(number));
    all.push(await judgeRecording(recording, { ...options, seed: options.seed + number }));
  }
  const sum = (of: keyof PowerLossFigures) => all.reduce((total, figures) => total + figures[of], 0);
  return {
    ...{ recordings: sum('recordings'), operations: sum('operations'), syncs: sum('syncs') },
    ...{ images: sum('images'), promises: sum('promises') },
    ...{ locksRemoved: sum('locksRemoved'), violated: sum('violated') },
  };
}

/** Enough of them that the ledger's log passes the thousand pages after which SQLite carries it over. */
const MORE_NAMES = ['four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'] as const;

/** Small patches; and every third time large ones, so that the ledger's log is carried over while they run. */
export function sceneOf(number: number): Scene {
  const names = ['one', 'two', 'three', 'broken'];
  const isLarge = number % 3 === 2;
  const line = (name: string) => (isLarge ? `${name} ${'x'.repeat(450_000)}` : name);
  return {
    repository: number % 2 === 0 ? 'checked-out' : 'bare',
    patches: (isLarge ? [...names, ...MORE_NAMES] : names).map((name) => creating(name, line(name))),
  };
}

export async function judgeRecording(whole: Recording, options: JudgingOptions): Promise<PowerLossFigures> {
  const { root, script, operations, base } = robbed(whole, options.without);
  const tally = { images: 0, promises: 0, locksRemoved: 0, violated: 0 };
  for (const { image, marks, name } of imagesOf({ base, operations, names: options.names }, options)) {
    writeVolume(root, image);
    const told = toldBy(marks);
    const { violations, removedByHand } = await judge(script, told);
    tally.images += 1;
    tally.promises += told.receipts.length + told.ends.size;
    if (removedByHand.length > 0) tally.locksRemoved += 1;
    if (violations.length === 0) continue;
    tally.violated += 1;
    if (options.onViolation(`${name}: ${violations.join('; ')}`) === 'stop') break;
  }
  const syncs = operations.filter(({ kind }) => kind === 'sync').length;
  return { ...tally, recordings: 1, operations: operations.length, syncs };
}

function robbed(recording: Recording, without: SyncKind | null): Recording {
  if (without === null) return recording;
  const isGone = (one: Operation) => one.kind === 'sync' && SYNCS[without].test(one.path);
  if (!recording.operations.some(isGone)) throw new Error(`the recording has no sync of ${without}`);
  // A sync that covers nothing, so that all others keep their places.
  const operations = recording.operations.map(
    (one) => (isGone(one) ? { ...one, since: 0 } : one) as Operation,
  );
  return { ...recording, operations };
}

interface Image {
  readonly image: Volume;
  /** What had been told before the power failed. */
  readonly marks: readonly string[];
  readonly name: string;
}

/** As many different ones as are asked for; fewer where chance finds no more. */
function* imagesOf(disk: Disk, { seed, images }: JudgingOptions): Generator<Image> {
  const random = seeded(seed);
  const seen = new Set<string>();
  for (let tries = 0; seen.size < images && tries < images * 20; tries += 1) {
    const cut = Math.floor(random() * (disk.operations.length + 1));
    const fate = pick(FATES, random);
    const image = crashImage(disk, { cut, fate, random });
    const marks = disk.operations.slice(0, cut).flatMap((one) => (one.kind === 'mark' ? [one.text] : []));
    const print = fingerprintOf(image, marks);
    if (seen.has(print)) continue;
    seen.add(print);
    yield { image, marks, name: `seed ${seed}, cut ${cut} of ${disk.operations.length}, ${fate}` };
  }
}

function fingerprintOf(image: Volume, marks: readonly string[]): string {
  const hash = createHash('sha256').update(`${marks.length}\n`);
  for (const [path, { bytes }] of entriesOf(image)) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return hash.digest('base64');
}
