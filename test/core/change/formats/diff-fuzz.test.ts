import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { parseSeries } from '../../../../src/core/change/parse-series.ts';
import { SEED } from '../arbitrary.ts';

/** Lines of which diffs, binary patches and mails are made, whole and broken. */
const LINES = [
  ...[
    'From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001',
    'From a@b Fri Jun  9 00:44:16 2006',
  ],
  ...[
    'From: A U Thor <a@example.org>',
    'From: "A \\"B" (c (d) <',
    'Subject: [PATCH 1/2] x',
    'Subject: =?utf-8?q?=C3?=',
  ],
  ...[
    'Subject: =?iso-2022-jp?B?GyRCNUhGIzFRTEA=?= =?x?b?!?=',
    ' folded',
    '\tfolded',
    'Date: Fri, 99 Jun 2006 00:44:16',
  ],
  ...[
    'Content-Type: multipart/mixed; boundary="b"',
    'Content-Type: text/plain; format=flowed; delsp=yes',
    '--b',
    '--b--',
  ],
  ...[
    'Content-Transfer-Encoding: base64',
    'Content-Transfer-Encoding: quoted-printable',
    'LS0tIGEvZgo=',
    '=3D=\t',
    'a =',
  ],
  ...[
    '',
    '',
    '---',
    '-- ',
    '2.39.5',
    '>From here',
    'Message-ID: <a@b>',
    'Content-Disposition: attachment; filename=a.patch',
  ],
  ...[
    'diff --git a/f b/f',
    'diff --git a/f a/f',
    'diff --git "a/\\303" "b/\\303',
    'diff --git a/f b/g',
    'Index: f',
    'diff --git',
  ],
  ...[
    'old mode 100644',
    'new mode 100755',
    'new mode 100664',
    'new file mode 120000',
    'deleted file mode 100644',
    'similarity index 90%',
  ],
  ...[
    'rename from f',
    'rename to g',
    'copy from f',
    'copy to "g\\"',
    `index ${'0'.repeat(40)}..${'e'.repeat(40)} 100644`,
    'index 1..2',
  ],
  ...[
    '--- a/f',
    '+++ b/f',
    '--- /dev/null',
    '+++ /dev/null',
    '@@ -1 +1 @@',
    '@@ -1,2 +1 @@',
    '@@ @@',
    `@@ -${'9'.repeat(200)} +1 @@`,
  ],
  ...[' a', '-a', '+b', '\\ No newline at end of file', '+\x00', ' \xff\xfe'],
  ...[
    'GIT binary patch',
    'literal 0',
    'literal 5',
    'delta 3',
    `delta ${'9'.repeat(9)}`,
    'HcmV?d00001',
    'zcmV',
    'Binary files a/f and b/f differ',
  ],
];

const HUNK = '@@ -1,2 +1 @@\n a\n-b\n';
const MAIL =
  'From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: x\n';
const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** Whole pieces, so that many texts are patches. */
const PIECES = [
  `diff --git a/f b/f\n--- a/f\n+++ b/f\n${HUNK}`,
  `--- a/g\n+++ b/g\n${HUNK}`,
  'diff --git a/h b/i\nrename from h\nrename to i\n',
  'diff --git a/k b/k\nold mode 100644\nnew mode 100755\n',
  `diff --git a/m b/m\nnew file mode 100644\nindex ${'0'.repeat(40)}..${EMPTY_BLOB}\nGIT binary patch\nliteral 0\nHcmV?d00001\n\n`,
  `${MAIL}\nWhy.\n---\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n${HUNK}-- \n2.39.5\n\n`,
  `${MAIL}\n--- a/n\n+++ b/n\n${HUNK}\n`,
  `${MAIL}Content-Transfer-Encoding: quoted-printable\n\n--- a/n=\n\n+++ b/n\n${HUNK}\n`,
  `${MAIL}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n\n--- a/n\n+++ b/n\n${HUNK}--b--\n`,
];

const line = fc
  .record({
    line: fc.constantFrom(...LINES),
    eol: fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', '\r', ''),
  })
  .map((one) => one.line + one.eol);
const pieces = fc.array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...PIECES) }, line), {
  minLength: 1,
  maxLength: 4,
});
const lines = fc.array(fc.oneof({ weight: 9, arbitrary: line }, fc.constantFrom(...PIECES)), {
  maxLength: 30,
});
/** Pieces, lines, and pieces of which a stretch is missing. */
const text = fc
  .tuple(fc.oneof(pieces, pieces, lines), fc.nat(400), fc.constantFrom(0, 0, 1, 5))
  .map(([parts, at, cut]) => {
    const whole = parts.join('');
    return whole.slice(0, at) + whole.slice(at + cut);
  });

