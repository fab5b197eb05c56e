import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Edit } from '../../../../src/core/change/change.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { run } from '../world.ts';

function edits(text: string): readonly Edit[] {
  const parsed = parseChange(Buffer.from(text, 'latin1'), { format: null });
  if (parsed.kind === 'change') return parsed.change.edits;
  return assert.fail(parsed.faults.map(({ message }) => message).join('\n'));
}

function fault(text: string): string {
  const parsed = parseChange(Buffer.from(text, 'latin1'), { format: null });
  if (parsed.kind === 'change') return assert.fail('it was read');
  return parsed.faults.map(({ code, patchLine, message }) => `${code} ${patchLine}: ${message}`).join('\n');
}

const HUNK = '@@ -1 +1 @@\n-a\n+b\n';

function section(old: string, now: string, more = ''): string {
  return `diff --git ${old} ${now}\n${more}--- ${old}\n+++ ${now}\n${HUNK}`;
}

describe('the names of a git diff', () => {
  /** Both names as the header gives them, and the file that they mean. */
  const NAMES: readonly (readonly [string, string, string])[] = [
    ['a/f', 'b/f', 'f'],
    ['b/f', 'a/f', 'f'],
    ['f', 'f', 'f'],
    ['lib/f', 'lib/f', 'lib/f'],
    ['i/f', 'w/f', 'f'],
    ['before/dir/f', 'after/dir/f', 'dir/f'],
    ['a/x b/x', 'b/x b/x', 'x b/x'],
    ['a/my file', 'b/my file', 'my file'],
    ['"a/gr\\303\\274n"', '"b/gr\\303\\274n"', 'gr\xc3\xbcn'],
  ];
  for (const [old, now, path] of NAMES) {
    it(`${old} and ${now} mean ${path}`, () => {
      assert.deepEqual(
        edits(section(old, now)).map((edit) => edit.path),
        [path],
      );
      assert.deepEqual(
        edits(`diff --git ${old} ${now}\nold mode 100644\nnew mode 100755\n`).map((edit) => edit.path),
        [path],
      );
    });
  }

  it('behind one prefix twice are refused, and so is what would be a tab or a line end', () => {
    assert.match(fault(section('a/f', 'a/f')), /^malformed 1: .*a prefix or a folder/);
    assert.match(fault(section('"b/\\303"', '"b/\\303"')), /^malformed 1: .*a prefix or a folder/);
    assert.match(fault(section('"a/t\\tb"', '"b/t\\tb"')), /^path_refused 1: /);
    assert.match(fault('diff --git a/f b/g\nrename from f\nrename to "g\\n"\n'), /^path_refused/);
    assert.match(fault('diff --git a/f b/g\nrename from f\nrename to "g\n'), /^malformed 3: .*quoted/);
  });

  it('of a rename are those of its own lines, and have to differ', () => {
    const renamed = edits(
      'diff --git a/old name b/new name\nsimilarity index 100%\nrename from old name\nrename to new name\n',
    );
    assert.deepEqual(
      renamed.map((edit) => edit.kind === 'modify' && [edit.from, edit.path]),
      [['old name', 'new name']],
    );
    assert.match(fault('diff --git a/f b/f\nrename from f\nrename to f\n'), /^malformed 2: .*same file/);
    assert.match(
      fault(`diff --git a/f b/g\ncopy from f\ncopy to g\n--- a/f\n+++ b/h\n${HUNK}`),
      /names g and .* b\/h/,
    );
  });
});

describe('the modes of a git diff', () => {
  it('are the three that a repository of Ghost has', () => {
    const mode = (line: string) => fault(`diff --git a/f b/f\nnew file mode ${line}\n`);
    assert.match(mode('100664'), /^unsupported 2: .*100664; expected 100644/);
    assert.match(mode('160000'), /^unsupported 2: .*submodule/);
    assert.match(mode('10644'), /^malformed 2: .*no mode/);
    assert.match(
      fault('diff --git a/f b/f\nold mode 100644\nnew mode 120000\n'),
      /^unsupported .*symbolic link/,
    );
  });

  it('may change alone, and make an empty file', () => {
    const [changed, created] = edits(
      'diff --git a/f b/f\nold mode 100644\nnew mode 100755\ndiff --git a/g b/g\nnew file mode 100755\nindex 0000000..e69de29\n',
    );
    assert.deepEqual(changed?.kind === 'modify' && [changed.oldMode, changed.newMode], ['100644', '100755']);
    assert.deepEqual(created?.kind === 'create' && [created.mode, created.content], ['100755', '']);
  });

  it('cannot say two things at once', () => {
    assert.match(fault('diff --git a/f b/f\nnew file mode 100644\ndeleted file mode 100644\n'), /two of/);
    assert.match(fault('diff --git a/f b/f\nold mode 100644\nold mode 100755\n'), /^malformed 3: A second/);
  });
});

describe('several sections of one path', () => {
  it('take effect one after the other', () => {
    const text = section('a/f', 'b/f') + section('a/f', 'b/f').replace('-a\n+b', '-b\n+c');
    const result = run({ f: 'a\n' }, text);
    assert.deepEqual(result.kind === 'applied' ? result.tree : result.faults, { f: 'c\n' });
  });

  it('may take a file away and put a link in its place', () => {
    const text =
      'diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n' +
      'diff --git a/f b/f\nnew file mode 120000\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+g\n\\ No newline at end of file\n';
    const result = run({ f: 'a\n', g: '' }, text);
    assert.deepEqual(result.kind === 'applied' ? result.tree.f : result.faults, {
      mode: '120000',
      text: 'g',
    });
  });

  it('are refused where they say the same twice, whatever their headers count', () => {
    const doubled = section('a/f', 'b/f') + section('a/f', 'b/f').replace('-1 +1', '-7 +7');
    assert.match(fault(doubled), /^malformed 7: .*at line 7 .*at line 1 already/);
  });
});
