import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Change, Edit } from '../../src/core/change/change.ts';
import { splitSeries } from '../../src/core/change/formats/mbox.ts';
import { parseChange } from '../../src/core/change/parse.ts';
import { casesAt, type Outcome, Tally } from './cases.ts';

/** Mails of git's own tests, with what `git mailinfo` makes of each. */
const { url: ROOT, skip } = casesAt('git-apply/t5100/');

/** Author, address, subject and date as `git mailinfo` prints them; message; patch. All latin1. */
interface Expected {
  readonly info: string;
  readonly message: string | null;
  readonly patch: string | null;
}

test('a mail says the same here as to git mailinfo', { skip }, (t) => {
  const tally = new Tally();
  for (const [id, mail, expected] of cases()) tally.add(id, true, compared(mail, expected));
  tally.print(t, 'git mailinfo');
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.stricterShare <= 0.05);
});

function* cases(): Generator<readonly [id: string, mail: string, expected: Expected]> {
  for (const [at, { text }] of splitSeries(file('sample.mbox')).entries()) {
    const id = String(at + 1).padStart(4, '0');
    yield [
      `sample ${id}`,
      text,
      { info: file(`info${id}`), message: file(`msg${id}`), patch: file(`patch${id}`) },
    ];
  }
  for (const [at, { text }] of splitSeries(file('rfc2047-samples.mbox')).entries()) {
    const info = file(`rfc2047-info-${String(at + 1).padStart(4, '0')}`);
    yield [`rfc2047 ${at + 1}`, `${text}\n${SMALL_DIFF}`, { info, message: null, patch: SMALL_DIFF }];
  }
  for (const name of ['embed-from', 'quoted-string', 'comment', 'info-from']) {
    const mail = `${file(`${name}.in`)}\n${SMALL_DIFF}`;
    yield [name, mail, { info: file(`${name}.expect`), message: null, patch: SMALL_DIFF }];
  }
  const quoted = `${file('quoted-from.in')}\n${SMALL_DIFF}`;
  const quotedFrom = { info: '', message: file('quoted-from.expect'), patch: SMALL_DIFF };
  yield ['quoted-from', quoted, quotedFrom];
  for (const [at, { text }] of splitSeries(file('quoted-cr.mbox')).entries()) {
    const cr = (name: string) =>
      file(name)
        .replace(/%%$/gm, at === 0 ? '' : '\r')
        .replaceAll('%%', '\r');
    const patch = cr('quoted-cr-patch');
    yield [
      `quoted-cr ${at + 1}`,
      text,
      { info: file('quoted-cr-info'), message: cr('quoted-cr-msg'), patch },
    ];
  }
  yield ['nul-b64', file('nul-b64.in'), { info: '', message: '', patch: file('nul-b64.expect') }];
}

/** Where the mail of a test has no diff, it gets one: only mails that change something are read. */
const SMALL_DIFF = 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n';

function compared(mail: string, expected: Expected): Outcome {
  const own = parseChange(Buffer.from(mail, 'latin1'), { format: null });
  if (own.kind === 'faulty') {
    const said = own.faults.map(({ code, message }) => `${code}: ${message}`).join('; ');
    const empty = expected.patch === '' && own.faults[0]?.code === 'empty_patch';
    return empty ? { kind: 'agree' } : { kind: 'wrong', what: said };
  }
  const wrong = differences(own.change, expected);
  return wrong.length === 0 ? { kind: 'agree' } : { kind: 'wrong', what: wrong.join('; ') };
}

function differences({ title, mail, edits }: Change, expected: Expected): string[] {
  const info = new Map(
    [...utf8(expected.info).matchAll(/^(\w+): (.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const wrong: string[] = [];
  const expect = (what: string, got: unknown, want: unknown) => {
    if (!Object.is(got, want)) wrong.push(`${what} ${JSON.stringify(got)}, git has ${JSON.stringify(want)}`);
  };
  if (info.has('Subject')) expect('title', title, info.get('Subject'));
  if (info.has('Email'))
    expect('byline', mail?.byline ?? ' <>', `${info.get('Author')} <${info.get('Email')}>`);
  if (info.has('Date')) expect('date', mail?.date ?? Number.NaN, secondsOf(info.get('Date') ?? ''));
  if (expected.message !== null) expect('message', mail?.message ?? '', tidied(utf8(expected.message)));
  const patch = parseChange(Buffer.from(expected.patch ?? '', 'latin1'), { format: null });
  assert.ok(patch.kind === 'change', JSON.stringify(patch));
  expect('edits', JSON.stringify(edits.map(unplaced)), JSON.stringify(patch.change.edits.map(unplaced)));
  return wrong;
}

/** Without the lines at which it stands. */
function unplaced(edit: Edit): object {
  const { span: _, ...rest } = edit;
  return 'hunks' in rest ? { ...rest, hunks: rest.hunks.map(({ span: __, ...hunk }) => hunk) } : rest;
}

function secondsOf(date: string): number | null {
  const time = Date.parse(date);
  return Number.isNaN(time) ? Number.NaN : time / 1000;
}

/** As `git stripspace` leaves a message. */
function tidied(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

function file(name: string): string {
  return readFileSync(new URL(name, ROOT), 'latin1');
}

function utf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
