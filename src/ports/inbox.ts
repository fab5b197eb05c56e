import type { FileState } from '../core/inbox/at-rest.ts';

/** A folder in which files are left as patches: one folder inside it for each workspace, named as the workspace is. */
export interface Inbox {
  /** Makes the folders that are missing, and looks into all of them. */
  look(workspaces: readonly string[]): Promise<Look>;
  /** Those of the files that some process holds open for writing, as far as the kernel lets that be known. */
  beingWritten(files: readonly InboxFile[]): Promise<ReadonlySet<InboxFile>>;
  /** Reads a file once, whole and as it was seen, or not at all. */
  read(file: InboxFile): Promise<FileRead>;
  /**
   * Writes what a file's author is told, durably, under a name that no other file has there; the answer is where the
   * file belongs. The same `key` finds the place that an earlier, interrupted call took.
   */
  tell(file: InboxFile, told: Told): Promise<Place>;
  /** Moves a file to its place, unless another one stands under its name by now. Overwrites nothing. */
  move(file: InboxFile, place: Place): Promise<'moved' | 'gone' | 'replaced'>;
  /** Calls `wake` when something may have changed: a hint, which may be lost. The answer ends it. */
  watch(wake: () => void): () => void;
}

/** A file as it was seen. */
export interface InboxFile {
  readonly workspace: string;
  readonly name: string;
  readonly state: FileState;
}

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

export interface InboxEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'symbolic link' | 'special file';
  readonly state: FileState;
}

export type FileRead =
  /** `owner` is the user id of the file's owner; null where the system has none. */
  | { readonly kind: 'read'; readonly bytes: Uint8Array; readonly owner: number | null }
  /** It is gone, differs from what was seen, or a hold stands beside it now. */
  | { readonly kind: 'unsettled' }
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
