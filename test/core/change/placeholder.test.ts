import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { utf8 } from '../../../src/core/change/bytes.ts';
import {
  isPlaceholder,
  kindOfText,
  mayBePlaceholder,
  type TextKind,
} from '../../../src/core/change/placeholder.ts';

/** What models write in place of lines. */
const LAZY = [
  '// ... existing code ...',
  '# ... rest of the file ...',
  '    # ... (rest of the methods unchanged)',
  '/* rest of the code remains unchanged */',
  '<!-- existing content -->',
  '{/* ... existing imports ... */}',
  '... rest of code ...',
  '[... existing code ...]',
  '(... rest of the function unchanged ...)',
  '// rest of the code',
  '-- remaining code unchanged',
  '// … remaining functions …',
  '// Existing code here',
  '# ...existing code...',
  '// ... keep existing code',
  '# ... (same as before)',
  '# ... code ...',
  '# rest unchanged',
  '# (keep everything else as is)',
  '# other methods remain unchanged',
  '# (rest of the Makefile stays the same)',
  '<!-- rest of document -->',
  '// [rest of the code unchanged]',
];

const REAL = [
  '...',
  '    ...',
  'def f(): ...',
  'f(...rest)',
  '...rest,',
  '  ...existing',
  'const [first, ...rest] = all;',
  '// the rest of the argument list is copied',
  '// the remaining functions',
  '///      the existing function.',
  '# previous versions did this',
  'existing code',
  '// ...and so on',
  '// wait for the remaining ...',
  '* existing behaviour is kept: see above',
  '/// All other symbol attributes are unchanged.',
  '#existing',
  '# Rest',
  '# same as above',
];

const sayings = (lines: readonly string[], holds: (line: string) => boolean) => lines.map(utf8).filter(holds);

test('what stands for lines left out is told from lines that only look so', () => {
  assert.deepEqual(
    sayings(LAZY, (line) => !isPlaceholder(line)),
    [],
  );
  assert.deepEqual(
    sayings(REAL, (line) => isPlaceholder(line) || mayBePlaceholder(line, 'dotted')),
    [],
  );
});

test('in a file that replaces another one less has to be said', () => {
  const lazy = [
    '# same as before',
    '(...)',
    '// ...',
    '  ...',
    '/* ... */',
    '# unchanged',
    '# Other methods',
  ];
  assert.deepEqual(
    sayings(lazy, (line) => isPlaceholder(line)),
    [],
  );
  assert.deepEqual(
    sayings(lazy, (line) => !mayBePlaceholder(line, 'code')),
    [],
  );
});

test('a bare ... is a statement in some languages', () => {
  const kinds = ['a.py', 'a.pyi', 'a.yml', 'a.pl'].map(kindOfText);
  assert.ok(kinds.every((kind) => !mayBePlaceholder('    ...', kind)));
  assert.ok(['a.ts', 'a.c', 'Makefile'].map(kindOfText).every((kind) => mayBePlaceholder('...', kind)));
});

test('in prose only markup and brackets are comments', () => {
  const prose = [
    '# Existing code',
    '* the rest is unchanged',
    '... and the rest is history.',
    '-- the rest unchanged',
  ];
  assert.deepEqual(
    sayings(prose, (line) => mayBePlaceholder(line, 'prose')),
    [],
  );
  assert.ok(isPlaceholder('<!-- rest of document -->', 'prose'));
  assert.ok(isPlaceholder('[... rest of the section unchanged ...]', 'prose'));
});

const ADDED = addedLines();

test('no line that a commit of this history added is taken for a placeholder', {
  skip: ADDED.length < 1000 && 'SKIPPED 1: this checkout has no history',
}, (t) => {
  const sure = ADDED.filter(({ text, kind }) => isPlaceholder(text, kind));
  const likely = ADDED.filter(({ text, kind }) => mayBePlaceholder(text, kind));
  t.diagnostic(`of ${ADDED.length} added lines ${sure.length} are refused, ${likely.length} in a whole file`);
  assert.deepEqual(
    sure.map(({ text }) => text),
    [],
  );
  assert.ok(likely.length <= ADDED.length / 10_000);
});

function addedLines(): { readonly text: string; readonly kind: TextKind }[] {
  const cwd = new URL('../../../', import.meta.url);
  const args = ['-c', 'safe.directory=*', 'log', '-p', '--no-renames', '--no-ext-diff', '--format=', '-U0'];
  try {
    const log = execFileSync('git', args, { cwd, maxBuffer: 1 << 29, stdio: ['ignore', 'pipe', 'ignore'] });
    let kind: TextKind = 'code';
    return log
      .toString('latin1')
      .split('\n')
      .flatMap((line) => {
        if (line.startsWith('+++ ')) kind = kindOfText(line);
        return line.startsWith('+') && !line.startsWith('+++ ') ? [{ text: line.slice(1), kind }] : [];
      });
  } catch {
    return [];
  }
}
