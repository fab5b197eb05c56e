import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createLogger, type LogLevel } from '../../src/platform/logger.ts';

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';

async function linesOf(
  level: LogLevel,
  say: (logger: ReturnType<typeof createLogger>) => void,
): Promise<{ text: string; lines: Record<string, unknown>[]; files: string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'ghost-log-'));
  try {
    const logger = createLogger({ component: 'gateway', instance: 'g1', directory, level, console: 'none' });
    say(logger);
    await logger.close();
    const files = (await readdir(directory)).filter((name) => name.endsWith('.log'));
    const text = (await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')))).join('');
    const lines = text.split('\n').filter((line) => line !== '');
    return { text, files, lines: lines.map((line) => JSON.parse(line)) };
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('a line is one JSON object with time, level, message, component and the fields of its logger', async () => {
  const { lines, files } = await linesOf('info', (logger) =>
    logger.child({ requestId: 'r1' }).info('hello', { patch: 'p_1', level: 'forged', time: 'forged' }),
  );
  const [line] = lines;
  assert.equal(lines.length, 1);
  assert.match(files[0] ?? '', /^gateway-\d{4}-\d\d-\d\d\.log$/);
  assert.match(String(line?.time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(
    { ...line, time: '' },
    {
      time: '',
      level: 'info',
      message: 'hello',
      component: 'gateway',
      instance: 'g1',
      requestId: 'r1',
      patch: 'p_1',
    },
  );
});

test('every line said before close is in the file when close resolves', async () => {
  const { lines } = await linesOf('info', (logger) => {
    for (let n = 0; n < 5000; n++) logger.info(`line ${n}`);
  });
  assert.equal(lines.length, 5000);
  assert.equal(lines.at(-1)?.message, 'line 4999');
});

test('lines stay in order, those that go at once among those that wait for their turn', async () => {
  const { lines } = await linesOf('debug', (logger) => {
    logger.info('1');
    logger.debug('2');
    logger.error('3');
    logger.info('4');
    logger.warn('5');
    logger.info('6');
  });
  assert.equal(lines.map(({ message }) => message).join(''), '123456');
});

test('closing twice is fine, and what is said afterwards is dropped', async () => {
  const { lines } = await linesOf('info', (logger) => {
    logger.info('before');
    void logger.close().then(() => logger.info('after'));
  });
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['before'],
  );
});

test('levels below the chosen one are not written', async () => {
  const { lines } = await linesOf('warn', (logger) => {
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
  });
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['c', 'd'],
  );
});

test('secrets are hidden by their key, at any depth, and a fencing token is not a secret', async () => {
  const { text, lines } = await linesOf('info', (logger) =>
    logger.info('request', {
      token: 'sesame-1',
      headers: { Authorization: 'sesame-2', 'set-cookie': ['sesame-3'], 'x-slack-signature': 'sesame-4' },
      deep: [
        {
          signing_secret: 'sesame-5',
          dbPassword: 'sesame-6',
          apiKey: 'sesame-7',
          privateKey: { d: 'sesame-8' },
        },
      ],
      lease: { token: 42 },
      tokenId: 't_1',
    }),
  );
  assert.doesNotMatch(text, /sesame/);
  assert.deepEqual(lines[0]?.lease, { token: 42 });
  assert.equal(lines[0]?.tokenId, 't_1');
});

test('tokens, signatures, keys and credentials are hidden inside any text, in errors as well', async () => {
  const secrets = [JWT, 'hunter2hunter2', 'a'.repeat(64), 'xoxb-12345', 'MIIEvQIBADANB'];
  const { text } = await linesOf('info', (logger) => {
    logger.info(`got ${JWT} from a client`);
    logger.info('header', { line: 'Authorization: Bearer hunter2hunter2' });
    logger.info('url', { remote: 'https://ada:hunter2hunter2@example.org/x.git' });
    logger.info('slack', { said: `v0=${'a'.repeat(64)} xoxb-12345` });
    logger.info('key', { pem: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANB\n-----END PRIVATE KEY-----' });
    logger.error('broke', { error: new Error(`bad ${JWT}`, { cause: new Error('Bearer hunter2hunter2') }) });
  });
  for (const secret of secrets)
    assert.equal(text.includes(secret), false, `${secret.slice(0, 12)} is in the log`);
  assert.match(text, /example\.org\/x\.git/);
});

test('a message with line ends and control characters stays one line', async () => {
  const { text, lines } = await linesOf('info', (logger) =>
    logger.info('first\n{"level":"error","message":"forged"}\r\u001b[2J', { note: 'a\nb' }),
  );
  assert.equal(lines.length, 1);
  assert.equal(text.trimEnd().includes('\n'), false);
  assert.equal(text.includes('\u001b'), false);
});

test('what JSON cannot hold does not break a line', async () => {
  const cycle: Record<string, unknown> = {
    n: 1n,
    bytes: new Uint8Array(3),
    run: () => 1,
    nothing: undefined,
  };
  cycle.self = cycle;
  const { lines } = await linesOf('info', (logger) => logger.info('odd', { cycle }));
  assert.equal(lines.length, 1);
  assert.deepEqual(Object.keys(Object(lines[0]?.cycle)), ['n', 'bytes', 'self']);
});

test('the console is standard error, and its text holds no control characters', async () => {
  const script = `
    import { createLogger } from './src/platform/logger.ts';
    const logger = createLogger({ component: 'cli', instance: 'x', directory: null, level: 'debug', console: process.argv[1] });
    logger.info('one\\ntwo \\u001b[31mred', { path: 'a b' });
    logger.debug('quiet');
    await logger.close();`;
  const run = (form: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, form], {
      cwd: join(import.meta.dirname, '../..'),
    });
  const [text, json] = await Promise.all([run('text'), run('json')]);
  assert.equal(text.stdout, '');
  assert.match(
    text.stderr,
    /^[\d:.]+ INFO {2}cli one\\u000atwo \\u001b\[31mred path="a b"\n[\d:.]+ DEBUG cli quiet\n$/,
  );
  assert.equal(json.stdout, '');
  assert.equal(JSON.parse(json.stderr.split('\n')[0] ?? '').message, 'one\ntwo \u001b[31mred');
});
