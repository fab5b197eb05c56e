import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { sandboxOwner } from '../../../src/adapters/sandbox/sandbox.ts';
import type { FileChange } from '../../../src/core/change/change.ts';
import type { TreeId } from '../../../src/core/git.ts';
import type { Checkout, OpenRepository } from '../../../src/ports/repository.ts';
import { pick, seeded } from '../../conformance/random.ts';
import { change, FILES, makePlace, opened } from '../git/world.ts';
import { type Bench, eventually, isRequired, openBench, processesWith } from './bench.ts';

const SEED = 20_261_123;
const ROUNDS = 10;
/** Everything that a command can tell of a tree: kinds, modes, targets and bytes. */
const LISTING = `find . -printf '%y %m %u %p -> %l\\n' | LC_ALL=C sort
find . -type f -exec sha256sum {} + | LC_ALL=C sort`;

describe('a tree in layers', { timeout: 120_000 }, () => {
  let bench: Bench;
  let isTaken: boolean;
  before(async () => {
    bench = openBench();
    isTaken = (await bench.sandbox.isolation()).takes === 'layers';
  });
  after(() => bench.close());

  const layered = (name: string, test: (t: TestContext) => Promise<void>) =>
    it(name, async (t) => {
      if (!isTaken && !isRequired) return t.skip('LAYERS NOT TAKEN on this machine');
      assert.ok(isTaken, 'layers cannot be mounted on this machine');
      await test(t);
    });
  const open = (t: TestContext) => {
    const owner = sandboxOwner();
    return opened(t, makePlace(t), owner ? { owner } : {});
  };
  const sh = async (checkout: Checkout, script: string, signal?: AbortSignal) =>
    bench.sh(
      script,
      { directory: checkout.path, ...(checkout.layers && { layers: checkout.layers }) },
      signal,
    );
  const seen = async ({ repository }: OpenRepository, tree: TreeId, form: 'copy' | 'layers') => {
    const checkout = await repository.checkout(tree, form);
    assert.equal(checkout.layers !== undefined, form === 'layers');
    const { text, exitCode, detail } = await sh(checkout, LISTING);
    assert.deepEqual([exitCode, detail], [0, null]);
    await checkout.remove();
    return text;
  };

  layered('is for a command what a copy of it is, whatever changes from one to the next', async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const random = seeded(SEED);
    const line = await open(t);
    let { tree } = await line.repository.tip();
    const standing = new Set(Object.keys(FILES));
    const earlier: TreeId[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      tree = await line.repository.buildTree(tree, edits(standing, random));
      earlier.push(tree);
      const again = pick(earlier, random);
      if (round % 5 === 4) assert.equal(await seen(line, again, 'layers'), await seen(line, again, 'copy'));
      assert.equal(await seen(line, tree, 'layers'), await seen(line, tree, 'copy'), `round ${round}`);
    }
  });

  layered('is of its own for each check, and nothing that is done in it reaches the next', async (t) => {
    const line = await open(t);
    const { tree } = await line.repository.tip();
    const clean = await seen(line, tree, 'copy');
    const [one, two] = [
      await line.repository.checkout(tree, 'layers'),
      await line.repository.checkout(tree, 'layers'),
    ];
    const spoil =
      'chmod -R 777 .; for f in $(find . -type f); do echo spoilt >"$f"; done; rm -rf src; ln -s / src';
    const [spoilt, other] = await Promise.all([
      sh(one, `${spoil}; ls`),
      sh(two, `touch other; sleep 0.2; ls; ${LISTING}`),
    ]);
    assert.equal(spoilt.exitCode, 0, spoilt.text);
    assert.ok(!other.text.includes('spoilt') && !spoilt.text.includes('other'));
    await Promise.all([one.remove(), two.remove()]);
    assert.equal(await seen(line, tree, 'layers'), clean);
  });

  layered('lets folders of the tree be renamed, and files be linked and replaced', async (t) => {
    if (!sandboxOwner()) return t.skip('not root: the kernel refuses to rename folders from below (EXDEV)');
    const line = await open(t);
    const checkout = await line.repository.checkout((await line.repository.tip()).tree, 'layers');
    const script =
      'mkdir a && mv src a/ && ls a && perl -e \'rename "a/src", "b" or die "$!"\' && ln README.md x && ls b';
    const ran = await sh(checkout, script);
    await checkout.remove();
    assert.equal(ran.exitCode, 0, ran.text);
  });

  layered('is brought up to date where much has changed, with nobody on it, and else copied', async (t) => {
    const line = await open(t);
    const { repository } = line;
    const { tree } = await repository.tip();
    const files = Array.from({ length: 300 }, (_, at) => change(`many/${at % 9}/${at}`, `${at}\n`));
    const large = await repository.buildTree(tree, files);
    const used = await repository.checkout(tree, 'layers');
    const beside = await repository.checkout(large, 'layers');
    assert.ok(used.layers && !beside.layers, 'the tree below changed while a check was on it');
    await Promise.all([used.remove(), beside.remove()]);
    assert.equal(await seen(line, large, 'layers'), await seen(line, large, 'copy'));
    assert.equal(await seen(line, tree, 'layers'), await seen(line, tree, 'copy'));
  });

  layered('leaves no mount and no process when it ends, is stopped, or its runner is killed', async (t) => {
    const line = await open(t);
    const mounts = () => readFileSync('/proc/self/mounts', 'utf8');
    const earlier = mounts();
    const checkout = await line.repository.checkout((await line.repository.tip()).tree, 'layers');
    const controller = new AbortController();
    const running = sh(checkout, 'sleep 71010', controller.signal);
    await eventually('it runs', () => processesWith('71010').length > 0);
    controller.abort();
    assert.equal((await running).ending, 'aborted');
    const other = await line.repository.checkout((await line.repository.tip()).tree, 'layers');
    const runner = startRunner(bench, other);
    await eventually('it runs in another runner', () => processesWith('71011').length > 0);
    runner.kill('SIGKILL');
    await once(runner, 'exit');
    await eventually('nothing runs', () => processesWith('71011').length === 0);
    assert.equal(mounts(), earlier);
    for (const { path, layers, remove } of [checkout, other]) {
      await remove();
      assert.ok(!existsSync(path) && !existsSync(layers?.work ?? ''));
    }
    assert.deepEqual(readdirSync(bench.scratch), []);
  });
});

