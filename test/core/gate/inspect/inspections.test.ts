import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesOf, utf8 } from '../../../../src/core/change/bytes.ts';
import type { FileChange } from '../../../../src/core/change/change.ts';
import { readGateFile } from '../../../../src/core/gate/gate-file.ts';
import type { Found } from '../../../../src/core/gate/inspect/finding.ts';
import { findingLine } from '../../../../src/core/gate/inspect/finding.ts';
import { inspectionOf, isInspection } from '../../../../src/core/gate/inspect/inspections.ts';
import type { BlobId, Path } from '../../../../src/core/git.ts';

const TOKEN = ['AKIA', 'Z7VRSQ5TJN2XMPLQ'].join('');

/** A file as it becomes, and as it was where that is given. Unicode, but for `raw`. */
function file(path: string, after: string | null, before: string | null = null): FileChange {
  const side = (text: string) => ({
    mode: '100644' as const,
    blob: '0'.repeat(40) as BlobId,
    bytes: bytesOf(utf8(text)),
  });
  return {
    path: utf8(path) as Path,
    before: before === null ? null : side(before),
    after: after === null ? null : side(after),
  };
}

function look(check: object, files: readonly FileChange[], message = 'A subject'): Found {
  const [read] = readGateFile(
    { checks: [{ name: 'it', ...check }] },
    { file: 'ghost.yml', source: 'workspace' },
  );
  assert.ok(read && isInspection(read.task));
  const inspection = inspectionOf(read.task, { files, message });
  for (;;) {
    const step = inspection.next();
    if (step.done) return step.value;
  }
}

function told(check: object, files: readonly FileChange[], message?: string): string {
  return look(check, files, message).findings.map(findingLine).join('\n');
}

