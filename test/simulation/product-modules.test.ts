import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

/** What runs in a schedule as it runs in production: the whole protocol, from the lane to the ref transaction. */
const PRODUCT = [
  ...[
    'workers/runner/runner.ts',
    'workers/runner/lane.ts',
    'workers/runner/line-in-hand.ts',
    'workers/relay/relay.ts',
  ],
  ...['app/submit-patch.ts', 'app/cancel-patch.ts', 'app/pause-workspace.ts', 'app/project-outbox.ts'],
  ...['app/take-workspace.ts', 'app/recover-workspace.ts', 'app/keep-lease.ts', 'app/release-held.ts'],
  ...['app/land-next-patch.ts', 'app/judge-patch.ts', 'app/land-patch.ts', 'app/move-branch.ts'],
  ...['app/record-step.ts', 'app/end-of-attempt.ts', 'app/watch-claim.ts', 'app/gate/run-gate.ts'],
  ...['app/change-work.ts', 'app/apply-change.ts', 'core/patch/transition.ts', 'core/queue/next-move.ts'],
  ...['core/lease/grant.ts', 'core/ledger/entry.ts', 'adapters/git/destination.ts', 'adapters/git/fence.ts'],
  ...['adapters/git/remote/remote-destination.ts', 'adapters/git/remote/remote-fence.ts'],
  ...['adapters/git/remote/remote-refs.ts', 'app/keep-branch.ts'],
  ...['adapters/memory/patches.ts', 'adapters/memory/leaser.ts', 'adapters/memory/chains.ts'],
];

/** The two whose physics are simulated, and what only a real machine needs. */
const REPLACED = [
  ...['adapters/git/ref-writer.ts', 'adapters/git/local-ref-host.ts', 'adapters/git/remote/git-link.ts'],
  'adapters/sqlite/open.ts',
];

const SCRIPT = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
const { runSchedule } = await import('./test/simulation/schedule.ts');
await runSchedule({ seed: 1 });
console.log(JSON.stringify(loaded));
`;

it("the product's own modules are what a schedule runs", () => {
  const arguments_ = ['--input-type=module', '--eval', SCRIPT];
  const root = join(import.meta.dirname, '../..');
  const loaded: string[] = JSON.parse(execFileSync(process.execPath, arguments_, { cwd: root }).toString());
  const own = new Set(loaded.flatMap((url) => url.split(`file://${root}/src/`).slice(1)));
  assert.deepEqual(
    PRODUCT.filter((file) => !own.has(file)),
    [],
  );
  assert.deepEqual(
    REPLACED.filter((file) => own.has(file)),
    [],
  );
});

it('no step of the protocol is told again in the simulator', () => {
  const texts = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(?:engine|machine|people|processes)\/.*\.ts$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(import.meta.dirname, file), 'utf8') }));
  assert.ok(texts.length > 15);
  const steps =
    /\badvance\(|\brecordStep\b|type: '(?:claimed|intended|landed|rescued|outpaced)'|\bsealEntry\b/;
  assert.deepEqual(
    texts.filter(({ text }) => steps.test(text)).map(({ file }) => file),
    [],
  );
});
