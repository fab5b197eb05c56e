import { availableParallelism } from 'node:os';

/** What one command may use. Bytes, counts. */
export interface Limits {
  /** Of the whole command, where there is a control group. */
  readonly memoryBytes: number;
  readonly processes: number;
  /** Processors' worth of time, where there is a control group for it; a part of one is fine. */
  readonly cpus: number;
  readonly fileBytes: number;
  readonly openFiles: number;
  /** Of its `/tmp` and of its `/dev/shm`, each. */
  readonly temporaryBytes: number;
  /** Of the disk that its private copy is on, which others write to at the same time; never more than half of what is free. */
  readonly diskBytes: number;
  readonly diskFiles: number;
}

/** What is left belongs to the ledger and to whoever stops a command. */
const SHARE_OF_PROCESSORS = 0.9;

/** Room for a compiler and a test runner with a process per core; a runaway hits a limit before the machine does. */
export const DEFAULT_LIMITS: Limits = {
  memoryBytes: 4 * 1024 ** 3,
  processes: 1024,
  cpus: SHARE_OF_PROCESSORS * availableParallelism(),
  fileBytes: 1024 ** 3,
  openFiles: 4096,
  temporaryBytes: 512 * 1024 ** 2,
  diskBytes: 8 * 1024 ** 3,
  diskFiles: 1_000_000,
};

/**
 * The prefix that sets the limits which the kernel keeps per process. No limit of address space: V8 reserves
 * gigabytes that it never touches. The number of processes counts per user: it is set only for a user that is nobody else's,
 * and not where a control group counts those of one command, because commands side by side are one user.
 */
export function limited(
  prlimit: string,
  limits: Limits,
  counts: 'per user' | 'elsewhere',
): readonly string[] {
  const processes = counts === 'per user' ? [`--nproc=${limits.processes}`] : [];
  return [prlimit, ...processes, `--fsize=${limits.fileBytes}`, `--nofile=${limits.openFiles}`, '--core=0'];
}
