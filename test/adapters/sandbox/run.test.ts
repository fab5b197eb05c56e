import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { markOf } from '../../../src/adapters/sandbox/orphans.ts';
import { findPrograms } from '../../../src/adapters/sandbox/programs.ts';
import { commandSandbox } from '../../../src/adapters/sandbox/sandbox.ts';
import { type Bench, eventually, isRequired, openBench, processesWith } from './bench.ts';

const SANDBOX = join(import.meta.dirname, '../../../src/adapters/sandbox/sandbox.ts');

/** A process of its own that runs one command in a sandbox; `process.argv` holds adapter, scratch, directory, script and maybe programs. */
const RUNNER = `
const [adapter, scratch, directory, script, programs] = process.argv.slice(1);
const { commandSandbox } = await import(adapter);
await commandSandbox({ scratch, ...(programs && { programs: JSON.parse(programs) }) }).run(
  { argv: ['sh', '-c', script], directory, environment: {}, timeoutMs: 60000, outputCap: 1024 },
  new AbortController().signal,
);`;

/** Of this file alone: others make and remove homes at the same time. Whoever a command runs as has to get through. */
const TEMPORARY = mkdtempSync(join(tmpdir(), 'ghost-run-'));
chmodSync(TEMPORARY, 0o711);
process.env.TMPDIR = TEMPORARY;
process.once('exit', () => rmSync(TEMPORARY, { recursive: true, force: true }));

/** The same promises hold at every level; what they rest on differs. */
const PLACES = [
  { name: 'at its strongest', programs: findPrograms() },
  { name: 'without bubblewrap', programs: { ...findPrograms(), bwrap: null } },
];

