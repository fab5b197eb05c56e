import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SYSTEM_PATH } from '../../../../src/adapters/git/environment.ts';
import { accessTo } from '../../../../src/adapters/git/remote/access.ts';
import { gitLink, NETWORK_LIMITS } from '../../../../src/adapters/git/remote/git-link.ts';
import { gitMirrors } from '../../../../src/adapters/git/remote/mirrors.ts';
import { plainWords } from '../../../../src/adapters/git/remote/server-words.ts';
import { aRemote, makeMirror } from './world.ts';

/** One line of git's protocol (gitprotocol-common). */
const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
const END = '0000';

/** A server that says of its refs, and of what it was pushed, whatever it is told to. */
async function aLiar(t: TestContext, { refs, result = '' }: { refs: string; result?: string }) {
  const server = createServer((request, response) => {
    const service = new URL(request.url ?? '', 'http://x').searchParams.get('service');
    const type = service === null ? 'git-receive-pack-result' : `${service}-advertisement`;
    response.setHeader('content-type', `application/x-${type}`);
    const body = service === null ? result : `${line(`# service=${service}\n`)}${END}${refs}`;
    request.resume().on('end', () => response.end(Buffer.from(body, 'latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.git`;
}

describe('a server that lies', () => {
  it('cannot pass its refusal off as one of our own, after which nothing would be under way', async (t) => {
    const place = aRemote(t);
    const from = place.git('rev-parse', 'main');
    const to = place.git('commit-tree', '-p', 'main', '-m', 'Next', 'main^{tree}');
    const [before, after] = ['1', '2'].map((mark) => place.gitWith(mark, {}, 'hash-object', '-w', '--stdin'));
    const offers = 'report-status side-band-64k atomic agent=x';
    const refs = `${line(`${from} refs/heads/main\0${offers}\n`)}${line(`${before} refs/ghost/fence/main\n`)}${END}`;
    for (const words of ['stale info', 'fetch first', 'already exists', 'needs force']) {
      const report = `${line('unpack ok\n')}${line(`ng refs/heads/main ${words}\n`)}${line(`ng refs/ghost/fence/main ${words}\n`)}${END}`;
      const url = await aLiar(t, { refs, result: `${line(`\x01${report}`)}${END}` });
      const link = gitLink({
        place: { searchPath: SYSTEM_PATH, gitDir: place.gitDir, workTree: null },
        ...{ url, access: await accessTo({ url, credentials: null }), limits: NETWORK_LIMITS },
        ...{ branchRef: 'refs/heads/main', fenceRef: 'refs/ghost/fence/main' },
      });
      const pushed = await link.push([
        { ref: 'branch', from, to },
        { ref: 'fence', from: String(before), to: String(after) },
      ]);
      assert.equal(pushed.kind, 'refused', words);
      assert.notEqual((pushed as { by: string }).by, 'sender', words);
    }
  });

  it('cannot reach the terminal with the names of its branches', async (t) => {
    const place = aRemote(t);
    const id = '1'.repeat(40);
    const names = ['\x1b]0;owned\x07\x1b[31mred', 'x'.repeat(5_000)];
    const lines = names.map((name) => line(`${id} refs/heads/${name}\n`));
    const refs = `${line(`${id} HEAD\0symref=HEAD:refs/heads/main agent=x\n`)}${lines.join('')}${END}`;
    const remote = { url: await aLiar(t, { refs }), writers: 'others', credentials: null } as const;
    const mirrors = gitMirrors({ folder: join(place.root, 'mirrors') });
    const error = await makeMirror(mirrors, { remote }).catch((thrown: Error) => thrown);
    assert(error instanceof Error && 'code' in error);
    assert.equal(error.code, 'branch_unknown', error.message);
    assert.doesNotMatch(error.message, /\p{Cc}|x{200}/u);
  });
});

describe('the words of a server', () => {
  for (const [said, shown] of [
    [`invalid token ghp_${'a1'.repeat(18)}`, 'invalid token ***'],
    ['token glpat-abcdefghij1234567890 expired', 'token *** expired'],
    ['PRIVATE-TOKEN: abcd1234', 'PRIVATE-TOKEN: ***'],
    ['user bob password hunter22secret rejected', 'user bob password *** rejected'],
    ['password: correct', 'password: ***'],
    ['at https://bob:pw@x/y', 'at https://***@x/y'],
    ['Support for password authentication was removed.', 'Support for password authentication was removed.'],
  ] as const)
    it(`${JSON.stringify(said)} are shown as ${JSON.stringify(shown)}`, () =>
      assert.equal(plainWords(said), shown));
});