test(`whatever lines of diffs and mails follow one another, they are a change with edits or faults (seed ${SEED})`, (t) => {
  const seen = { change: 0, faulty: 0, series: 0 };
  const property = fc.property(text, (body) => {
    const bytes = Buffer.from(body, 'latin1');
    const parsed = parseChange(bytes, { format: null });
    seen[parsed.kind]++;
    if (parsed.kind === 'change') assert.ok(parsed.change.edits.length > 0);
    else checkFaults(parsed.faults, body);
    const series = parseSeries(bytes, { format: null });
    if (series.kind === 'faulty') return checkFaults(series.faults, body);
    if (series.patches.length > 1) seen.series++;
    assert.ok(series.patches.length > 0);
    for (const { body: own, change } of series.patches) {
      const alone = parseChange(own, { format: change.format });
      assert.equal(alone.kind, 'change', Buffer.from(own).toString('latin1'));
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 20_000 });
  t.diagnostic(JSON.stringify(seen));
  assert.ok(seen.change > 2_000 && seen.series > 200, JSON.stringify(seen));
});

function checkFaults(
  faults: readonly { readonly message: string; readonly hint: string; readonly patchLine: number | null }[],
  body: string,
): void {
  assert.ok(faults.length > 0);
  const lines = body.split('\n').length;
  for (const { message, hint, patchLine } of faults) {
    assert.ok(message !== '' && hint !== '' && message.length < 4_000, message);
    const unpacked = message.includes('unpacked');
    assert.ok(
      patchLine === null || unpacked || (patchLine >= 1 && patchLine <= lines + 1),
      `${patchLine} of ${lines}: ${message}`,
    );
  }
}

/** Texts of the largest size that ask for the most work. */
const HEAVY: Readonly<Record<string, (size: number) => string>> = {
  'dividing lines': (size) => 'From a@b Fri Jun  9 00:44:16 2006\nFrom: a\n\n'.repeat(size / 45),
  'headers without an end': (size) => 'From a@b Fri Jun  9 00:44:16 2006\nFrom: a\n'.repeat(size / 42),
  'mails whose parts never end': (size) =>
    'From a@b Fri Jun  9 00:44:16 2006\nContent-Type: multipart/mixed; boundary=b\n\nx\n'.repeat(190) +
    '--b\n\n'.repeat(size / 5),
  'closed parts of mails': (size) =>
    'From a@b Fri Jun  9 00:44:16 2006\nContent-Type: multipart/mixed; boundary=b\n\nx\n'.repeat(190) +
    '--b--\n'.repeat(size / 6),
  'mails of a full series': (size) => {
    const line = `+${'x'.repeat(20)}\n`;
    const mail = `From a@b Fri Jun  9 00:44:16 2006\nFrom: a\nSubject: b\n\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n${line.repeat(size / 200 / 22 - 9)}`;
    return mail.repeat(200);
  },
  'fields of a header': (size) => `From: a\nSubject: b\n${'X: y\n z\n'.repeat(size / 8)}\n`,
  'one folded field': (size) => `From: a\nSubject: b\n${' c\n'.repeat(size / 3)}\n`,
  'encoded words': (size) => `From: a\nSubject: ${'=?utf-8?q?a?= '.repeat(size / 14)}\n\n`,
  'starts of encoded words': (size) => `From: a\nSubject: ${'=?a?q?'.repeat(size / 6)}\n\n`,
  'brackets in a subject': (size) => `From: a\nSubject: ${'[PATCH'.repeat(size / 6)}\n\n`,
  'parts of a mail': (size) =>
    `From: a\nSubject: b\nContent-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(size / 7)}`,
  'blanks in a message': (size) => `From: a\nSubject: b\n\n${' '.repeat(size)}x\n`,
  'escapes in a body': (size) =>
    `From: a\nSubject: b\nContent-Transfer-Encoding: quoted-printable\n\n${'=41'.repeat(size / 3)}\n`,
  'an open address': (size) => `From: ${'('.repeat(size / 2)}${'"'.repeat(size / 2)}\nSubject: b\n\n`,
  'lines of binary content': (size) =>
    `diff --git a/f b/f\nindex 1..2\nGIT binary patch\nliteral 9\n${'D00000\n'.repeat(size / 7)}`,
  'sections of one path': (size) =>
    Array.from(
      { length: 900 },
      (_, at) => `--- a/f\n+++ b/f\n@@ -1 +1 @@\n-${at}\n+${'x'.repeat(size / 900 - 40)}\n`,
    ).join(''),
};

for (const [name, made] of Object.entries(HEAVY)) {
  test(`eight megabytes of ${name} are read in bounded time`, () => {
    // What took more work than the text is long would take minutes.
    const body = Buffer.from(made(8_000_000), 'latin1');
    const started = process.cpuUsage();
    parseSeries(body, { format: null });
    const { user, system } = process.cpuUsage(started);
    assert.ok(user + system < 20_000_000, `${Math.round((user + system) / 1000)} ms`);
  });
}
