import { readdirSync, readFileSync } from 'node:fs';

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The writers of refs in repositories below `folder`, of whatever runner. */
export function gitWriters(folder: string): readonly number[] {
  return look()
    .filter(({ command }) => command.includes(folder) && command.includes('update-ref --stdin'))
    .map(({ pid }) => pid);
}

/** Every process of the sandboxed commands that `runners` have under way: the fences around them, and what runs inside. */
export function checkProcesses(runners: readonly number[]): readonly number[] {
  const seen = look();
  const inside = new Set(
    seen
      .filter(({ parent, command }) => runners.includes(parent) && command.includes('bwrap'))
      .map(({ pid }) => pid),
  );
  // Parents come before their children only as a rule: pids wrap around.
  for (let before = -1; before !== inside.size; ) {
    before = inside.size;
    for (const { pid, parent } of seen) if (inside.has(parent)) inside.add(pid);
  }
  return [...inside];
}

/** What still runs that mentions `text`, told with its command line. */
export function leftRunning(text: string): readonly string[] {
  return look()
    .filter(({ pid, command }) => pid !== process.pid && command.includes(text))
    .map(({ pid, command }) => `process ${pid}: ${command.slice(0, 200)}`);
}

function look(): readonly Seen[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? seen(Number(name)) : []));
}

/** None when it has ended meanwhile, or is a zombie. */
function seen(pid: number): readonly Seen[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name is in parentheses and may hold any character.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
    return [{ pid, parent: Number(parent), command }];
  } catch {
    return [];
  }
}
