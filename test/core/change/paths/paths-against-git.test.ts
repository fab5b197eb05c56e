import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { scrubbedEnvironment } from '../git.ts';
import { run } from '../world.ts';

/*
 * git with core.protectNTFS and core.protectHFS on is the reference for names that lead into the repository: whatever it
 * refuses as an invalid path is refused here, as a file and as a link, at every depth.
 */

const directory = mkdtempSync(join(tmpdir(), 'ghost-paths-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const env = scrubbedEnvironment(directory);
execFileSync('git', ['init', '-q'], { cwd: directory, env });

const WORDS = [
  '.git',
  'git~1',
  'git~2',
  '.gitmodules',
  'gitmod~1',
  'gitmod~4',
  'gi7eba~1',
  '.gitx',
  'git',
  '..',
  '.',
  '',
];
const CASES: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.replace('i', 'I').replace('o', 'O'),
];
const ENDS = [
  '',
  '.',
  ' ',
  '. .',
  ':x',
  '::$INDEX_ALLOCATION',
  ' :x',
  '\\x',
  '\u200c',
  '\ufeff',
  '~1',
  'x',
  '.. ',
];
const INSIDE = [
  '',
  '\u200c',
  '\u200d',
  '\u200e',
  '\u200f',
  '\u202a',
  '\u202e',
  '\u206a',
  '\u206f',
  '\ufeff',
  '\u2060',
];

function names(): string[] {
  const all = WORDS.flatMap((word) =>
    CASES.flatMap((cased) => [
      ...ENDS.map((end) => cased(word) + end),
      ...INSIDE.map((char) => cased(word).slice(0, 2) + char + cased(word).slice(2)),
    ]),
  );
  const placed = all.map((name, at) => [name, `d/${name}`, `${name}/hooks/x`][at % 3] ?? name);
  return [...new Set(placed)];
}

/** A name as git writes it in a header. */
function quotedName(name: string): string {
  const bytes = [...Buffer.from(name)].map((byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, '0')}`,
  );
  return bytes.join('');
}

function creation(name: string, mode: string): string {
  const path = quotedName(name);
  return [
    `diff --git "a/${path}" "b/${path}"\nnew file mode ${mode}\n--- /dev/null\n+++ "b/${path}"\n`,
    '@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n',
  ].join('');
}

type Answer = 'taken' | 'invalid path' | 'another refusal';

function askGit(patch: string): Answer {
  execFileSync('git', ['read-tree', '--empty'], { cwd: directory, env });
  const config = ['-c', 'core.protectNTFS=true', '-c', 'core.protectHFS=true'];
  const { status, stderr } = spawnSync('git', [...config, 'apply', '--cached'], {
    cwd: directory,
    env,
    input: patch,
  });
  if (status === 0) return 'taken';
  return String(stderr).includes('invalid path') ? 'invalid path' : 'another refusal';
}

for (const [kind, mode] of [
  ['file', '100644'],
  ['link', '120000'],
] as const) {
  test(`what git refuses as an invalid path for a ${kind} is refused here`, (t) => {
    const rows = names().map((name) => {
      const patch = creation(name, mode);
      return { name, theirs: askGit(patch), ours: run({}, patch, { allowPaths: 'all' }) };
    });
    const invalid = rows.filter(({ theirs }) => theirs === 'invalid path');
    assert.ok(invalid.length > 50, `git refused only ${invalid.length} names`);
    const taken = invalid.filter(({ ours }) => ours.kind === 'applied').map(({ name }) => name);
    assert.deepEqual(taken, []);
    const stricter = rows.filter(({ theirs, ours }) => theirs === 'taken' && ours.kind === 'refused');
    const same = rows.filter(({ theirs, ours }) => theirs === 'taken' && ours.kind === 'applied');
    t.diagnostic(
      `${rows.length} names; refused by both ${invalid.length}, taken by both ${same.length}, refused here only ${stricter.length}`,
    );
  });
}
