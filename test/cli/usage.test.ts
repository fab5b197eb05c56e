import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closedPort } from '../adapters/store-servers.ts';
import { type } from './host.ts';

const WRONG: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
  [[], /a command is missing/],
  [['submt'], /unknown command 'submt'/],
  [['submit'], /FILE: is missing, and standard input is a terminal; name a file/],
  [['queue', '--lmit', '3'], /unknown option '--lmit'[\s\S]*--limit/],
  [['queue', '--limit', 'many'], /whole number from 1 to 200/],
  [['submit', '-', '--timeout', '10'], /Expected a duration/],
  [['workspace', 'add', 'x'], /--repo <path>' not specified/],
  [['workspace', 'add', 'x', '--repo', '.', '--check', 'npm test'], /Expected NAME=COMMAND/],
  [
    ['token', 'create', '--subject', 'a', '--role', 'king'],
    /Allowed choices are viewer, author, approver, operator/,
  ],
  [['show', 'a', 'b'], /too many arguments/],
];

describe('a wrong command line', () => {
  it('is told on standard error, with exit code 2 and nothing on standard output', async () => {
    for (const [argv, says] of WRONG) {
      const { exit, stdout, stderr } = await type({}, ...argv);
      assert.deepEqual([exit, stdout], [2, ''], argv.join(' '));
      assert.match(stderr, says);
    }
  });

  it('is told as one JSON document where JSON was asked for', async () => {
    for (const [argv] of WRONG) {
      const { exit, stdout, stderr } = await type({}, ...argv, '--json');
      assert.deepEqual([exit, stdout], [2, ''], argv.join(' '));
      const { code, message, hint, status } = JSON.parse(stderr);
      assert.equal(code, 'input_invalid');
      assert.ok(message && hint && status === 400);
    }
  });
});

describe('help', () => {
  it('is data: on standard output, with exit code 0', async () => {
    for (const argv of [['--help'], ['help', 'submit'], ['workspace', '--help'], ['submit', '--help']]) {
      const { exit, stdout, stderr } = await type({}, ...argv);
      assert.deepEqual([exit, stderr], [0, ''], argv.join(' '));
      assert.match(stdout, /^Usage: ghost/);
    }
  });
});

describe('a service that does not answer', () => {
  it('is named with what to do, and has an exit code of its own', async (t) => {
    const url = `http://127.0.0.1:${await closedPort(t)}`;
    const { exit, stdout, stderr } = await type({ url }, 'queue');
    assert.deepEqual([exit, stdout], [10, '']);
    assert.equal(
      stderr,
      `ghost: ${url} does not answer: ECONNREFUSED.\nhint: Start it with \`ghost up\`, or set GHOST_URL.\n`,
    );
  });
});

describe('the commands about processes', () => {
  it('tell health by the exit code', async () => {
    const components = [
      { component: 'relay', health: 'unknown', ageMs: null, reason: 'there is no heartbeat of it' },
    ];
    const health = async () => ({ health: 'unknown', components });
    const { exit, stdout } = await type({ processes: { health } }, 'health');
    assert.equal(exit, 1);
    assert.match(stdout, /relay +unknown +there is no heartbeat of it\noverall +unknown/);
    const well = await type(
      { processes: { health: async () => ({ health: 'healthy', components: [] }) } },
      'health',
      '--json',
    );
    assert.deepEqual([well.exit, JSON.parse(well.stdout).health], [0, 'healthy']);
  });

  it('find it no failure that nothing was running', async () => {
    const { exit, stdout, stderr } = await type({ processes: { down: async () => null } }, 'down');
    assert.deepEqual([exit, stdout, stderr], [0, '', 'nothing was running\n']);
  });
});
