import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** `O_CLOEXEC` of asm-generic/fcntl.h, as /proc/PID/fdinfo shows it; the same on x64 and arm64. */
const CLOSED_ON_EXEC = 0o2000000;

/**
 * Closes what this process was given beside the usual three and would hand on to every command: a lock, a socket or a
 * file that is open for writing would go straight through all fences. Node marks what it opens as not to be handed on,
 * and of what it was given the first sixteen and those that follow without a gap (uv_disable_stdio_inheritance); a shell's
 * descriptor 200 it never sees.
 */
export function closeInheritedDescriptors(): void {
  for (const fd of descriptors()) if (fd > 2 && isHandedOn(fd)) closeSync(fd);
}

function descriptors(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}

function isHandedOn(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) === 0;
  } catch {
    // The one that the listing itself used.
    return false;
  }
}
