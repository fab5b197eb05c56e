import { type Inode, newInode, type Volume } from './volume.ts';

interface Place {
  readonly directory: number;
  readonly name: string;
}

/** One effect on a volume. Directories and files are named by their inode, since names come and go. */
export type Operation =
  | { readonly kind: 'write'; readonly inode: number; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly inode: number; readonly size: number }
  /** A name for an inode: a new one (`made`), or another name of an old one. */
  | ({ readonly kind: 'enter'; readonly inode: number; readonly made: Inode | null } & Place)
  | ({ readonly kind: 'leave' } & Place)
  | { readonly kind: 'rename'; readonly inode: number; readonly from: Place; readonly to: Place }
  /** Makes durable what had been done to the inode before operation `since`. */
  | { readonly kind: 'sync'; readonly inode: number; readonly since: number; readonly path: string }
  /** Something that was told to the world outside. */
  | { readonly kind: 'mark'; readonly text: string };

export type Change = Exclude<Operation, { kind: 'sync' | 'mark' }>;

/** The inode that has to be synced for the change to be durable: the file for data, the directory for a name. */
export function syncedBy(change: Change): number {
  switch (change.kind) {
    case 'write':
    case 'truncate':
      return change.inode;
    case 'enter':
    case 'leave':
      return change.directory;
    case 'rename':
      return change.to.directory;
  }
}

/** Applies a change; one whose place was lost with an earlier change does nothing. */
export function apply(volume: Volume, change: Change): void {
  switch (change.kind) {
    case 'write':
      write(inodeOf(volume, change.inode), change.offset, change.bytes);
      return;
    case 'truncate':
      truncate(inodeOf(volume, change.inode), change.size);
      return;
    case 'enter':
      inodeOf(volume, change.directory).names.set(change.name, inodeOf(volume, change.inode));
      return;
    case 'leave':
      inodeOf(volume, change.directory).names.delete(change.name);
      return;
    case 'rename':
      inodeOf(volume, change.from.directory).names.delete(change.from.name);
      inodeOf(volume, change.to.directory).names.set(change.to.name, inodeOf(volume, change.inode));
  }
}

/** Every inode that an operation makes, so that later ones find it even where its name was lost. */
export function makeInodes(volume: Volume, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (operation.kind !== 'enter' || operation.made === null) continue;
    const { id, kind, mode } = operation.made;
    volume.inodes.set(id, newInode(id, kind, mode));
  }
}

function inodeOf(volume: Volume, id: number): Inode {
  const inode = volume.inodes.get(id);
  if (inode === undefined) throw new Error(`no inode ${id}`);
  return inode;
}

/** Contents are shared between volumes until the first write; from then on the inode has room of its own to grow in. */
function write(inode: Inode, offset: number, bytes: Buffer): void {
  const size = Math.max(inode.bytes.length, offset + bytes.length);
  if (inode.room === null || inode.room.length < size) {
    inode.room = Buffer.alloc(size * 2);
    inode.bytes.copy(inode.room);
  }
  bytes.copy(inode.room, offset);
  inode.bytes = inode.room.subarray(0, size);
}

function truncate(inode: Inode, size: number): void {
  inode.room = Buffer.alloc(size);
  inode.bytes.copy(inode.room, 0, 0, size);
  inode.bytes = inode.room;
}
