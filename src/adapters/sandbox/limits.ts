/** What one command may use. Bytes, counts. */
export interface Limits {
  /** Of the whole command, where there is a control group. */
  readonly memoryBytes: number;
  readonly processes: number;
  readonly fileBytes: number;
  readonly openFiles: number;
  /** Of its `/tmp` and of its `/dev/shm`, each. */
  readonly temporaryBytes: number;
  /** Of the disk that its private copy is on, which others write to at the same time; never more than half of what is free. */
  readonly diskBytes: number;
  readonly diskFiles: number;
}

/** Room for a compiler and a test runner with a process per core; a runaway hits a limit before the machine does. */
export const DEFAULT_LIMITS: Limits = {
  memoryBytes: 4 * 1024 ** 3,
  processes: 1024,
  fileBytes: 1024 ** 3,
  openFiles: 4096,
  temporaryBytes: 512 * 1024 ** 2,
  diskBytes: 8 * 1024 ** 3,
  diskFiles: 1_000_000,
};

/**
 * The prefix that sets the limits which the kernel keeps per process. No limit of address space: V8 reserves
 * gigabytes that it never touches. The number of processes counts per user, so it is set for a user of the command's own only.
 */
export function limited(prlimit: string, limits: Limits, user: 'own' | 'shared'): readonly string[] {
  const processes = user === 'own' ? [`--nproc=${limits.processes}`] : [];
  return [prlimit, ...processes, `--fsize=${limits.fileBytes}`, `--nofile=${limits.openFiles}`, '--core=0'];
}
