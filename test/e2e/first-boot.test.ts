import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { git, temporaryFolder } from '../world/git.ts';
import { eventually, processesMentioning } from '../world/processes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** An installation from the network or a cold cache takes its time. */
const INSTALLED_WITHIN_MS = 300_000;

/** What a newcomer has: the tracked files and nothing else. */
function freshCopy(t: TestContext): string {
  const folder = temporaryFolder('first-boot');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  for (const name of listed.toString().split('\0').filter(Boolean)) {
    // Listed and deleted, but not committed yet.
    if (!existsSync(join(ROOT, name))) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(ROOT, name), join(folder, name), { verbatimSymlinks: true });
  }
  return folder;
}

/** The bare environment of the system; where npm lives elsewhere, that folder too. */
function bareEnvironment(): Record<string, string> {
  const folders = ['/usr/bin', '/bin'];
  const npm = (process.env.PATH ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'npm')));
  if (!folders.some((folder) => existsSync(join(folder, 'npm'))) && npm) folders.push(npm);
  return {
    PATH: folders.join(delimiter),
    HOME: '',
    GHOST_GATEWAY_PORT: '0',
    GHOST_RUNNER_PORT: '0',
    GHOST_COOLDOWN: '1s',
  };
}

interface Started {
  readonly process: ChildProcess;
  said(): string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

function npmStart(t: TestContext, folder: string, env: Record<string, string>): Started {
  const child = spawn('npm', ['start'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended: Started['ended'] = new Promise((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  t.after(() => {
    for (const pid of processesMentioning(folder)) process.kill(pid, 'SIGKILL');
  });
  return { process: child, said: () => said, ended };
}

function commandsIn(said: string): readonly string[] {
  const after = said.split('Try next:\n')[1] ?? '';
  return after
    .split('\n')
    .slice(0, 3)
    .map((line) => line.trim());
}

describe('a first boot', () => {
  it('installs, lands a patch, offers commands that work as they stand, and ends whole', async (t) => {
    const folder = freshCopy(t);
    const env = bareEnvironment();
    const run = npmStart(t, folder, env);
    const early = run.ended.then((end) => Promise.reject(new Error(`${JSON.stringify(end)}: ${run.said()}`)));
    await Promise.race([
      early,
      eventually('the demo', () => /Try next:\n(?: {2}.+\n){3}/.test(run.said()), INSTALLED_WITHIN_MS),
    ]).catch((error: unknown) => assert.fail(`${error}\n${run.said()}`));

    const demo = join(folder, 'data', 'demo');
    const commit = /commit +([0-9a-f]{40})/.exec(run.said())?.[1];
    assert.equal(git(demo, 'rev-parse', 'main'), commit);
    assert.match(git(demo, 'log', '-1', '--format=%B', 'main'), /^Ghost-Patch: p_/m);
    assert.match(readFileSync(join(demo, 'README.md'), 'utf8'), /a first patch/);
    const summary = /summary +(\S+)/.exec(run.said())?.[1] ?? '';
    assert.match(readFileSync(summary, 'utf8'), new RegExp(commit ?? 'no commit'));

    for (const command of commandsIn(run.said())) {
      const pasted = spawnSync('/bin/sh', ['-c', command], {
        cwd: folder,
        env,
        encoding: 'utf8',
        timeout: 60_000,
      });
      assert.equal(pasted.status, 0, `${command}\n${pasted.stdout}\n${pasted.stderr}`);
      assert.ok(pasted.stdout.length > 0, command);
    }
    assert.match(git(demo, 'show', 'main:README.md'), /a second patch, by you/);

    run.process.kill('SIGTERM');
    assert.deepEqual(await run.ended, { code: 0, signal: null }, run.said());
    await eventually('the end of every process', () => processesMentioning(folder).length === 0, 10_000);
    assert.equal(git(folder, 'init', '-q'), '');
    const untracked = git(folder, 'status', '--porcelain', '--', 'data', 'logs', 'summaries', 'node_modules');
    assert.ok(!/\?\? (?:data|node_modules)/.test(untracked), `state must be ignored by git: ${untracked}`);
  });
});
