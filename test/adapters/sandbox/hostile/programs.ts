import { DISK } from './disk.ts';
import { FILES } from './files.ts';
import { KERNEL } from './kernel.ts';
import { MEMORY } from './memory.ts';
import { NETWORK } from './network.ts';
import { OUTPUT } from './output.ts';
import { PROCESSES } from './processes.ts';
import type { Program } from './program.ts';

export const PROGRAMS: Readonly<Record<string, readonly Program[]>> = {
  processes: PROCESSES,
  memory: MEMORY,
  disk: DISK,
  files: FILES,
  kernel: KERNEL,
  network: NETWORK,
  output: OUTPUT,
};
