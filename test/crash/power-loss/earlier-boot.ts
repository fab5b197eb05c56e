import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/*
 * Loaded before everything else in a process that is recorded: the kernel says another boot id there. So whoever opens a
 * crash image later comes after a reboot, as after a power cut, without a byte of the image being touched.
 */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const EARLIER = '00000000-0000-4000-8000-0000000000b0\n';

const { readFileSync } = fs;
fs.readFileSync = ((path: fs.PathOrFileDescriptor, options?: never) =>
  path === BOOT_ID ? EARLIER : readFileSync(path, options)) as typeof readFileSync;
syncBuiltinESMExports();