for (const { name, programs } of PLACES) {
  describe(`a command in the sandbox ${name}`, { timeout: 60_000 }, () => {
    let bench: Bench;
    before(() => {
      bench = openBench({ programs });
    });
    after(() => {
      assert.deepEqual(readdirSync(bench.scratch), [], 'it left something in the scratch directory');
      bench.close();
    });

    it('reports exit code, output, times and the command as it was given', async () => {
      const began = Date.now();
      const ran = await bench.sh('echo out; echo err >&2; exit 7');
      assert.equal(ran.ending, 'exited');
      assert.deepEqual([ran.exitCode, ran.signal, ran.detail, ran.truncated], [7, null, null, false]);
      assert.equal(ran.text, 'out\nerr\n');
      assert.deepEqual(ran.argv, ['sh', '-c', 'echo out; echo err >&2; exit 7']);
      assert.ok(ran.startedAt >= began && ran.durationMs >= 0 && ran.durationMs < 30_000);
    });

    it('fails with 127 when the program does not exist', async () => {
      const ran = await bench.sh('', { argv: ['no-such-program'] });
      assert.deepEqual([ran.ending, ran.exitCode], ['exited', 127]);
    });

    it('never takes a death by signal for success', async () => {
      const ran = await bench.sh('kill -9 $$');
      assert.equal(ran.ending, 'exited');
      assert.ok(ran.signal === 'SIGKILL' || ran.exitCode === 137);
    });

    it('could not be started when its directory is not there', async () => {
      const ran = await bench.sh('echo ran', { directory: join(bench.home, 'gone') });
      assert.deepEqual([ran.ending, ran.exitCode, ran.text.includes('ran\n')], ['not-started', null, false]);
      assert.ok(ran.detail);
    });

    it('is killed at its time limit with all that it started, daemons too', async () => {
      const ran = await bench.sh(
        'sleep 71001 & setsid sleep 71001 & (setsid sh -c "sleep 71001 & sleep 71001" &) ; wait',
        {
          timeoutMs: 500,
        },
      );
      assert.deepEqual([ran.ending, ran.exitCode], ['timed-out', null]);
      assert.match(ran.detail ?? '', /timed out after 500 ms/);
      assert.deepEqual(processesWith('71001'), []);
    });

    it('leaves no daemon behind when it ends by itself', async () => {
      const ran = await bench.sh('setsid sleep 71002 >/dev/null 2>&1 & (setsid sleep 71002 &) ; exit 0');
      assert.equal(ran.exitCode, 0);
      assert.deepEqual(processesWith('71002'), []);
    });

    it('is stopped by its signal, whatever it does with SIGTERM', async () => {
      const controller = new AbortController();
      const running = bench.sh(
        'trap "" TERM INT HUP; setsid sleep 71003 & sleep 71003; sleep 71003',
        {},
        controller.signal,
      );
      await eventually('both run', () => processesWith('71003').length >= 2);
      controller.abort();
      assert.equal((await running).ending, 'aborted');
      assert.deepEqual(processesWith('71003'), []);
    });

    it('does not begin when its signal has been given already', async () => {
      const ran = await bench.sh('touch begun', {}, AbortSignal.abort());
      assert.equal(ran.ending, 'aborted');
      assert.deepEqual(readdirSync(bench.directory), []);
    });

    it('keeps both ends of a flood, counts what it leaves out, and lets the command finish', async () => {
      const ran = await bench.sh('echo first; head -c 50000000 /dev/zero | tr "\\0" x; echo; echo last', {
        outputCap: 4000,
      });
      assert.deepEqual([ran.exitCode, ran.truncated], [0, true]);
      assert.ok(ran.text.startsWith('first\nxxx') && ran.text.endsWith('x\nlast\n'));
      const marker = /\n\[\.\.\. (\d+) bytes left out \.\.\.\]\n/.exec(ran.text);
      assert.equal(Number(marker?.[1]) + ran.text.length - (marker?.[0].length ?? 0), 50_000_012);
    });

    it('keeps the verdict and leaves no home behind, whatever the command did to it', async () => {
      const before = homes();
      const dig = 'name=$(printf %0200d 0); for depth in {1..40}; do mkdir $name && cd $name || exit 9; done';
      const script = `cd "$HOME"; ${dig}; chmod 0 "$HOME"; exit 5`;
      const ran = await bench.sh('', { argv: ['bash', '-c', script] });
      assert.deepEqual([ran.ending, ran.exitCode], ['exited', 5]);
      const left = homes().filter((name) => !before.includes(name));
      assert.deepEqual(left, []);
    });

    it('is stopped when it fills the disk, with files that have no name too', async (t) => {
      const small = openBench({ programs, limits: { diskBytes: 32 * 1024 ** 2 } });
      t.after(() => small.close());
      const fill = 'exec 9>f; rm f; while :; do head -c 4000000 /dev/zero >&9; done';
      const ran = await small.sh(fill);
      assert.deepEqual([ran.ending, ran.exitCode], ['aborted', null]);
      assert.match(ran.detail ?? '', /MiB of the disk went while it ran, at most 32 MiB may/);
    });

    it('is stopped when it makes more files than a disk has room for', async (t) => {
      const small = openBench({ programs, limits: { diskFiles: 2_000 } });
      t.after(() => small.close());
      const ran = await small.sh('n=0; while :; do n=$((n + 1)); : >$n; done');
      assert.equal(ran.ending, 'aborted');
      assert.match(ran.detail ?? '', /files were made while it ran, at most 2000 may be/);
    });

    it('hands a command no descriptor that this process was given', async () => {
      const inherited = join(bench.home, 'inherited');
      const script = `bash -c 'echo leaked >&200'`;
      const runner = `exec 200>"$0"; exec "$@"`;
      const args = [
        process.execPath,
        '--input-type=module',
        '-e',
        RUNNER,
        SANDBOX,
        bench.scratch,
        bench.directory,
        script,
      ];
      const child = spawn('bash', ['-c', runner, inherited, ...args, JSON.stringify(programs)], {
        stdio: 'inherit',
      });
      const [exitCode] = await once(child, 'exit');
      assert.deepEqual([exitCode, readFileSync(inherited, 'utf8')], [0, '']);
    });

    it('runs several at once without mixing them', async () => {
      const runs = await Promise.all(
        [1, 2, 3, 4].map((n) => bench.sh(`echo ${n}; sleep 0.1; echo ${n}; exit ${n}`)),
      );
      assert.deepEqual(
        runs.map(({ exitCode, text }) => [exitCode, text]),
        [1, 2, 3, 4].map((n) => [n, `${n}\n${n}\n`]),
      );
    });
  });
}

