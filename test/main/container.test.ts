import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');

interface Way {
  readonly settings?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

function run(module: string, home: string, { settings = {}, args = [] }: Way = {}) {
  const free = { GHOST_GATEWAY_PORT: '0', GHOST_RUNNER_PORT: '0' };
  const env = { PATH: process.env.PATH ?? '', GHOST_HOME: home, ...free, ...settings };
  return spawnSync(process.execPath, [join(ROOT, module), ...args], { env, encoding: 'utf8' });
}

function aHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'ghost-home-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

function leaveBeat(
  home: string,
  beat: { component: string; host: string; agoMs: number; run?: number },
): void {
  const folder = join(home, 'summaries', '_heartbeat');
  mkdirSync(folder, { recursive: true });
  const { component, host, agoMs, run = 1 } = beat;
  const instance = `${component}-${host}-${run}-0000`;
  const at = new Date(Date.now() - agoMs).toISOString();
  const told = { component, instance, pid: run, startedAt: at, at, sequence: 1, status: 'degraded' };
  writeFileSync(
    join(folder, `${component}.${instance}.json`),
    JSON.stringify({ ...told, staleAfterMs: 60_000, details: null }),
  );
}

describe('the health check of a container', () => {
  it('is passed while everything that beats from this host has beaten lately, well or not', (t) => {
    const home = aHome(t);
    leaveBeat(home, { component: 'relay', host: hostname(), agoMs: 1_000 });
    leaveBeat(home, { component: 'relay', host: hostname(), agoMs: 600_000, run: 2 });
    leaveBeat(home, { component: 'runner', host: 'elsewhere', agoMs: 600_000 });
    const { status, stderr } = run('src/main/alive.ts', home);
    assert.deepEqual([status, stderr], [0, '']);
  });

  it('is failed where one is silent, and where there is none', (t) => {
    const home = aHome(t);
    leaveBeat(home, { component: 'relay', host: 'elsewhere', agoMs: 1_000 });
    const none = run('src/main/alive.ts', home);
    assert.deepEqual([none.status, none.stderr], [1, 'nothing that runs here has a heartbeat\n']);
    leaveBeat(home, { component: 'health', host: hostname(), agoMs: 1_000 });
    leaveBeat(home, { component: 'relay', host: hostname(), agoMs: 600_000 });
    const silent = run('src/main/alive.ts', home);
    assert.equal(silent.status, 1);
    assert.match(silent.stderr, /^relay: silent for \d+ ms/);
  });
});

describe('prepare', () => {
  it('makes the home and the token of its operator, keeps both, and forgets who has been silent for a day', (t) => {
    const home = aHome(t);
    leaveBeat(home, { component: 'runner', host: 'gone', agoMs: 25 * 3_600_000 });
    leaveBeat(home, { component: 'relay', host: 'late', agoMs: 23 * 3_600_000 });
    assert.equal(run('src/main/prepare.ts', home).status, 0);
    const token = readFileSync(join(home, 'keys', 'operator.token'), 'utf8');
    for (const folder of ['keys', 'logs', 'outputs'])
      assert.equal(statSync(join(home, folder)).mode & 0o777, 0o700);
    assert.equal(run('src/main/prepare.ts', home).status, 0);
    assert.equal(readFileSync(join(home, 'keys', 'operator.token'), 'utf8'), token);
    assert.deepEqual(readdirSync(join(home, 'summaries', '_heartbeat')), ['relay.relay-late-1-0000.json']);
  });

  it('says what is wrong with a setting, and what to do', (t) => {
    const { status, stderr } = run('src/main/prepare.ts', join(aHome(t), 'home'), {
      settings: { GHOST_LEDGER: 'sqlite' },
    });
    assert.equal(status, 1);
    assert.match(stderr, /^ghost: GHOST_LEDGER is something else; expected mongodb:\/\/HOST.*\nhint: /);
  });
});

describe('scripts/role.js', () => {
  it('names the roles to who asks for another, and for none', (t) => {
    for (const words of [['gate'], [], ['relay', '--fast']]) {
      const { status, stdout, stderr } = run('scripts/role.js', aHome(t), { args: words });
      assert.deepEqual([status, stdout], [1, '']);
      assert.match(stderr, /there is no such role[\s\S]*one of prepare, gateway, runner/);
    }
  });
});
