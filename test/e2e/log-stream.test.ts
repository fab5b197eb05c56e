import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { cancelPatch } from '../../src/app/cancel-patch.ts';
import { patchLog } from '../../src/app/patch-log.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { createClient } from '../../src/cli/client.ts';
import { type LogForm, printLog } from '../../src/cli/follow-log.ts';
import { printer } from '../../src/cli/print.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { creating } from '../world/diffs.ts';
import { aRepository } from '../world/git.ts';
import { installationSettings, openInstallationFor } from '../world/installation.ts';
import { type Child, eventually, startProcess } from '../world/processes.ts';
import { authorToken } from '../world/service.ts';

const SECRET = 'correct horse/battery+staple';

/** A line with one check, its runner and its gateway as processes, and a patch in it. */
async function aScene(t: TestContext, script: string, lease = '30s') {
  const installation = await openInstallationFor({ ...installationSettings(), GHOST_LEASE_TTL: lease });
  const { needs } = installation;
  const gate = `checks:\n  - name: prints\n    run: |\n${script.replace(/^/gm, '      ')}\n    secrets: [TOKEN]\n`;
  const repo = aRepository({ 'ghost.yml': gate, 'greeting.txt': 'hello\n' });
  const secrets = join(installation.config.home.data, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  writeFileSync(join(secrets, 'TOKEN'), SECRET, { mode: 0o600 });
  writeFileSync(installation.config.home.policyFile, 'version: 1\ngrants: {secrets: [TOKEN]}\n', {
    mode: 0o600,
  });
  await addWorkspace(needs, { name: 'main', repo, branch: 'main', checks: [], actor: 'test', adopt: false });
  const { patch } = await submitPatch(needs, {
    ...{ workspace: 'main', body: Buffer.from(creating('new.txt')), format: null, title: null },
    ...{ author: 'test', origin: 'http', idempotencyKey: null, force: false },
  });
  const children: Child[] = [];
  t.after(async () => {
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    await installation.close();
    for (const folder of [installation.config.home.root, repo])
      rmSync(folder, { recursive: true, force: true });
  });
  const start = async (module: string, settings: Readonly<Record<string, string>> = {}) => {
    const child = startProcess(module, { ...installation.settings, ...settings });
    children.push(child);
    return { child, port: String((await child.ready).port) };
  };
  const gateway = await start('src/main/gateway.ts');
  return {
    needs,
    id: patch.id,
    gateway,
    start,
    home: installation.config.home,
    token: await authorToken(installation),
  };
}

type Scene = Awaited<ReturnType<typeof aScene>>;

const FORM: LogForm = { until: 'over', times: 'hidden', tail: null, raw: false, check: null };

/** What a person would see who follows. */
function follow({ id, token, gateway }: Scene, form: Partial<LogForm> = {}) {
  const seen = { text: '', notes: '' };
  const stdout = {
    write: (part: string | Uint8Array) => (seen.text += Buffer.from(part as string).toString()),
  };
  const stderr = { write: (part: string | Uint8Array) => (seen.notes += part) };
  const url = `http://127.0.0.1:${gateway.port}`;
  const client = createClient({ findService: async () => ({ url, token, supervisor: null }) });
  const print = printer({ stdout, stderr } as never, false);
  const over = printLog(
    id,
    { ...FORM, ...form },
    { client, print, clock: systemClock, stdout: stdout as never },
  );
  over.catch(() => undefined);
  return { seen, over, sees: (text: string) => eventually(text, () => seen.text.includes(text)) };
}

const COUNTING = 'for i in $(seq 1 60); do echo "line $i"; sleep 0.05; done\ntest -e new.txt';
const LINES = Array.from({ length: 60 }, (_, at) => `line ${at + 1}\n`).join('');

describe('whoever follows the log of a patch', () => {
  it('sees what a check prints before it is over, and all of it once over a gateway that is killed', async (t) => {
    const scene = await aScene(t, COUNTING);
    const follower = follow(scene);
    const timed = follow(scene, { times: 'shown' });
    await scene.start('src/main/runner.ts');
    await follower.sees('line 3\n');
    assert.equal((await scene.needs.ledger.find(scene.id))?.state.name, 'checking');
    scene.gateway.child.process.kill('SIGKILL');
    await scene.gateway.child.ended;
    await scene.start('src/main/gateway.ts', { GHOST_GATEWAY_PORT: scene.gateway.port });
    await Promise.all([follower.over, timed.over]);
    assert.equal(follower.seen.text, `== prints (workspace)\n${LINES}`);
    const times = timed.seen.text
      .split('\n')
      .slice(1, -1)
      .map((line) => Date.parse(line.split(' ')[0] ?? ''));
    assert.equal(times.length, 60);
    assert.deepEqual(
      times,
      times.toSorted((one, other) => one - other),
    );
    assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) > 500, 'stamped as they came');
    const tail = follow(scene, { until: 'now', tail: 2 });
    await tail.over;
    assert.equal(tail.seen.text, '== prints (workspace)\nline 59\nline 60\n');
  });

  it('is told that a run was cut off when its runner died, and what it had printed', async (t) => {
    const scene = await aScene(t, 'echo half of it; sleep 100; test -e new.txt', '1s');
    const first = await scene.start('src/main/runner.ts');
    const follower = follow(scene);
    await follower.sees('half of it\n');
    first.child.process.kill('SIGKILL');
    await first.child.ended;
    await scene.start('src/main/runner.ts');
    await eventually('the next attempt', () => follower.seen.text.split('half of it\n').length === 3);
    const { open } = await patchLog(scene.needs, scene.id);
    assert.deepEqual(
      open.map(({ state, output }) => [state, `${Buffer.from(output.bytes)}`]),
      [
        ['cut-off', 'half of it\n'],
        ['running', 'half of it\n'],
      ],
    );
    await cancelPatch(scene.needs, { id: scene.id, actor: 'test', role: 'admin' });
    await follower.over;
    assert.match(follower.seen.notes, /run 1: cut off, its runner ended before it did/);
  });

  it('sees no secret, also where it comes in pieces, and bounded parts of a flood', async (t) => {
    const script = [
      'printf %s "${TOKEN:0:9}"; sleep 0.2; printf "%s done\\n" "${TOKEN:9}"',
      'printf %s "$TOKEN" | base64',
      "head -c 60000000 /dev/zero | tr '\\0' '\\n'",
      'test -e new.txt',
    ].join('\n');
    const scene = await aScene(t, script);
    const follower = follow(scene);
    await scene.start('src/main/runner.ts');
    await follower.over;
    const { checks } = await patchLog(scene.needs, scene.id);
    const kept = `${checks[0] && Buffer.from(checks[0].output?.bytes ?? [])}`;
    for (const text of [kept, follower.seen.text]) {
      assert.ok(!text.includes('horse') && !text.includes('staple'));
      assert.match(text, /^(== prints \(workspace\)\n)?\*\*\* done\n\*\*\*/);
      assert.match(text, /\[\.\.\. \d+ bytes left out \.\.\.\]/);
    }
    assert.equal(checks[0]?.verdict.verdict, 'pass');
    assert.equal(checks[0]?.verdict.output.truncated, true);
    const files = readdirSync(scene.home.outputs, { recursive: true }).map((name) =>
      statSync(join(scene.home.outputs, `${name}`)),
    );
    assert.ok(files.filter((file) => file.isFile()).reduce((sum, { size }) => sum + size, 0) < 200_000);
  });
});
