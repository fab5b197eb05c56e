/**
 * What tells one state of a file from another, as the kernel tells it. Times are nanoseconds since 1970 and numbers may
 * exceed what a double holds, so all of it is text.
 */
export interface FileState {
  readonly device: string;
  readonly inode: string;
  readonly size: string;
  readonly modified: string;
  /** Nobody can set this one: a file that was written again with its date kept, or that got the inode of another, differs. */
  readonly changed: string;
}

export function isSameState(a: FileState, b: FileState): boolean {
  return isSameButMoved(a, b) && a.changed === b.changed;
}

/** A rename is a change of the file to the kernel, and leaves the rest of its state as it was. */
export function isSameButMoved(a: FileState, b: FileState): boolean {
  return a.device === b.device && a.inode === b.inode && a.size === b.size && a.modified === b.modified;
}

/** Since when each file of a folder has been seen in one state, by name. Times are monotonic milliseconds. */
export type Sightings = ReadonlyMap<string, { readonly state: FileState; readonly since: number }>;

/**
 * Adds one look at a folder. A file that is gone is forgotten, one that differs in anything begins anew: a file that was
 * replaced has another inode or time of change, one that grows another size, one that is written in place another time.
 */
export function sightingsAfter(
  earlier: Sightings,
  seen: ReadonlyMap<string, FileState>,
  now: number,
): Sightings {
  return new Map(
    [...seen].map(([name, state]) => {
      const before = earlier.get(name);
      const isStill = before !== undefined && isSameState(before.state, state);
      return [name, isStill ? before : { state, since: now }];
    }),
  );
}

/** Names of the files that have been in one state for at least `quietMs`, in the order of their bytes. */
export function atRest(
  sightings: Sightings,
  { now, quietMs }: { readonly now: number; readonly quietMs: number },
): readonly string[] {
  return [...sightings]
    .filter(([, { since }]) => now - since >= quietMs)
    .map(([name]) => name)
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
