import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legible, utf8 } from '../../../../src/core/change/bytes.ts';
import { run } from '../world.ts';

/** A file, hunks for it, and the file afterwards; or why they are refused. */
interface Case {
  readonly file: string;
  readonly patch: string;
  readonly gives: string | { readonly code: string; readonly because: RegExp };
}

/** Phones write `—` for `--`. No line of a file becomes equal to another one by that. */
const CASES: Readonly<Record<string, Case>> = {
  'an em dash that a phone made of two hyphens': {
    file: 'git log --all\nx\ngit log - all\n',
    patch: '@@ @@\n git log —all\n-x\n+y\n',
    gives: 'git log --all\ny\ngit log - all\n',
  },
  'an em dash for two hyphens, and one that stands there': {
    file: 'a — b\nrun --now\nx\n',
    patch: '@@ @@\n a — b\n run —now\n-x\n+y\n',
    gives: 'a — b\nrun --now\ny\n',
  },
  'lines with two hyphens and with one, each read as the file has it': {
    file: 'a --b\na -b\nx\na --b\n',
    patch: '@@ @@\n a —b\n a —b\n-x\n+y\n',
    gives: 'a --b\na -b\ny\na --b\n',
  },
  'an em dash that may be one hyphen here and two there': {
    file: 'a --b\nx\na -b\nx\n',
    patch: '@@ @@\n a —b\n-x\n+y\n',
    gives: { code: 'hunk_ambiguous', because: /lines 1, 3/ },
  },
  'an added line with such an em dash': {
    file: 'git log --all\n',
    patch: '@@ @@\n-git log —all\n+git log —all —oneline\n',
    gives: { code: 'hunk_ambiguous', because: /quotes or dashes/ },
  },
  'an em dash for two hyphens, in lines of another indentation': {
    file: '  git log --all\n  x\n',
    patch: '@@ @@\n git log —all\n-x\n+y\n',
    gives: '  git log --all\n  y\n',
  },
  'an em dash for two hyphens beside an elision': {
    file: 'git log --all\nb\nc\nx\n',
    patch: '@@ @@\n git log —all\n ...\n c\n-x\n+y\n',
    gives: 'git log --all\nb\nc\ny\n',
  },
  'three hyphens are none of its readings': {
    file: 'a --- b\nx\n',
    patch: '@@ @@\n a — b\n-x\n+y\n',
    gives: { code: 'hunk_not_found', because: /do not stand/ },
  },
};

for (const [name, { file, patch, gives }] of Object.entries(CASES)) {
  test(name, () => {
    const result = run({ f: utf8(file) }, utf8(`--- a/f\n+++ b/f\n${patch}`));
    if (typeof gives === 'string') {
      const got = result.kind === 'applied' ? result.tree.f : result.codes.join();
      assert.equal(typeof got === 'string' ? legible(got) : got, gives);
      return;
    }
    const [fault] = result.kind === 'refused' ? result.faults : [];
    assert.equal(fault?.code, gives.code);
    assert.match(fault?.message ?? '', gives.because);
  });
}

test('an anchor with such an em dash is found', () => {
  const patch = '*** Begin Patch\n*** Update File: f\n@@ git log —all\n-x\n+y\n*** End Patch\n';
  const result = run({ f: 'x\ngit log --all\nx\n' }, utf8(patch));
  assert.equal(result.kind === 'applied' ? result.tree.f : result.codes.join(), 'x\ngit log --all\ny\n');
});
