import assert from 'node:assert/strict';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { fileSecrets } from '../../../src/adapters/files/secrets.ts';
import { temporaryDirectory } from './temporary.ts';

async function folderWith(test: TestContext, content: string, mode = 0o600) {
  const folder = await temporaryDirectory(test);
  await writeFile(join(folder, 'TOKEN'), content, { mode });
  await chmod(join(folder, 'TOKEN'), mode);
  return folder;
}

describe('fileSecrets', () => {
  it('gives the value of a file of its name, without the line break at its end, and shows it nowhere', async (test) => {
    const found = await fileSecrets(await folderWith(test, 'a b\nc\n')).read('TOKEN');
    assert.ok(found.kind === 'found');
    assert.equal(found.value.expose(), 'a b\nc');
    assert.ok(!`${found.value}${JSON.stringify(found)}${inspect(found, { depth: 5 })}`.includes('a b'));
  });

  const unusable: readonly (readonly [string, string, number, RegExp])[] = [
    [
      'others can read',
      'x',
      0o640,
      /^the secret TOKEN has mode 0640, so that others can reach it; expected 0600$/,
    ],
    ['is empty', '\n', 0o600, /is empty/],
    ['holds a NUL', 'a\0b', 0o600, /contains a NUL/],
    ['is larger than any key', 'x'.repeat(65_537), 0o600, /has 65537 bytes, at most 65536/],
  ];
  for (const [what, content, mode, says] of unusable)
    it(`does not use one that ${what}`, async (test) => {
      const found = await fileSecrets(await folderWith(test, content, mode)).read('TOKEN');
      assert.ok(found.kind === 'unusable');
      assert.match(found.why, says);
    });

  it('knows none where there is no folder, no file, or no file but a link, a folder or a name that leads out', async (test) => {
    const folder = await folderWith(test, 'x');
    await symlink('TOKEN', join(folder, 'LINK'));
    await mkdir(join(folder, 'FOLDER'), { mode: 0o700 });
    for (const [name, says] of [
      ['OTHER', /is not known here: there is no file secrets\/OTHER/],
      ['LINK', /is a link/],
      ['FOLDER', /is not a plain file/],
      ['../TOKEN', /is not a name/],
    ] as const) {
      const found = await fileSecrets(folder).read(name);
      assert.ok(found.kind === 'unusable', name);
      assert.match(found.why, says);
    }
    assert.equal((await fileSecrets(join(folder, 'nowhere')).read('TOKEN')).kind, 'unusable');
  });
});
