import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Change } from '../../../../src/core/change/change.ts';
import type { Fault } from '../../../../src/core/change/fault.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';

function changeOf(text: string): Change {
  const parsed = parseChange(Buffer.from(text), { format: null });
  if (parsed.kind === 'change') return parsed.change;
  return assert.fail(parsed.faults.map(({ message }) => message).join('\n'));
}

function faultOf(text: string): Fault | undefined {
  const parsed = parseChange(Buffer.from(text), { format: null });
  return parsed.kind === 'faulty' ? parsed.faults[0] : assert.fail('it was read');
}

const DIFF = 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a \n+b=\n';
const HEAD =
  'From: A U Thor <a@example.org>\nSubject: [PATCH] Turn a into b\nDate: Fri, 9 Jun 2006 00:44:16 -0700\n';
const BODY = `Because.\n---\n f | 2 +-\n\n${DIFF}-- \n2.39.5\n`;

function added(change: Change): string[] {
  return change.edits.flatMap((edit) =>
    edit.kind === 'modify' ? edit.hunks.flatMap(({ lines }) => lines.map(({ text }) => text)) : [],
  );
}

describe('a mail', () => {
  it('says who wrote it, when, why, and under which id', () => {
    const change = changeOf(`${HEAD}Message-ID: <x.1@example.org>\n\n${BODY}`);
    assert.deepEqual(change.mail, {
      byline: 'A U Thor <a@example.org>',
      date: 1149839056,
      message: 'Because.',
    });
    assert.deepEqual(
      [change.format, change.title, change.externalId],
      ['mail', 'Turn a into b', 'x.1@example.org'],
    );
    assert.deepEqual(change.notes, []);
  });

  it('may carry the words of somebody else, with fields of their own above them', () => {
    const inBody = 'From: B <b@example.org>\nSubject: [PATCH] Of\n B\n\n';
    const { mail, title } = changeOf(`${HEAD}\n${inBody}${BODY}`);
    assert.deepEqual([mail?.byline, title, mail?.message], ['B <b@example.org>', 'Of B', 'Because.']);
  });

  it('keeps what stands above scissors: only git am --scissors cuts there', () => {
    const { mail } = changeOf(`${HEAD}\nHello\n-- >8 --\n${BODY}`);
    assert.equal(mail?.message, 'Hello\n-- >8 --\nBecause.');
  });

  it('is unpacked from quoted-printable and base64, and its notes say that lines are counted there', () => {
    const packed: Readonly<Record<string, string>> = {
      'quoted-printable': BODY.replaceAll('=', '=3D')
        .replace('-a \n', '-a=20\n')
        .replace('Because.', 'Be=\ncause.'),
      base64: `${Buffer.from(BODY)
        .toString('base64')
        .replace(/(.{60})/g, '$1\n')}\n`,
    };
    for (const [encoding, body] of Object.entries(packed)) {
      const change = changeOf(`${HEAD}Content-Transfer-Encoding: ${encoding}\n\n${body}`);
      assert.deepEqual(added(change), ['a ', 'b='], encoding);
      assert.equal(change.mail?.message, 'Because.');
      assert.match(change.notes.join(), new RegExp(`${encoding}: lines are counted in the unpacked text`));
    }
  });

  it('that breaks its encoding is refused at the line that does', () => {
    const broken = (encoding: string, body: string) =>
      faultOf(`${HEAD}Content-Transfer-Encoding: ${encoding}\n\n${body}`);
    assert.deepEqual(
      [
        broken('quoted-printable', BODY.replace('Be', '=zz'))?.patchLine,
        broken('base64', `${'QUJD\n'.repeat(3)}QU=C\n`)?.patchLine,
      ],
      [6, 9],
    );
    assert.equal(broken('x-uuencode', BODY)?.code, 'unsupported');
  });

  it('in format=flowed is put together again as its sender wrote it', () => {
    const flowed = ` f | 2\n\n${DIFF.replace('-a \n', '-a\n').replace(/^ /gm, '  ')}`;
    const type = 'Content-Type: text/plain; charset=utf-8; format=flowed\n';
    const long = changeOf(`${HEAD}${type}\nA line that \nwas wrapped.\n---\n${flowed}`);
    assert.equal(long.mail?.message, 'A line that was wrapped.');
    assert.match(long.notes.join(), /format=flowed/);
    const unwrapped = changeOf(`${HEAD}${type}\nShort.\n---\n${DIFF.replace('-a \n', '-a\n')}`);
    assert.deepEqual([unwrapped.notes, unwrapped.edits[0]?.span.firstLine], [[], 8]);
  });

  it('is read in the charset that it names, its diff in none', () => {
    const latin = Buffer.from(
      `${HEAD}Content-Type: text/plain; charset=iso-8859-1\n\nGr\xfc\xdfe\n---\n${DIFF.replace('b=', '\xfc')}`,
      'latin1',
    );
    const parsed = parseChange(latin, { format: null });
    assert.ok(parsed.kind === 'change');
    assert.deepEqual([parsed.change.mail?.message, added(parsed.change)], ['Grüße', ['a ', '\xfc']]);
    const subject = 'Subject: =?utf-8?B?R3LDvA==?= =?utf-8?q?=C3=9Fe?= =?x-none?q?a?=\n';
    assert.equal(changeOf(`From: a@example.org\n${subject}\n${BODY}`).title, 'Grüßea');
  });

  it('keeps a letter whose last byte looks like a blank in Latin-1', () => {
    assert.equal(changeOf(`From: a@example.org\nSubject: voilà\n\nLà\n---\n${DIFF}`).title, 'voilà');
    assert.equal(changeOf(`From: a@example.org\nSubject: x\n\nLà\n---\n${DIFF}`).mail?.message, 'Là');
  });

  it('as it travels, with CRLF everywhere, is the same as with LF', () => {
    const sent = changeOf(`${HEAD}\n${BODY}`.replaceAll('\n', '\r\n'));
    assert.deepEqual(sent, changeOf(`${HEAD}\n${BODY}`));
  });

  it('without a diff is no patch', () => {
    assert.equal(faultOf(`${HEAD}\nHello\n`)?.code, 'empty_patch');
  });

  it('names lines of the text as submitted, inline and in parts', () => {
    assert.equal(faultOf(`${HEAD}\nWhy.\n---\n${DIFF.replace('+b=', 'b')}`)?.patchLine, 12);
    const fenced = `Here it is:\n\n\`\`\`\n${HEAD}\nWhy.\n---\n${DIFF}\`\`\`\n`;
    assert.equal(changeOf(fenced).edits[0]?.span.firstLine, 10);
    const parts = attached('text/x-patch; name="0001.patch"', DIFF.replace('+b=', 'b'));
    assert.equal(parts.split('\n')[(faultOf(parts)?.patchLine ?? 0) - 1], 'b');
  });
});

