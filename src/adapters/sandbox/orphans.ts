import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { kill } from './survivors.ts';

/** Of the sandboxes that work in `scratch`. A digest: a check can read its sandbox's arguments, and no path is its business. */
export function markOf(scratch: string): string {
  return `gate-${createHash('sha256').update(scratch).digest('hex').slice(0, 16)}`;
}

/**
 * Kills sandboxes with `mark` that a runner left behind: bwrap binds its first process to its own life only once that is set
 * up, and one whose bwrap was killed before waits to be set up for ever. It has nothing of the command yet, and nobody
 * comes for it. The group is bwrap's own, so that a group without its leader is such a rest, whoever started it.
 */
export function killOrphans(mark: string): void {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!(pid > 1) || !isSandbox(pid, mark)) continue;
    const group = groupOf(pid);
    // 0: led by a process of another namespace, which is not seen from here.
    if (group !== null && group > 1 && group !== pid && !existsSync(`/proc/${group}`)) kill(pid);
  }
}

function isSandbox(pid: number, mark: string): boolean {
  const [program, option, , end, ...inner] = read(`/proc/${pid}/cmdline`).split('\0');
  return program?.endsWith('/bwrap') === true && option === '--args' && end === '--' && inner.includes(mark);
}

/** See proc(5): the name of the program stands in parentheses and may hold anything. */
function groupOf(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`);
  const group = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2];
  return group === undefined ? null : Number(group);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