describe('a runner that is killed', { timeout: 60_000 }, () => {
  it('takes the command and its daemons with it', async (t) => {
    const bench = openBench();
    t.after(() => bench.close());
    if (!isRequired && (await bench.sandbox.isolation()).level < 2)
      return t.skip('LEVEL 2 NOT REACHED: daemons outlive a killed runner');
    const script = 'sleep 71004 & setsid sleep 71004 & (setsid sleep 71004 >/dev/null 2>&1 &); wait';
    const runner = startRunner(bench, script);
    await eventually('all three run', () => processesWith('71004').length === 3);
    runner.kill('SIGKILL');
    await once(runner, 'exit');
    await eventually('none runs', () => processesWith('71004').length === 0);
  });

  it('leaves nothing at whatever moment it is killed', async (t) => {
    const bench = openBench();
    t.after(() => bench.close());
    if (!isRequired && (await bench.sandbox.isolation()).level < 2) return t.skip('LEVEL 2 NOT REACHED');
    for (let delayMs = 80; delayMs <= 240; delayMs += 20) {
      const script = 'setsid sleep 71005 & sleep 71005';
      const runner = startRunner(bench, script);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      runner.kill('SIGKILL');
      await once(runner, 'exit');
      await eventually(
        `none runs after ${delayMs} ms`,
        () => [...processesWith('71005'), ...processesWith(script)].length === 0,
      );
    }
    await commandSandbox({ scratch: bench.scratch }).isolation();
    assert.deepEqual(readdirSync(bench.scratch), [], 'the next one has not swept what they left');
  });
});

describe('a sandbox that somebody else ends', { timeout: 60_000 }, () => {
  it("is nobody's answer, and nothing of it is left", async (t) => {
    const bench = openBench();
    t.after(() => bench.close());
    if (!isRequired && (await bench.sandbox.isolation()).level < 2) return t.skip('LEVEL 2 NOT REACHED');
    const script = 'sleep 71006';
    const running = bench.sh(script);
    await eventually('it runs', () => processesWith('71006').length === 1);
    process.kill(outerOf(script), 'SIGKILL');
    const ran = await running;
    assert.deepEqual([ran.ending, ran.signal], ['cut-off', 'SIGKILL']);
    await eventually('nothing of it runs', () => processesWith(script).length === 0);
  });

  it("is the command's own end when the kernel had no more memory for it", async (t) => {
    const bench = openBench({ limits: { memoryBytes: 64 * 1024 ** 2 } });
    t.after(() => bench.close());
    if ((await bench.sandbox.isolation()).level < 3) return t.skip('LEVEL 3 NOT REACHED');
    const ran = await bench.sh('head -c 200000000 /dev/zero | tail -c 200000000 >/dev/null');
    assert.equal(ran.ending, 'exited');
    assert.notEqual(ran.exitCode, 0);
    assert.match(ran.detail ?? '', /^out of memory: .* 64 MiB$/);
  });

  it("is swept by the next one where it was ended before it was bound to anybody's life", async (t) => {
    const bench = openBench();
    t.after(() => bench.close());
    const mark = markOf(bench.scratch);
    const orphan = await orphanOf(bench, mark);
    await openBench({ scratch: join(bench.home, 'another') }).sandbox.isolation();
    assert.deepEqual(processesWith(mark), [orphan], 'another installation has ended it');
    await commandSandbox({ scratch: bench.scratch }).isolation();
    await eventually('it is gone', () => processesWith(mark).length === 0);
  });
});

/** The process whose group it leads, which is the sandbox's own first one. */
function outerOf(script: string): number {
  const leader = processesWith(script).find(
    (pid) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[2] === `${pid}`,
  );
  assert.ok(leader !== undefined, 'no sandbox leads a group');
  return leader;
}

/** A sandbox that waits for the rest of its arguments, and whose group has lost its leader. */
async function orphanOf({ home }: Bench, mark: string): Promise<number> {
  const { bwrap } = findPrograms();
  const script = 'mkfifo "$2"; exec 6<>"$2"; "$0" --args 6 -- sh -c : "$1" &';
  const args = ['-c', script, bwrap ?? '', mark, join(home, 'arguments')];
  const leader = spawn('bash', args, { detached: true, stdio: 'ignore' });
  await once(leader, 'exit');
  const orphans = () => processesWith(mark).filter((pid) => processesWith('--args').includes(pid));
  await eventually('a sandbox was left behind', () => orphans().length === 1);
  return orphans()[0] ?? 0;
}

/** Homes of commands that have no file system of their own. */
function homes(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('ghost-home-'));
}

function startRunner({ scratch, directory }: Bench, script: string) {
  const args = ['--input-type=module', '-e', RUNNER, SANDBOX, scratch, directory, script];
  return spawn(process.execPath, args, { stdio: 'inherit' });
}