function refusal(check: object): string {
  try {
    look(check, []);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'taken';
}

describe('kind: secrets', () => {
  const SECRETS = { kind: 'secrets' };

  it('looks at added lines alone: what stood there before, or only moves, is not the patch’s', () => {
    const line = `id = "${TOKEN}"`;
    assert.match(
      told(SECRETS, [file('a', `x\n${line}\n`, 'x\n')]),
      /^a:2: looks like a secret \(aws-access-token: AK…\)/,
    );
    assert.equal(told(SECRETS, [file('a', `${line}\nx\ny\n`, `x\n${line}\n`)]), '');
    assert.match(told(SECRETS, [file('a', `${line}\n${line}\n`, `${line}\n`)]), /^a:2: /);
    assert.equal(told(SECRETS, [file('a', null, line)]), '');
  });

  it('looks at the names of files and at the message, and does not tell a secret in them either', () => {
    const found = told(
      SECRETS,
      [file(`keys/${TOKEN}.txt`, 'x\n'), file('site.p12', 'x')],
      `Use ${TOKEN} now`,
    );
    assert.match(found, /^The name keys\/AK….txt looks like a secret/m);
    assert.match(found, /^site\.p12: a file of this name holds secrets \(pkcs12-file\)/m);
    assert.match(found, /^The commit message, line 1, looks like a secret/m);
    assert.ok(!found.includes(TOKEN.slice(0, 5)));
  });

  it('heeds comments only where the gate says so, and leaves out globs and rules that it names', () => {
    const files = [file('test/a.py', `id = "${TOKEN}"  # gitleaks:allow\n`)];
    assert.notEqual(told(SECRETS, files), '');
    assert.equal(told({ ...SECRETS, comments: 'heeded' }, files), '');
    assert.equal(told({ ...SECRETS, skip: ['test/'] }, files), '');
    assert.equal(told({ ...SECRETS, without: ['aws-access-token'] }, files), '');
    assert.match(refusal({ ...SECRETS, without: ['aws-acess-token'] }), /did you mean `aws-access-token`\?/);
  });

  it('reads what is no UTF-8, binary or large, and says how much it has read', () => {
    const raw = {
      ...file('b', ''),
      after: { mode: '100644' as const, bytes: bytesOf(`\xff\xfe\0 ${TOKEN}\n`) },
    };
    assert.match(told(SECRETS, [raw]), /^b:1: /);
    const many = Array.from({ length: 10_000 }, (_, at) => file(`f${at}`, `line ${at}\n`));
    const { findings, facts } = look(SECRETS, many);
    assert.deepEqual([findings.length, facts.files, facts.lines], [0, 10_000, 10_000]);
  });
});

describe('kind: limits', () => {
  const cases: readonly (readonly [RegExp, object, readonly FileChange[]])[] = [
    [
      /^The patch changes 2 files; at most 1 may be\.$/,
      { maxFiles: 1 },
      [file('a', '1\n'), file('b', '1\n')],
    ],
    [/^The patch adds and removes 3 lines; at most 2/, { maxLines: 2 }, [file('a', 'x\ny\n', 'z\n')]],
    [/^a: it has 3 bytes; at most 2 may be$/, { maxFileBytes: 2 }, [file('a', 'abc')]],
    [
      /leaves 4 bytes in the files that it changes; at most 3/,
      { maxBytes: 3 },
      [file('a', 'ab'), file('b', 'cd')],
    ],
    [/^a: it is binary/, { binaries: 'refused' }, [file('a', 'a\0b')]],
    [
      /^vendor\/x: no path of `vendor\/` may be changed$/,
      { deny: ['vendor/'] },
      [file('vendor/x', null, '1')],
    ],
    [/^a: only paths of `src\/`, `docs\/` may be changed$/, { allow: ['src/', 'docs/'] }, [file('a', '1')]],
  ];

  it('finds what is larger than it may be, or stands where nothing may be changed', () => {
    for (const [says, check, files] of cases) assert.match(told({ kind: 'limits', ...check }, files), says);
  });

  it('finds nothing at the limit; a line that moves counts nothing, and a binary file has no lines', () => {
    const files = [file('a', '2\n1\n', '1\n2\n'), file('b', '\0\n\n\n')];
    const check = { kind: 'limits', maxFiles: 2, maxLines: 0, maxFileBytes: 4, maxBytes: 8 };
    assert.equal(told(check, files), '');
  });

  it('has to limit something', () => {
    assert.match(refusal({ kind: 'limits' }), /it limits nothing/);
    assert.match(refusal({ kind: 'limits', maxFiles: -1 }), /expected a whole number from 0/);
  });
});

describe('kind: text', () => {
  it('finds characters that turn, hide or only look like others, on added lines', () => {
    const found = told({ kind: 'text' }, [
      file('a', 'if admin\u202e\u2066\nplain\nze\u200bro\nраssword = 1\nrole = "\u{1d41a}dmin"\n', 'plain\n'),
    ]);
    assert.match(found, /^a:1: the line has U\+202E, U\+2066, by which people see/m);
    assert.match(found, /^a:3: the line has U\+200B, which nobody sees/m);
    assert.match(found, /^a:4: the word `раssword` has U\+0440, which looks like a Latin letter/m);
    assert.match(found, /^a:5: the word `𝐚dmin` has U\+1D41A, which stands for a plain letter/m);
    assert.equal(found.split('\n').length, 4);
  });

  it('leaves alone words of other scripts, letters that look like none of ours, emoji and binary files', () => {
    const files = [
      file('a', 'привет мир, Δx = λ_max, naïve, 変数name, 👩‍🚀\n'),
      file('b', '\0раssword\u202e'),
      file('ru/x', 'раssword\n'),
    ];
    assert.equal(told({ kind: 'text', skip: ['ru/'] }, files), '');
  });

  it('can be told what to allow, but not everything', () => {
    assert.equal(told({ kind: 'text', mixedScripts: 'allowed' }, [file('a', 'раssword\n')]), '');
    assert.match(refusal({ kind: 'text', hidden: 'allowed', mixedScripts: 'allowed' }), /it refuses nothing/);
  });
});

describe('kind: message', () => {
  const cases: readonly (readonly [RegExp, object, string])[] = [
    [/subject of the commit has 5 characters; at most 4/, { maxSubject: 4 }, 'Fünfe'],
    [/does not match `\^\(feat\|fix\): \.\+`/, { subject: '^(feat|fix): .+' }, 'Add a thing'],
    [/has `WIP`, which is not for a branch/, { forbidden: ['WIP'] }, 'wip: a thing'],
    [/has `fixup!`/, { forbidden: ['fixup!'] }, 'fixup! a thing'],
    [/no trailer `Ticket: …`/, { trailers: ['Ticket'] }, 'A thing\n\nTicket: \n'],
    [/names no ticket/, { ticket: 'GH-[0-9]+' }, 'A thing\n\nabout GH-x'],
  ];

  it('finds what a message lacks, or has and should not', () => {
    for (const [says, check, message] of cases)
      assert.match(told({ kind: 'message', ...check }, [], message), says);
  });

  it('finds nothing in one that is as it should be', () => {
    const check = {
      ...{ kind: 'message', maxSubject: 20, subject: '^(feat|fix)(\\([a-z]+\\))?: .+', ticket: 'GH-[0-9]+' },
      ...{ trailers: ['signed-off-by'], forbidden: ['WIP', 'fixup!'] },
    };
    assert.equal(told(check, [], 'feat(ui): wiped it\n\nGH-12\n\nSigned-off-by: A <a@b.c>\n'), '');
  });

  // Each of them multiplies the ways through a line.
  const SLOW = [
    `^${'(a|a)'.repeat(27)}b`,
    `^${'a{0,10}'.repeat(8)}b`,
    `^${'a?'.repeat(30)}b`,
    `^${'(ab?)?'.repeat(20)}c`,
    `^.*.*(a|b|c|d|e|f|g|h|i|j)${'(k|l)'.repeat(6)}`,
    '.*.*(a|b|c)',
    '^a|.*.*(b|c)',
  ];
  const QUICK = [
    '^(feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(\\([a-z-]+\\))?!?: .{1,72}$',
    '^(?:[A-Z]{2,10}-\\d+|NO-TICKET):? \\S',
    '(GH-|#)[0-9]+?',
    '^\\[(?<area>[a-z]+)\\] [A-Z].*$',
  ];

  it('takes no pattern that could keep a line busy for ever', () => {
    for (const subject of ['(a+)+$', '(a|a)*$', '((ab)*c)+', '.*.*.*x', '(a)\\1', '(x{2,}){3}', '[', ...SLOW])
      assert.match(refusal({ kind: 'message', subject }), /is not taken/, subject);
    for (const subject of ['^[A-Z].*[^.]$', '^(feat|fix|docs)(\\(.+\\))?: \\S', '[*+]{2}', ...QUICK])
      assert.equal(refusal({ kind: 'message', subject }), 'taken', subject);
  });
});
