import type { NpmFiles } from '../core/gate/packages/npm-files.ts';

/** Packages that a lock file names, installed once for all checks: without running anything of them, and never changed after that. */
export interface InstalledPackages {
  /** Installs what is not there yet. Rejects for nothing that a lock file or a registry does. */
  install(files: NpmFiles, signal: AbortSignal): Promise<Installed>;
}

export type Installed =
  /** What is to stand as `node_modules`: whole, and kept for as long as anybody may use it. */
  | { readonly kind: 'installed'; readonly directory: string; readonly key: string }
  /** This installation installs nothing, or not that; in words. */
  | { readonly kind: 'not-offered'; readonly why: string }
  /** The files are wrong: to try again would not help. */
  | { readonly kind: 'refused'; readonly why: string }
  /** A registry, a disk or a limit of ours: it may be otherwise later. */
  | { readonly kind: 'failed'; readonly why: string };
