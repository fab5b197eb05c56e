import { pick } from '../../conformance/random.ts';
import { apply, type Change, makeInodes, type Operation, syncedBy } from './operation.ts';
import { copyVolume, type Volume } from './volume.ts';

type Random = () => number;

/** What becomes of what was not synced. */
export const FATES = ['none', 'all', 'prefixes', 'reordered'] as const;
type Fate = (typeof FATES)[number];

export interface Disk {
  readonly base: Volume;
  readonly operations: readonly Operation[];
  /**
   * What makes a new name durable. `directory`: nothing but a sync of the directory, as POSIX has it. `file`: a sync of
   * the file too, as ext4 does it.
   */
  readonly names: 'directory' | 'file';
}

interface Cut {
  readonly cut: number;
  readonly fate: Fate;
  readonly random: Random;
}

/** The disk as it can be found after the power failed behind the first `cut` operations. */
export function crashImage(disk: Disk, { cut, fate, random }: Cut): Volume {
  const done = disk.operations.slice(0, cut);
  const durable = durableOf(disk, done);
  const image = copyVolume(disk.base);
  makeInodes(image, disk.operations);
  const survive = survivorsOf(fate, random);
  done.forEach((operation, at) => {
    if (operation.kind === 'sync' || operation.kind === 'mark') return;
    const survivors = durable(operation, at) ? [operation] : survive(operation);
    for (const change of survivors) apply(image, change);
  });
  return image;
}

function durableOf(disk: Disk, done: readonly Operation[]): (change: Change, at: number) => boolean {
  const syncedUntil = new Map<number, number>();
  for (const operation of done)
    if (operation.kind === 'sync')
      syncedUntil.set(operation.inode, Math.max(operation.since, syncedUntil.get(operation.inode) ?? 0));
  const isSynced = (inode: number, at: number) => at < (syncedUntil.get(inode) ?? 0);
  return (change, at) =>
    isSynced(syncedBy(change), at) ||
    (disk.names === 'file' && 'inode' in change && isSynced(change.inode, at));
}

function survivorsOf(fate: Fate, random: Random): (change: Change) => readonly Change[] {
  switch (fate) {
    case 'none':
      return () => [];
    case 'all':
      return (change) => [change];
    case 'prefixes':
      return prefixes(random);
    case 'reordered':
      return reordered(random);
  }
}

/** Of each file and directory some of the first changes, in order. */
function prefixes(random: Random): (change: Change) => readonly Change[] {
  const over = new Set<number>();
  const odds = pick([0.5, 0.8, 0.95], random);
  return (change) => {
    const inode = syncedBy(change);
    if (!over.has(inode) && random() >= odds) over.add(inode);
    return over.has(inode) ? [] : [change];
  };
}

/** Names without the data that came before them, data in pieces as a disk writes them. */
function reordered(random: Random): (change: Change) => readonly Change[] {
  const odds = { name: pick([0.5, 0.9, 1], random), data: pick([0, 0.3, 0.7], random) };
  const sector = pick([512, 4096], random);
  return (change) => {
    if (change.kind === 'write') return torn(change, sector, () => random() < odds.data);
    return random() < (change.kind === 'truncate' ? 0.5 : odds.name) ? [change] : [];
  };
}

/** The pieces of a write that reached the disk, cut where sectors of the file begin. */
function torn(
  change: Extract<Change, { kind: 'write' }>,
  sector: number,
  survives: () => boolean,
): readonly Change[] {
  const pieces: Change[] = [];
  const end = change.offset + change.bytes.length;
  for (let from = change.offset; from < end; ) {
    const to = Math.min(end, (Math.floor(from / sector) + 1) * sector);
    const bytes = change.bytes.subarray(from - change.offset, to - change.offset);
    if (survives()) pieces.push({ ...change, offset: from, bytes });
    from = to;
  }
  return pieces;
}
