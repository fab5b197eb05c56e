import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_LIMITS, type Limits } from '../../../../src/adapters/sandbox/limits.ts';
import { commandSandbox } from '../../../../src/adapters/sandbox/sandbox.ts';
import type { Sandbox } from '../../../../src/ports/sandbox.ts';
import { processesWith } from '../bench.ts';
import { type OpenHost, openHost } from './host.ts';
import type { Program } from './program.ts';
import { type Level, type Outcome, tryOut } from './trial.ts';

const MEBIBYTE = 1024 ** 2;
const AT_ONCE = 4;

/** So small that what meets them costs little. Below level 3 processes are counted together with those of other checks. */
const limitsAt = (level: Level): Limits => ({
  ...DEFAULT_LIMITS,
  ...{ memoryBytes: 64 * MEBIBYTE, processes: level === 3 ? 48 : 160, cpus: 0.5, openFiles: 64 },
  ...{ fileBytes: 8 * MEBIBYTE, temporaryBytes: 4 * MEBIBYTE },
});
/** For one at a time: what neighbours write on the same disk counts too. */
const SMALL = { disk: { diskBytes: 48 * MEBIBYTE }, files: { diskFiles: 3000 } };

/** Marks the processes that programs leave behind: `sleep 72001` and on. */
const LEFT_BEHIND = Array.from({ length: 20 }, (_, at) => String(72_000 + at));

/**
 * Runs programs at a level, several side by side, and looks after each whether it has left anything; null where this machine
 * does not reach the level. Nothing may outlive its check, reach the host, or keep the next command from running.
 */
export async function runHostile(
  level: Level,
  programs: readonly Program[],
): Promise<readonly Outcome[] | null> {
  const open = await openHost(limitsAt(level));
  const groups = groupsOfOurs();
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  try {
    const { scratch, limits } = open.host;
    const heldTo = (less: Partial<Limits>) =>
      commandSandbox({ scratch, limits: { ...limits, ...less }, atMost: level });
    const sandbox = heldTo({});
    const small = { disk: heldTo(SMALL.disk), files: heldTo(SMALL.files), processes: sandbox };
    // All of them now: below level 3 what a program leaves for the machine to bury would count in a later probe.
    for (const each of [sandbox, small.disk, small.files])
      if ((await each.isolation()).level !== level) return null;
    const many = programs.filter(({ fills }) => fills === undefined);
    const alone = programs.filter(({ fills }) => fills !== undefined);
    const outcomes = await sideBySide(many, AT_ONCE, (program) => tryOut(program, { sandbox, level, open }));
    const filling = await sideBySide(alone, 1, (program) =>
      tryOut(program, { sandbox: small[program.fills ?? 'processes'], level, open }),
    );
    await assertNothingIsLeft(level, open, sandbox);
    assert.deepEqual(groupsOfOurs(), groups, 'control groups are left');
    assert.equal(readFileSync('/proc/self/mounts', 'utf8'), mounts, 'mounts are left');
    const all = [...outcomes, ...filling];
    return programs.flatMap(({ name }) => all.filter(({ program }) => program === name));
  } finally {
    await open.close();
  }
}

async function assertNothingIsLeft(level: Level, open: OpenHost, sandbox: Sandbox): Promise<void> {
  const alive = LEFT_BEHIND.flatMap((word) => processesWith(word));
  assert.deepEqual(alive, [], 'processes have outlived their check');
  const reached = open.reached();
  if (level > 1) assert.deepEqual(reached, [], 'the host was reached');
  assert.ok(!reached.includes('the canary'), 'a file of the host was written to');
  await assertNextRuns(level, open, sandbox);
  assert.deepEqual(readdirSync(open.host.scratch), [], 'something is left in the scratch folder');
}

/** At level 1 what was killed counts until the first process of the machine has taken note of it, which is not ours. */
async function assertNextRuns(level: Level, open: OpenHost, sandbox: Sandbox): Promise<void> {
  const directory = open.copy(`${level}-next`);
  const command = { argv: ['sh', '-c', 'echo runs >here && cat here'], directory, environment: {} };
  for (let left = level === 1 ? 100 : 1; ; left -= 1) {
    const next = await sandbox.run(
      { ...command, timeoutMs: 20_000, outputCap: 100 },
      new AbortController().signal,
    );
    const got = [next.exitCode, Buffer.from(next.output).toString()];
    if (isDeepStrictEqual(got, [0, 'runs\n'])) return;
    assert.ok(left > 1, `the next one: ${got.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Control groups that this process has made, of whatever controller. */
function groupsOfOurs(): readonly string[] {
  const root = '/sys/fs/cgroup';
  const controllers = ['memory', 'pids', 'cpu', '.'];
  return controllers.flatMap((name) => {
    try {
      return readdirSync(`${root}/${name}`).filter((group) => group.startsWith(`ghost-${process.pid}-`));
    } catch {
      return [];
    }
  });
}

async function sideBySide<T, R>(
  items: readonly T[],
  most: number,
  act: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift())
      results.push(await act(item));
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}
