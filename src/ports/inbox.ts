import type { Sha256 } from '../core/digest.ts';
import type { FileState } from '../core/inbox/at-rest.ts';

/** A folder in which files are left as patches: one folder inside it for each workspace, named as the workspace is. */
export interface Inbox {
  /** Makes the folders that are missing, and looks into all of them. */
  look(workspaces: readonly string[]): Promise<Look>;
  /** Those of the files that some process holds open for writing, as far as the kernel lets that be known. */
  beingWritten(files: readonly InboxFile[]): Promise<ReadonlySet<InboxFile>>;
  /** Reads a file once, whole and as it was seen, or not at all; not while it is held or its folder stopped. */
  read(file: InboxFile): Promise<FileRead>;
  /**
   * Writes what a file's author is told, durably, under a name that no other file has there; the answer is where the
   * file belongs. The same `key` finds the place that an earlier, interrupted call took.
   */
  tell(file: InboxFile, told: Told): Promise<Place>;
  /**
   * Moves a file to its place if it is still the one that was seen and, where it was read, if `content` is still its
   * digest. Overwrites nothing; another file that took its name meanwhile is seen by the next look.
   */
  move(file: InboxFile, place: Place, content: Sha256 | null): Promise<'moved' | 'gone' | 'replaced'>;
  /** Calls `wake` when something may have changed: a hint, which may be lost. The answer ends it. */
  watch(wake: () => void): () => void;
}

/** A file as it was seen. */
export interface InboxFile {
  readonly workspace: string;
  readonly name: string;
  readonly kind: EntryKind;
  readonly state: FileState;
  /**
   * It was on the way to its place when the process died or another file was found in its stead. What stands under its
   * name in the folder waits until it is put away.
   */
  readonly isAside: boolean;
}

export type EntryKind = 'file' | 'folder' | 'symbolic link' | 'special file';

export interface Look {
  /** The file that stops the whole inbox. */
  readonly stoppedBy: string | null;
  readonly folders: readonly InboxFolder[];
  /** Entries that belong to no workspace. They stay where they are. */
  readonly strays: readonly string[];
}

export interface InboxFolder {
  readonly workspace: string;
  /** Why nothing is taken from it; null when it can be. */
  readonly problem: string | null;
  readonly entries: readonly InboxEntry[];
}

export type InboxEntry = Omit<InboxFile, 'workspace'>;

export type FileRead =
  /** `owner` is the user id of the file's owner; null where the system has none. */
  | { readonly kind: 'read'; readonly bytes: Uint8Array; readonly owner: number | null }
  /** It is gone, differs from what was seen, or it is held or stopped by now. */
  | { readonly kind: 'unsettled' }
  /** It was neither opened nor followed. */
  | { readonly kind: 'not-a-file'; readonly is: EntryKind }
  | { readonly kind: 'too-large'; readonly size: number; readonly most: number }
  | { readonly kind: 'unreadable'; readonly problem: string };

export type Outcome = 'accepted' | 'refused';

export interface Told {
  readonly outcome: Outcome;
  readonly key: string;
  /** By what is put behind the file's name, such as `.receipt.json`; the first holds `key` as a JSON member. */
  readonly papers: readonly (readonly [ending: string, content: string])[];
}

export interface Place {
  readonly outcome: Outcome;
  readonly name: string;
}
