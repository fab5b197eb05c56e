import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePath } from '../../../../src/core/change/paths/path.ts';

/** Unicode text as the bytes a patch holds. */
const bytes = (text: string): string => Buffer.from(text).toString('latin1');

const REFUSED: Readonly<Record<string, RegExp>> = {
  '': /empty/,
  '/etc/passwd': /absolute/,
  '../x': /segment "\.\."/,
  'a/../b': /segment "\.\."/,
  './a': /segment "\."/,
  'a//b': /empty segment/,
  'a/': /empty segment/,
  'a\\b': /backslash/,
  'C:x': /drive letter/,
  'c:/x': /drive letter/,
  'a\0b': /U\+0000/,
  'a\nb': /U\+000A/,
  'a\x7f': /U\+007F/,
  'a\u0085b': /U\+0085/,
  'a\u202eb': /U\+202E/,
  'a\u2066b': /U\+2066/,
  'a\u200fb': /U\+200F/,
  '-rf': /dash/,
  'a/--upload-pack=x': /dash/,
  '.git/config': /repository's own/,
  'a/.git': /repository's own/,
  '.GIT/hooks/x': /repository's own/,
  '.gIt': /repository's own/,
  '.g\u0131t/config': /repository's own/,
  'git~1/config': /repository's own/,
  'GIT~1': /repository's own/,
  '.git./x': /repository's own/,
  '.git /x': /repository's own/,
  '.git . ./x': /repository's own/,
  '.git::$INDEX_ALLOCATION/config': /repository's own/,
  '.git:x': /repository's own/,
  '.git :x': /repository's own/,
  '.g\u200cit/config': /U\+200C/,
  '.git\ufeff': /U\+FEFF/,
  '.\u206agit': /U\+206A/,
  'a\u200bb': /U\+200B/,
  'a\u2060b': /U\+2060/,
  'a\ufeffb': /U\+FEFF/,
  'a\u00adb': /U\+00AD/,
  'a\u{e0041}b': /U\+E0041/,
  'a\u3164': /U\+3164/,
  'a\u2028b': /U\+2028/,
  'a\u061cb': /U\+061C/,
  CON: /device/,
  'a/nul.txt': /device/,
  'Aux.c/x': /device/,
  'com1 .log': /device/,
  'LPT\u00b9': /device/,
  conin$: /device/,
  'a.': /ends in a dot/,
  '...': /ends in a dot/,
  'a /b': /ends in a space/,
  'ab:c': /":"/,
  'a<b': /"<"/,
  'what?': /"\?"/,
  '*': /"\*"/,
  'a|b': /"\|"/,
  'a"b': /Windows/,
};

for (const [path, why] of Object.entries(REFUSED)) {
  test(`the path ${JSON.stringify(path)} is refused`, () => {
    const parsed = parsePath(bytes(path));
    assert.match(parsed.kind === 'refused' ? parsed.why : 'accepted', why);
  });
}

test('a path that is longer than any system takes is refused', () => {
  assert.equal(parsePath('a/'.repeat(3000)).kind, 'refused');
});

for (const path of [
  'a',
  'a/b.c',
  '.gitignore',
  '.github/x',
  'git',
  '.gitx/a',
  'a-b',
  'grüße/ß',
  'a b',
  'console',
  'null.c',
  'com',
  'com10',
  'a.b.c',
  'caf\u00e9',
  'cafe\u0301',
  '\u2764\ufe0f.md',
  '.git~1',
]) {
  test(`the path ${JSON.stringify(path)} is taken as it stands`, () => {
    assert.deepEqual(parsePath(bytes(path)), { kind: 'path', path: bytes(path) });
  });
}

test('a name that is no UTF-8 is refused, since it could not be shown as it is', () => {
  const parsed = parsePath('gr\xfc\xdfe');
  assert.match(parsed.kind === 'refused' ? parsed.why : 'accepted', /UTF-8/);
});

test('names of 255 bytes and paths of 1,024 are taken, one byte more is not', () => {
  const kind = (path: string) => parsePath(path).kind;
  assert.deepEqual([kind('x'.repeat(255)), kind('x'.repeat(256))], ['path', 'refused']);
  const long = 'd/'.repeat(511);
  assert.deepEqual([kind(`${long}xx`), kind(`${long}xxx`)], ['path', 'refused']);
});
