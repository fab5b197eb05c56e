import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { commitSignature } from '../../../src/core/evidence/commit-signature.ts';
import {
  allowedSigner,
  armouredSignature,
  signedForGit,
  sshSignedBytes,
} from '../../../src/core/evidence/sshsig.ts';

const repository = mkdtempSync(join(tmpdir(), 'ghost-signed-'));
const git = (args: readonly string[], input = '') =>
  execFileSync('git', args, { cwd: repository, input, encoding: 'utf8' }).trim();
git(['init', '-q']);
const tree = git(['mktree']);
const keys = [aKey(), aKey()] as const;
const [key] = keys;
writeFileSync(join(repository, 'allowed'), `ghost@localhost ${allowedLine(key.publicKey)}\n`);

const header = `tree ${tree}\nauthor Ghost <ghost@localhost> 1795334400 +0000\ncommitter Ghost <ghost@localhost> 1795334400 +0000\n`;
const message = '\na title\n\nGhost-Patch: p_1\n';

const COMMITS: readonly (readonly [what: string, commit: string, kind: 'signed' | 'broken' | 'unsigned'])[] =
  [
    ['signed', withSignature(signedForGit(Buffer.from(header + message), key)), 'signed'],
    ['not signed', header + message, 'unsigned'],
    [
      'with another message than the signed one',
      withSignature(signedForGit(Buffer.from(header + message), key)).replace('a title', 'b title'),
      'broken',
    ],
    [
      'signed by another key than the one that its signature names',
      withSignature(
        signedForGit(Buffer.from(header + message), { publicKey: key.publicKey, sign: keys[1].sign }),
      ),
      'broken',
    ],
    [
      'signed for files instead of commits',
      withSignature(
        armouredSignature({
          publicKey: key.publicKey,
          namespace: 'file',
          signature: key.sign(sshSignedBytes(Buffer.from(header + message), 'file')),
        }),
      ),
      'broken',
    ],
  ];

describe('The signature of a commit', () => {
  it('is judged as git verify-commit does', () => {
    for (const [what, commit, kind] of COMMITS) {
      const found = commitSignature(Buffer.from(commit), 'gpgsig');
      assert.equal(found.kind, kind, what);
      const id = git(['hash-object', '-t', 'commit', '-w', '--stdin'], commit);
      const judged = spawnSync(
        'git',
        ['-c', 'gpg.format=ssh', '-c', 'gpg.ssh.allowedSignersFile=allowed', 'verify-commit', id],
        { cwd: repository, encoding: 'utf8' },
      );
      assert.equal(judged.status === 0, kind === 'signed', `${what}: ${judged.stderr}`);
    }
  });

  it('made by ssh-keygen is read as well', (test) => {
    const file = join(repository, 'key');
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    if (made.status !== 0) return test.skip('no ssh-keygen');
    const id = execFileSync(
      'git',
      [
        ...[
          '-c',
          'gpg.format=ssh',
          '-c',
          `user.signingKey=${file}`,
          '-c',
          'user.name=a',
          '-c',
          'user.email=a@b',
        ],
        ...['commit-tree', '-S', tree, '-m', 'by git'],
      ],
      { cwd: repository, encoding: 'utf8' },
    ).trim();
    const commit = execFileSync('git', ['cat-file', 'commit', id], { cwd: repository });
    assert.equal(commitSignature(commit, 'gpgsig').kind, 'signed');
  });

  it('tells whose key it is', () => {
    const found = commitSignature(Buffer.from(COMMITS[0]?.[1] ?? ''), 'gpgsig');
    assert.ok(found.kind === 'signed');
    assert.deepEqual(Buffer.from(found.publicKey), key.publicKey);
  });

  it('is found broken with any bit of the commit changed', () => {
    const commit = Buffer.from(COMMITS[0]?.[1] ?? '');
    for (let at = 0; at < commit.length; at++) {
      const changed = Buffer.from(commit);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const found = commitSignature(changed, 'gpgsig');
      assert.notEqual(found.kind, 'signed', `byte ${at}`);
    }
  });
});

function withSignature(armour: string): string {
  return `${header}gpgsig ${armour.split('\n').join('\n ')}\n${message}`;
}

function allowedLine(publicKey: Uint8Array): string {
  return allowedSigner('', publicKey).trim();
}

function aKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { publicKey: rawOf(publicKey), sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) };
}

function rawOf(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}