function attached(type: string, content: string, disposition = 'attachment'): string {
  return (
    `${HEAD}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="--x"\n\nFor old programs.\n` +
    `----x\nContent-Type: text/plain; charset=UTF-8\n\nBecause.\n\n` +
    `----x\nContent-Type: ${type}\nContent-Disposition: ${disposition}\n\n${content}\n----x--\n\nThe end.\n`
  );
}

describe('a mail in parts', () => {
  it('has its message in one and its diff in another', () => {
    const change = changeOf(attached('text/x-patch; name="0001.patch"', DIFF));
    assert.deepEqual([change.mail?.message, added(change)], ['Because.', ['a ', 'b=']]);
  });

  it('may have the patch as a file of unknown type, known by its name', () => {
    const change = changeOf(attached('application/octet-stream', DIFF, 'attachment; filename=fix.diff'));
    assert.deepEqual(added(change), ['a ', 'b=']);
    assert.equal(faultOf(attached('application/octet-stream', DIFF))?.code, 'empty_patch');
  });

  it('may have a whole mail of format-patch attached', () => {
    const divided = `From ${'12'.repeat(20)} Mon Sep 17 00:00:00 2001\nFrom: B <b@example.org>\nSubject: [PATCH] Of B\n\nWhy.\n---\n${DIFF}-- \n2.39.5\n`;
    const change = changeOf(attached('text/x-patch', divided).replace('Because.\n', ''));
    assert.deepEqual(
      [change.mail?.byline, change.title, change.mail?.message],
      ['B <b@example.org>', 'Of B', 'Why.'],
    );
    assert.deepEqual(added(change), ['a ', 'b=']);
  });

  it('leaves pictures, signatures and HTML out, and says so', () => {
    const text = attached('text/x-patch', DIFF).replace(
      '----x--',
      `----x\nContent-Type: text/html\n\n<p>\n----x--`,
    );
    assert.match(changeOf(text).notes.join(), /text\/html at line \d+ of the mail left out/);
  });

  it('takes the plainest of several forms of the same text', () => {
    const text = attached('text/plain', DIFF).replace('multipart/mixed', 'multipart/alternative');
    assert.equal(faultOf(text)?.code, 'empty_patch');
  });

  it('without a boundary, or nested without end, is refused', () => {
    assert.match(faultOf(`${HEAD}Content-Type: multipart/mixed\n\n${BODY}`)?.message ?? '', /no boundary/);
    let deep = BODY;
    for (let at = 0; at < 9; at++)
      deep = `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n${deep}\n--b${at}--\n`;
    assert.match(faultOf(`${HEAD}${deep}`)?.message ?? '', /nested too deep/);
  });
});

