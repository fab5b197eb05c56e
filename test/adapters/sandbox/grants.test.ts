import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sandboxOwner } from '../../../src/adapters/sandbox/sandbox.ts';
import type { Mount } from '../../../src/ports/sandbox.ts';
import { type Bench, isRequired, openBench } from './bench.ts';

describe('what a command is granted', { timeout: 60_000 }, () => {
  let bench: Bench;
  let level: number;
  let modules: string;
  before(async () => {
    bench = openBench();
    ({ level } = await bench.sandbox.isolation());
    modules = join(bench.home, 'modules');
    mkdirSync(modules);
    writeFileSync(join(modules, 'left-pad.js'), 'padded\n');
  });
  after(() => bench.close());

  const fenced = (name: string, test: () => Promise<void>) =>
    it(name, async (t) => {
      if (level < 2 && !isRequired) return t.skip('LEVEL 2 NOT REACHED');
      await test();
    });

  fenced(
    'is the network of this machine where it is asked for, with its names and certificates',
    async () => {
      const server = createServer((socket) => socket.end('reached\n')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const script = `bash -c 'cat </dev/tcp/127.0.0.1/${port}' 2>/dev/null; [ -e /etc/resolv.conf ] && echo names; ls /etc/ssl/certs >/dev/null && echo certificates`;
      const [without, granted] = [await bench.sh(script), await bench.sh(script, { network: 'host' })];
      server.close();
      assert.deepEqual([without.text, without.isolation], ['certificates\n', level]);
      const names = existsSync('/etc/resolv.conf') ? 'names\n' : '';
      assert.deepEqual([granted.text, granted.isolation], [`reached\n${names}certificates\n`, level]);
    },
  );

  fenced('is a folder of the host in its copy, to be read', async () => {
    const mounts: Mount[] = [
      { from: modules, to: 'node_modules' },
      { from: modules, to: 'packages/one/deps' },
    ];
    const script =
      'cat node_modules/left-pad.js packages/one/deps/left-pad.js; touch node_modules/x 2>&1; rm -f node_modules/left-pad.js; touch packages/one/mine && echo wrote';
    const { text } = await bench.sh(script, { mounts });
    assert.match(
      text,
      /^padded\npadded\ntouch: .*Read-only file system\nrm: .*Read-only file system\nwrote\n$/,
    );
    assert.deepEqual(readdirSync(modules), ['left-pad.js']);
    assert.equal(
      lstatSync(join(bench.directory, 'packages/one')).uid,
      sandboxOwner()?.uid ?? process.getuid?.(),
    );
  });

  fenced('is never mounted over what a link in the copy leads to', async () => {
    const outside = join(bench.home, 'outside');
    mkdirSync(outside);
    symlinkSync(outside, join(bench.directory, 'linked'));
    symlinkSync('/etc', join(bench.directory, 'etc'));
    writeFileSync(join(bench.directory, 'file'), '');
    for (const [to, why] of [
      ['linked', /at linked: it is a symbolic link in the tree/],
      ['linked/deep', /at linked: it is a symbolic link/],
      ['etc', /at etc: it is a symbolic link/],
      ['file', /at file: it is a file in the tree/],
      ['../outside', /absolute path at a relative one/],
      ['/etc', /absolute path at a relative one/],
      ['a//b', /absolute path at a relative one/],
    ] as const) {
      const ran = await bench.sh('echo ran', { mounts: [{ from: modules, to }] });
      assert.deepEqual([ran.ending, ran.text], ['not-started', ''], to);
      assert.match(ran.detail ?? '', why);
    }
    assert.deepEqual(readdirSync(outside), []);
  });

  fenced('is mounted on layers too, over what is gone and not through what is below', async () => {
    if ((await bench.sandbox.isolation()).takes !== 'layers') return;
    const [below = '', above = '', work = ''] = ['below', 'above', 'work'].map((name) =>
      join(bench.home, name),
    );
    for (const folder of [below, above, work]) mkdirSync(folder);
    symlinkSync('/etc', join(below, 'linked'));
    mkdirSync(join(below, 'kept'), { mode: 0o750 });
    chmodSync(join(below, 'kept'), 0o750);
    const layers = { below, work };
    const mount = (to: string) => ({ directory: above, layers, mounts: [{ from: modules, to }] });
    const refused = await bench.sh('echo ran', mount('linked/x'));
    assert.match(refused.detail ?? '', /linked: it is a symbolic link/);
    const ran = await bench.sh('cat kept/modules/left-pad.js; stat -c %a kept', mount('kept/modules'));
    assert.equal(ran.text, 'padded\n750\n');
    assert.deepEqual(readdirSync(join(below, 'kept')), []);
  });

  it('is not mounted where there are no namespaces', async (t) => {
    const plain = openBench({ atMost: 1 });
    t.after(() => plain.close());
    const ran = await plain.sh('echo ran', { mounts: [{ from: modules, to: 'node_modules' }] });
    assert.deepEqual([ran.ending, ran.text], ['not-started', '']);
    assert.match(ran.detail ?? '', /mounts need isolation level 2/);
  });

  it('is told of as it is printed, beyond what is kept, with the time', async () => {
    const heard: { readonly text: string; readonly at: number }[] = [];
    const began = Date.now();
    const ran = await bench.sh('echo one; sleep 0.3; echo two; head -c 200000 /dev/zero | tr "\\0" x', {
      outputCap: 100,
      onOutput: (bytes, at) => heard.push({ text: Buffer.from(bytes).toString(), at }),
    });
    const all = heard.map(({ text }) => text).join('');
    assert.equal(all.length, 'one\ntwo\n'.length + 200_000);
    assert.ok(ran.truncated && heard.length > 1 && heard[0]?.text === 'one\n');
    assert.ok(heard.every(({ at }, nth) => at >= (heard[nth - 1]?.at ?? began)));
  });

  it('has an end, and leaves nothing, where who is told of its output fails', async () => {
    const onOutput = () => {
      throw new Error('no room');
    };
    await assert.rejects(bench.sh('echo one; echo two', { onOutput }), /no room/);
    assert.deepEqual(readdirSync(bench.scratch), []);
  });

  it('is processor time up to its limit, at level 3', async (t) => {
    const small = openBench({ limits: { cpus: 0.2 } });
    t.after(() => small.close());
    if ((await small.sandbox.isolation()).level < 3) return t.skip('LEVEL 3 NOT REACHED');
    const spin =
      'my $end = time + 2; 1 while time < $end; my ($user, $system) = times; print $user + $system';
    const { text } = await small.sh('', { argv: ['perl', '-e', spin] });
    assert.ok(Number(text) > 0 && Number(text) < 0.7, `${text} s of processor time`);
  });
});
