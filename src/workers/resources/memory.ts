import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** Memory of the machine. @param totalBytes as the system tells it */
export function readMemory(totalBytes: number) {
  const known = readMeminfo();
  // Elsewhere only one figure is told, and it is the available one.
  const freeBytes = known?.freeBytes ?? freemem();
  const availableBytes = known?.availableBytes ?? freemem();
  const usedPercent = Math.round(1000 * (1 - availableBytes / totalBytes)) / 10;
  return { totalBytes, freeBytes, availableBytes, usedPercent };
}

/** MemFree and MemAvailable of /proc/meminfo (proc(5)), which are in KiB. */
function readMeminfo(): { readonly freeBytes: number; readonly availableBytes: number } | null {
  try {
    const text = readFileSync('/proc/meminfo', 'latin1');
    const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024;
    const [freeBytes, availableBytes] = [bytes('MemFree'), bytes('MemAvailable')];
    return Number.isFinite(freeBytes + availableBytes) ? { freeBytes, availableBytes } : null;
  } catch {
    return null;
  }
}
