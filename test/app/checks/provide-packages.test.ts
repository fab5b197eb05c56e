import assert from 'node:assert/strict';
import { existsSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { npmPackages } from '../../../src/adapters/npm/installed-packages.ts';
import { sandboxOwner } from '../../../src/adapters/sandbox/sandbox.ts';
import { verdictsIn } from '../../../src/core/evidence/summary.ts';
import { readNpmFiles } from '../../../src/core/gate/packages/npm-files.ts';
import { aRepository, git, patchOf } from '../../world/git.ts';
import { installationSettings } from '../../world/installation.ts';
import { lineFor } from '../../world/line.ts';
import { aRegistry, projectFiles } from '../../world/registry.ts';

const LOOK = [
  'node -e "console.log(require(\\"demo\\").value)"',
  'node_modules/.bin/demo',
  '! touch node_modules/demo/more 2>/dev/null',
  'test ! -e node_modules/demo/ran',
].join('\n');

/** A line whose one check wants the packages of the tree. */
async function aScene(t: TestContext, more: { gate?: string; files?: object; registry?: 'unset' } = {}) {
  const registry = await aRegistry();
  t.after(() => registry.close());
  const gate = `checks:\n  - name: look\n    run: |\n${LOOK.replace(/^/gm, '      ')}\n${more.gate ?? ''}`;
  const repository = aRepository({ 'ghost.yml': gate, ...projectFiles(registry.integrity, more.files) });
  const settings = installationSettings();
  const line = await lineFor(t, {
    repository,
    settings: more.registry === 'unset' ? settings : { ...settings, GHOST_NPM_REGISTRY: registry.url },
  });
  let number = 0;
  const judged = async (changed: Readonly<Record<string, string>> = {}) => {
    number += 1;
    const { patch } = await line.submit(patchOf(repository, { 'new.txt': `${number}\n`, ...changed }));
    await line.next();
    const checked = (await line.needs.chains.entriesAbout(patch.id)).filter(
      ({ type }) => type === 'patch.checked',
    );
    const [verdict] = verdictsIn(checked.at(-1)?.data);
    const bytes = verdict && (await line.needs.outputs.read(verdict.output.sha256));
    return {
      state: (await line.find(patch.id)).state,
      verdict,
      printed: Buffer.from(bytes ?? []).toString(),
    };
  };
  return { line, registry, judged, store: line.installation.config.home.packages };
}

function keysIn(store: string): readonly string[] {
  return existsSync(store) ? readdirSync(store).filter((name) => /^[0-9a-f]{64}$/.test(name)) : [];
}

describe('a check of a tree with a package-lock.json', () => {
  it('sees its packages: installed once, by nobody’s script, from the one registry, for reading only', async (t) => {
    const { judged, registry, store } = await aScene(t);
    const first = await judged();
    assert.deepEqual([first.state.name, first.printed], ['landed', '42\nbin 42\n'], JSON.stringify(first));
    const [key = ''] = keysIn(store);
    assert.deepEqual(first.verdict?.facts, { packages: { installed: key } });
    assert.equal((await judged()).state.name, 'landed');
    assert.deepEqual(registry.asked, ['/demo/-/demo-1.0.0.tgz']);
    assert.equal(statSync(join(store, key, 'node_modules', 'demo', 'index.js')).mode & 0o222, 0);
    assert.deepEqual(readdirSync(store), [key], 'nothing else is left');
  });

  it('is not run where the packages are not what the lock file says, or the registry is away: whose fault is told', async (t) => {
    const { judged, registry, line } = await aScene(t);
    registry.mode = 'broken';
    const away = await judged();
    assert.deepEqual([away.state.name, away.verdict?.verdict], ['queued', 'error']);
    assert.match(away.verdict?.detail ?? '', /^npm could not install the packages/);
    registry.mode = 'lying';
    line.clock.advance(3_600_000);
    await line.next();
    const [head] = await line.needs.ledger.list({ limit: 1 });
    const entries = await line.needs.chains.entriesAbout(head?.id ?? '');
    const told = verdictsIn(entries.findLast(({ type }) => type === 'patch.checked')?.data)[0];
    assert.equal(told?.verdict, 'fail');
    assert.match(told?.detail ?? '', /^a package is not what package-lock.json says it is \(EINTEGRITY\)/);
    // So it is without the patch: nobody blames that.
    assert.equal(head?.state.name === 'failed' && head.state.reason, 'base_fails');
  });

  it('is refused where the lock file does not agree with package.json', async (t) => {
    const { judged, registry } = await aScene(t);
    const { 'package-lock.json': lock = '' } = projectFiles(registry.integrity, { version: '2.0.0' });
    const { state, verdict } = await judged({ 'package-lock.json': lock });
    assert.deepEqual([state.name, verdict?.verdict, verdict?.exitCode], ['rejected', 'fail', null]);
    assert.match(verdict?.detail ?? '', /^package-lock.json does not agree with package.json/);
  });

  it('runs without them where no registry is set or package.json is a link, and says so; or where it wants none', async (t) => {
    const unset = await (await aScene(t, { registry: 'unset' })).judged();
    assert.equal(unset.verdict?.verdict, 'fail');
    assert.match(unset.verdict?.detail ?? '', /were not installed: no registry is set/);
    const linked = await aScene(t);
    const { repository } = linked.line;
    renameSync(join(repository, 'package.json'), join(repository, 'manifest.json'));
    symlinkSync('manifest.json', join(repository, 'package.json'));
    git(repository, 'add', '-A');
    git(repository, 'commit', '-q', '-m', 'A manifest elsewhere');
    const { verdict } = await linked.judged();
    assert.match(verdict?.detail ?? '', /were not installed: package.json is a symbolic link/);
    const { judged, registry } = await aScene(t, { gate: '    dependencies: false\n' });
    const bare = await judged();
    assert.deepEqual(
      [bare.verdict?.verdict, bare.verdict?.facts, registry.asked.length],
      ['fail', undefined, 0],
    );
  });

  it('gets them anew where what is kept is not whole, also after a time without a disk', async (t) => {
    const { judged, registry, store, line } = await aScene(t);
    await judged();
    const [key = ''] = keysIn(store);
    const file = join(store, key, 'node_modules', 'demo', 'index.js');
    rmSync(file, { force: true });
    writeFileSync(file, 'exports.value = 13;\n');
    // As the next process finds it.
    const files = projectFiles(registry.integrity);
    const read = readNpmFiles(files['package.json'] ?? '', files['package-lock.json'] ?? '');
    assert.ok(read.kind === 'files');
    const owner = sandboxOwner();
    const packages = npmPackages({
      ...{ sandbox: line.needs.sandbox, directory: store, registry: registry.url },
      ...(owner === null ? {} : { owner }),
    });
    const install = () => packages.install(read.files, new AbortController().signal);
    renameSync(store, `${store}.away`);
    writeFileSync(store, 'no folder');
    assert.equal((await install()).kind, 'failed');
    rmSync(store);
    renameSync(`${store}.away`, store);
    const again = await install();
    assert.equal(again.kind, 'installed');
    assert.equal(registry.asked.length, 2);
  });
});
