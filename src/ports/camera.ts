import type { VisualPage, VisualTask } from '../core/gate/tasks/visual.ts';
import type { SandboxedCommand } from './sandbox.ts';

/**
 * Takes pictures of the pages of a tree, and compares them. The pages are code of whoever wrote the patch, so the browser
 * itself is started inside the sandbox, by the command that `aim` gives.
 */
export interface Camera {
  /** Why there are no pictures on this machine, in words; null where there are. */
  problem(): string | null;
  /** The command that takes pictures of a tree in its working directory, and has so long for all of them. */
  aim(task: VisualTask, timeoutMs: number): Aimed;
  /**
   * What differs between two pictures. Sizes that differ are compared over the larger one.
   * @throws where one of them is no picture
   */
  compare(pictures: Pictures, threshold: number): Promise<Compared>;
}

export interface Aimed {
  readonly command: Pick<SandboxedCommand, 'argv' | 'mounts' | 'outputCap'>;
  /** The command as evidence tells it: without the text of the driver. */
  readonly said: readonly string[];
  /** What the command printed, taken apart. */
  develop(printed: Uint8Array): Developed;
}

export interface Developed {
  /** Name and version; null where it did not start. */
  readonly browser: string | null;
  /** One for each page that was asked for, in their order. */
  readonly shots: readonly Shot[];
  /** All that is no picture. */
  readonly text: string;
}

/** One page. `missing`: the tree has no such page. `failed`: in words, what kept it from being shown. */
export type Shot = { readonly page: VisualPage } & (
  | { readonly kind: 'picture'; readonly png: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly problem: string }
);

export interface Pictures {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface Compared {
  readonly width: number;
  readonly height: number;
  readonly changedPixels: number;
  /** A picture with what changed painted over a faint copy of the page. PNG. */
  readonly difference: Uint8Array;
}