/** A process of its own that runs one command on layers, in a scratch folder of its own. */
function startRunner({ home }: Bench, { path, layers }: Checkout) {
  const adapter = join(import.meta.dirname, '../../../src/adapters/sandbox/sandbox.ts');
  const script = `const [adapter, scratch, command] = process.argv.slice(1);
const { commandSandbox } = await import(adapter);
await commandSandbox({ scratch }).run(JSON.parse(command), new AbortController().signal);`;
  const command = {
    argv: ['sleep', '71011'],
    directory: path,
    environment: {},
    timeoutMs: 60_000,
    outputCap: 99,
  };
  const text = JSON.stringify({ ...command, layers });
  const runner = ['--input-type=module', '-e', script, adapter, join(home, 'second'), text];
  return spawn(process.execPath, runner, { stdio: 'inherit' });
}

/** Files, links and folders that come, go, change and take each other's places; `standing` is what stands by then. */
function edits(standing: Set<string>, random: () => number): readonly FileChange[] {
  const names = ['a', 'b', 'a/x', 'a/y', 'b/x', 'b/deep/er/z', 'src/one.ts', 'src', 'README.md', 'ü -n'];
  const changes = new Map<string, FileChange>();
  for (let left = 1 + Math.floor(random() * 4); left > 0; left -= 1) {
    const name = pick(names, random);
    const inTheWay = [...standing].filter(
      (other) => other.startsWith(`${name}/`) || name.startsWith(`${other}/`),
    );
    for (const other of [...inTheWay, name]) {
      changes.set(other, change(other, null));
      standing.delete(other);
    }
    const mode = pick(['100644', '100755', '120000', null, null] as const, random);
    if (mode === null) continue;
    standing.add(name);
    const target = pick(['a', '/etc', '../..', 'nowhere'], random);
    changes.set(name, change(name, mode === '120000' ? target : `${random()}\n`, mode));
  }
  return [...changes.values()];
}
