import type { Met } from './control-group.ts';
import type { Ended } from './launch.ts';
import type { Limits } from './limits.ts';

/** 128 and SIGXFSZ, as shells and bubblewrap tell a death by it. */
const FILE_TOO_LARGE = 153;

type ExitStatus = Pick<Extract<Ended, { readonly kind: 'ran' }>, 'exitCode' | 'signal'>;

/** Which limit a command that ended by itself has met, in words; null for one that succeeded, or met none that can be told. */
export function limitMet({ exitCode, signal }: ExitStatus, met: Met, limits: Limits): string | null {
  if (exitCode === 0) return null;
  if (met.memory)
    return `out of memory: the kernel ended a process of it, which together may have ${mebibytes(limits.memoryBytes)}`;
  if (met.processes) return `out of processes: at most ${limits.processes} may be at once`;
  return exitCode === FILE_TOO_LARGE || signal === 'SIGXFSZ'
    ? `a file too large: ended as by SIGXFSZ, a file may have ${mebibytes(limits.fileBytes)}`
    : null;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}
