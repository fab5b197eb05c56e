import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRemoteUrl, remoteKey } from '../../src/core/remote-url.ts';

const ADDRESSES: readonly (readonly [text: string, url: string, scheme: string])[] = [
  ['https://GitHub.example:443/a/b.git/', 'https://github.example/a/b.git', 'https'],
  ['https://ann@git.example/a/b', 'https://ann@git.example/a/b', 'https'],
  ['https://ann%40corp.example@git.example/a', 'https://ann%40corp.example@git.example/a', 'https'],
  ['https://a.rather.long.user.name@git.example/a', 'https://a.rather.long.user.name@git.example/a', 'https'],
  ['ssh://org-123456789012345678@git.example/a', 'ssh://org-123456789012345678@git.example/a', 'ssh'],
  ['https://git.example/glib-networking/ghp_tools', 'https://git.example/glib-networking/ghp_tools', 'https'],
  ['ssh://git@git.example:22/srv/a.git', 'ssh://git@git.example/srv/a.git', 'ssh'],
  ['ssh://git@[::1]:2222/a', 'ssh://git@[::1]:2222/a', 'ssh'],
  ['git@Git.Example:a/b.git', 'git@git.example:a/b.git', 'ssh'],
  ['file:///srv/a.git/', 'file:///srv/a.git', 'file'],
  ['file://localhost/srv/a.git', 'file:///srv/a.git', 'file'],
  ['http://127.0.0.1:8080/a', 'http://127.0.0.1:8080/a', 'http'],
];

const PATHS = ['/srv/a', './a', 'a', 'C:a', 'host:a', './x@y:z', 'user@host://x'];

const REFUSED: readonly (readonly [text: string, problem: RegExp])[] = [
  ['http://git.example/a', /in the clear/],
  ['http://127.0.0.1.evil.example/a', /in the clear/],
  ['git://git.example/a', /neither secrecy nor proof/],
  ['ftp://git.example/a', /none of/],
  ['ext::sh -c id', /run a program/],
  ['ext://sh', /none of/],
  ['https://ann:pw@git.example/a', /holds a secret/],
  ['ssh://git:pw@git.example/a', /holds a secret/],
  ['https://ann%3Apw@git.example/a', /user name/],
  ['https://ghp_0123456789@git.example/a', /holds a secret/],
  ['https://glpat-0123@git.example/a', /holds a secret/],
  [`https://${'0123456789abcdef'.repeat(3)}@git.example/a`, /holds a secret/],
  [`https://${'a5'.repeat(26)}@dev.azure.example/o/_git/r`, /holds a secret/],
  ['https://ATBB0123456789abcdef@bucket.example/o/r', /holds a secret/],
  ['https://git.example/o/ghp_0123456789abcdefghij', /holds a secret/],
  ['git@git.example:o/glpat-0123456789abcdefghij', /holds a secret/],
  ['https://git.example/a?token=1', /"\?" or "#"/],
  ['https://git.example', /names no repository/],
  ['https://git.example//', /names no repository/],
  ['ssh://-oProxyCommand=id/a', /no host name/],
  ['git@host:-a', /begins with "-"/],
  ['https://git.example/a b', /blanks/],
  ["https://git.example/a'b", /quotes/],
  ['https://git.example/a\nb', /blanks/],
  ['file://srv/a', /absolute path/],
];

describe('the address of a remote', () => {
  for (const [text, url, scheme] of ADDRESSES)
    it(`${text} is kept as ${url}`, () =>
      assert.deepEqual(readRemoteUrl(text), { kind: 'remote', url, scheme }));

  for (const text of PATHS)
    it(`${text} is none: it is a path`, () => assert.deepEqual(readRemoteUrl(text), { kind: 'path' }));

  for (const [text, problem] of REFUSED)
    it(`${JSON.stringify(text)} is refused`, () => {
      const read = readRemoteUrl(text);
      assert.equal(read.kind, 'refused', JSON.stringify(read));
      assert.match((read as { problem: string }).problem, problem);
      assert.doesNotMatch((read as { problem: string }).problem, /pw|0123/);
    });

  it('is what it was when it is read again', () => {
    for (const [, url, scheme] of ADDRESSES)
      assert.deepEqual(readRemoteUrl(url), { kind: 'remote', url, scheme });
  });

  it('stands for one repository with .git and without', () => {
    assert.equal(remoteKey('https://git.example/a.git'), remoteKey('https://git.example/a'));
    assert.notEqual(remoteKey('https://git.example/a.git'), remoteKey('https://git.example/b'));
  });
});
