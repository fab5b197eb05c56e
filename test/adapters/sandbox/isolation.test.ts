import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findPrograms } from '../../../src/adapters/sandbox/programs.ts';
import { sandboxOwner } from '../../../src/adapters/sandbox/sandbox.ts';
import { type Bench, isRequired, openBench } from './bench.ts';

describe('the sandbox at its strongest', { timeout: 60_000 }, () => {
  let bench: Bench;
  let isFenced: boolean;
  let said: string;
  before(async () => {
    bench = openBench({ tools: [dirname(process.execPath)] });
    const { level, description } = await bench.sandbox.isolation();
    isFenced = level >= 2;
    said = `ran at isolation level ${level}: ${description}`;
  });
  after(() => bench.close());

  it('reaches level 2 where it can be installed', (t) => {
    t.diagnostic(said);
    if (!isFenced && !isRequired)
      return t.skip('LEVEL 2 NOT REACHED on this machine: nothing below was tested');
    assert.ok(isFenced, 'bubblewrap does not work on this machine');
  });

  const fenced = (name: string, test: () => Promise<void>) =>
    it(name, async (t) => {
      if (!isFenced && !isRequired) return t.skip('LEVEL 2 NOT REACHED');
      await test();
    });

  fenced('runs as a plain user without capabilities', async () => {
    const { text } = await bench.sh('id -u; grep CapBnd /proc/self/status; grep CapEff /proc/self/status');
    assert.equal(
      text,
      `${sandboxOwner()?.uid ?? process.getuid?.()}\nCapBnd:\t${'0'.repeat(16)}\nCapEff:\t${'0'.repeat(16)}\n`,
    );
  });

  fenced('lets a command write to its copy and to temporary places, and nowhere else', async () => {
    const places = '/ /etc /usr /usr/local /bin /dev /proc /proc/sys/kernel /tools /tools/0';
    const { text } = await bench.sh(
      `for p in ${places}; do touch $p/x 2>/dev/null && echo "wrote to $p"; done
       for p in . "$HOME" "$TMPDIR" /tmp /dev/shm; do touch "$p/x" || echo "cannot write to $p"; done`,
    );
    assert.equal(text, '');
    assert.ok(existsSync(join(bench.directory, 'x')));
  });

  fenced('shows nothing of the host but the system', async () => {
    writeFileSync(join(bench.home, 'secret'), 'x', { mode: 0o644 });
    const hidden = [
      bench.home,
      bench.scratch,
      import.meta.dirname,
      '/home',
      '/root',
      '/var',
      '/run',
      '/sys',
      '/boot',
    ];
    const { text } = await bench.sh(
      `for p in ${hidden.join(' ')} /etc/shadow /etc/ssl/private; do [ -e "$p" ] && echo "$p"; done; ls /`,
    );
    const unknown = text
      .split('\n')
      .filter((name) => !/^(bin|sbin|lib\w*|usr|etc|dev|proc|tmp|tools|work|)$/.test(name));
    assert.deepEqual(unknown, []);
  });

  fenced('hides the environment of the host, and hands over what was declared', async () => {
    process.env.GHOST_TEST_SECRET = 'do-not-show';
    const { text, environment } = await bench.sh(
      'env | sort; cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"',
      {
        environment: { CI: 'true', ODD: 'a b\'\n"$c' },
      },
    );
    delete process.env.GHOST_TEST_SECRET;
    assert.ok(!text.includes('do-not-show') && text.includes('CI=true\n') && text.includes(`ODD=a b'\n"$c`));
    assert.deepEqual(environment, ['CI', 'HOME', 'LANG', 'ODD', 'PATH', 'TMPDIR']);
  });

  fenced('keeps values of the environment out of argument lists', async () => {
    const { text } = await bench.sh('cat /proc/1/cmdline', { environment: { KEY: 'value-of-key' } });
    assert.match(text, /bwrap/);
    assert.doesNotMatch(text, /value-of-key/);
  });

  fenced('gives no network, not even to a server on this machine', async () => {
    const server = createServer((socket) => socket.end('reached'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { text } = await bench.sh(
      `node -e "require('net').connect(${port},'127.0.0.1').on('data',d=>console.log(''+d)).on('error',e=>console.log(e.code))"`,
    );
    server.close();
    assert.equal(text, 'ECONNREFUSED\n');
  });

  fenced('has processes of its own and cannot see or signal others', async () => {
    const { text } = await bench.sh(
      `ls /proc | grep -c '^[0-9]'; kill -0 ${process.pid} 2>/dev/null && echo seen`,
    );
    assert.ok(Number.parseInt(text, 10) < 10 && !text.includes('seen'), text);
  });

  fenced('refuses further namespaces, and hands no descriptor of ours to the command', async () => {
    const { text } = await bench.sh(
      `unshare --user true 2>/dev/null && echo namespace
       unshare --mount true 2>/dev/null && echo mounts
       ls -l /proc/self/fd | grep -c socket`,
    );
    assert.equal(text, '0\n');
  });

  fenced('runs Node and npm from a tool directory that only the owner can enter', async () => {
    const tools = join(bench.home, 'node', 'bin');
    mkdirSync(tools, { recursive: true });
    writeFileSync(join(tools, 'hello'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
    const other = openBench({ tools: [dirname(process.execPath), tools] });
    const { text } = await other.sh('node --version && hello');
    other.close();
    assert.equal(text, `${process.version}\nhello\n`);
  });

  fenced('lets scripts write to /dev/stderr and /dev/stdout, in order', async () => {
    const { text } = await bench.sh('echo 1; echo 2 >/dev/stderr; echo 3 >/dev/stdout; echo 4 >&2');
    assert.equal(text, '1\n2\n3\n4\n');
  });

  fenced('refuses tracing, key rings, vsock and the sockets of the kernel', async () => {
    const attempts = ['strace -o /dev/null true', 'keyctl new_session'].map(
      (attempt) => `${attempt} 2>/dev/null && echo "${attempt}"`,
    );
    const sockets = `python3 -c 'import socket
for family in (1, 2, 10, 16): socket.socket(family, 3 if family == 16 else 1).close()
for family in (17, 38, 40):
  try: socket.socket(family, 5 if family == 38 else 1); print("socket", family)
  except OSError as error: print(error.errno)' 2>&1 || true`;
    const { text } = await bench.sh(
      [...attempts, `command -v python3 >/dev/null || { echo 97; echo 97; echo 97; exit; }`, sockets].join(
        '\n',
      ),
    );
    assert.equal(text, '97\n97\n97\n');
  });

  fenced('limits the size of files, the number of files and core dumps', async () => {
    const limits = await bench.sh('ulimit -f; ulimit -n; ulimit -c');
    assert.equal(limits.text, `${1024 ** 3 / 512}\n4096\n0\n`);
    const small = openBench({ limits: { fileBytes: 1024 } });
    const { exitCode } = await small.sh('head -c 4096 /dev/zero > big');
    small.close();
    assert.notEqual(exitCode, 0);
  });

  fenced('limits the number of processes', async () => {
    const small = openBench({ limits: { processes: 32 } });
    const { text } = await small.sh(
      'i=0; while [ $i -lt 100 ]; do sleep 100 & i=$((i+1)); done; echo all started',
    );
    small.close();
    assert.doesNotMatch(text, /all started/);
  });

  it('limits memory where there is a control group', async (t) => {
    const { level } = await bench.sandbox.isolation();
    if (level < 3) return t.skip('no control group on this machine');
    const small = openBench({ limits: { memoryBytes: 128 * 1024 ** 2 }, tools: [dirname(process.execPath)] });
    const { exitCode } = await small.sh('node -e "const a=[];for(;;)a.push(Buffer.alloc(1<<20,1))"');
    small.close();
    assert.equal(exitCode, 137);
  });
});

describe('the sandbox without its tools', { timeout: 60_000 }, () => {
  it('falls to level 1 without bubblewrap, and says so', async (t) => {
    if (!sandboxOwner()) return t.skip('not root: there is no level 1 here');
    const bench = openBench({ programs: { ...findPrograms(), bwrap: null } });
    t.after(() => bench.close());
    const { level, description } = await bench.sandbox.isolation();
    assert.equal(level, 1, description);
    assert.match(description, /bubblewrap is not installed/);
    const ran = await bench.sh(
      'id -u; touch /etc/x 2>/dev/null && echo wrote; grep NoNewPrivs /proc/self/status; touch "$HOME/x"',
    );
    assert.equal(ran.text, `${sandboxOwner()?.uid}\nNoNewPrivs:\t1\n`);
    assert.equal(ran.isolation, 1);
  });

  it('falls to level 0 without util-linux, says so, and still hides the environment', async (t) => {
    const bench = openBench({ programs: { ...findPrograms(), setpriv: null, prlimit: null } });
    t.after(() => bench.close());
    const { level, description } = await bench.sandbox.isolation();
    assert.equal(level, 0);
    assert.match(description, /no isolation: .*util-linux/);
    const ran = await bench.sh('env; exit 3', { environment: { A: 'b' } });
    assert.equal(ran.exitCode, 3);
    assert.equal(ran.isolation, 0);
    assert.ok(ran.text.includes('A=b\n') && !ran.text.includes('npm_'));
  });

  it('starts its own tools without the environment of this process', async (t) => {
    const bench = openBench();
    t.after(() => bench.close());
    const { mkfifo } = findPrograms();
    const spy = join(bench.home, 'mkfifo');
    const seen = join(bench.home, 'environment');
    writeFileSync(spy, `#!/bin/sh\n/usr/bin/env >'${seen}'\nexec ${mkfifo} "$@"\n`, { mode: 0o755 });
    process.env.OF_THIS_PROCESS = 'secret';
    t.after(() => delete process.env.OF_THIS_PROCESS);
    const spied = openBench({ programs: { ...findPrograms(), mkfifo: spy } });
    t.after(() => spied.close());
    assert.equal((await spied.sh('echo ran')).text, 'ran\n');
    assert.doesNotMatch(readFileSync(seen, 'utf8'), /OF_THIS_PROCESS/);
  });

  it('does not believe a bubblewrap that only pretends', async (t) => {
    const bench = openBench();
    t.after(() => bench.close());
    const fake = join(bench.home, 'bwrap');
    writeFileSync(fake, '#!/bin/sh\nshift 3\ncd / && exec "$@"\n', { mode: 0o755 });
    const lied = openBench({ programs: { ...findPrograms(), bwrap: fake } });
    t.after(() => lied.close());
    const { level, description } = await lied.sandbox.isolation();
    assert.ok(level < 2);
    assert.match(description, /bubblewrap failed its probe/);
  });
});