describe('a diff in a message', () => {
  const SHOWN = '--- a/README\n+++ b/README\n@@ -1 +1 @@\n-a\n+b\n';
  const part = (type: string, content: string) => `--x\nContent-Type: ${type}\n\n${content}\n`;
  const inParts = (...parts: readonly string[]) =>
    `${HEAD}Content-Type: multipart/mixed; boundary=x\n\n${parts.join('')}--x--\n`;

  it('is part of the message where the diff has a part of its own, and is not read as a diff', () => {
    const change = changeOf(
      inParts(part('text/plain', `See:\n${SHOWN}\n---\nMore.\n---\n f | 2 +-\n`), part('text/x-patch', DIFF)),
    );
    assert.deepEqual(
      change.edits.map(({ path }) => path),
      ['f'],
    );
    assert.equal(change.mail?.message, `See:\n${SHOWN}\n---\nMore.`);
  });

  it('below the part that is the diff is left out, and said', () => {
    const change = changeOf(inParts(part('text/x-patch', DIFF), part('text/plain', SHOWN)));
    assert.deepEqual([change.edits.length, change.mail?.message], [1, null]);
    assert.match(change.notes.join(), /text below the patch, at line \d+ of the mail, left out/);
  });

  it('of a plain mail is refused where the diff of the mail may begin below it', () => {
    const told = (body: string) => {
      const fault = faultOf(`${HEAD}\n${body}`);
      return `${fault?.code} ${fault?.patchLine}: ${fault?.message}`;
    };
    const says =
      /^malformed 6: Line 6 of the mail begins a diff above the "---" at line \d+, .* cannot be told/;
    assert.match(told(`See:\n${SHOWN}---\n f | 2 +-\n\n${DIFF}-- \n2.39.5\n`), says);
    assert.match(told(`See:\n${SHOWN}\n---\n\n${DIFF}-- \n2.39.5\n`), says);
    assert.match(told(`---\n${SHOWN}\n---\n logo.png | Bin 0 -> 20 bytes\n\n${DIFF}-- \n2.39.5\n`), says);
    assert.match(told(`See:\ndiff --git a/x b/x\n\nWhy.\n---\n f | 2 +-\n\n${DIFF}-- \n2.39.5\n`), says);
    const attached = inParts(part('text/x-patch', `Why:\n${SHOWN}---\n f | 2 +-\n\n${DIFF}`));
    assert.match(faultOf(attached)?.message ?? '', /cannot be told/);
  });

  it('is no other diff than the one of the mail, where a removed line looks like the "---"', () => {
    const lines = '--- a/q.lua\n+++ b/q.lua\n@@ -1,3 +1,2 @@\n a\n---\n b\n';
    assert.equal(changeOf(`${HEAD}\n---\n${lines}${DIFF}-- \n2.39.5\n`).edits.length, 2);
    const last = '--- a/q.lua\n+++ b/q.lua\n@@ -1,2 +1 @@\n a\n---\n';
    assert.equal(changeOf(`${HEAD}\n---\n${last}${DIFF}-- \n2.39.5\n`).edits.length, 2);
  });

  it('of a mail in parts is refused where the line that closes them is missing', () => {
    const text = inParts(part('text/plain', 'Why.'), part('text/x-patch', DIFF));
    assert.match(
      faultOf(text.replace('--x--\n', ''))?.message ?? '',
      /cut off at line \d+, its last: the line "--x--" below its parts is missing/,
    );
  });
});
