import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Format } from '../../../src/core/change/change.ts';
import { MAX_PATCH_BYTES, MAX_SERIES } from '../../../src/core/change/limits.ts';
import { parseChange } from '../../../src/core/change/parse.ts';
import { parseSeries } from '../../../src/core/change/parse-series.ts';

function mail(subject: string, body = diff('f')): string {
  return `From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: ${subject}\n\nWhy.\n---\n${body}-- \n2.39.5\n\n`;
}

function diff(name: string): string {
  return `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-a\n+b\n`;
}

function read(text: string, format: Format | null = null) {
  return parseSeries(Buffer.from(text), { format });
}

function patches(text: string) {
  const series = read(text);
  return series.kind === 'series' ? series.patches : assert.fail(JSON.stringify(series.faults));
}

function faults(text: string): string {
  const series = read(text);
  if (series.kind === 'series') return assert.fail('it was read');
  return series.faults.map(({ patchLine, message }) => `${patchLine}: ${message}`).join('\n');
}

describe('a series', () => {
  it('is every mail of a mailbox in order, each with a body that says the same alone', () => {
    const text = mail('[PATCH 1/2] One', diff('f')) + mail('[PATCH 2/2] Two', diff('g'));
    const found = patches(text);
    assert.deepEqual(
      found.map(({ change }) => change.title),
      ['One', 'Two'],
    );
    assert.equal(Buffer.concat(found.map(({ body }) => body)).toString(), text);
    for (const { body, change } of found) {
      const alone = parseChange(body, { format: change.format });
      assert.deepEqual(
        alone.kind === 'change' && alone.change.edits.map(({ path }) => path),
        change.edits.map(({ path }) => path),
      );
    }
  });

  it('of any other form is one patch, whose body is the text as sent', () => {
    for (const text of [diff('f'), `\ufeff${diff('f')}`, mail('One')]) {
      const [only, second] = patches(text);
      assert.deepEqual([Buffer.from(only?.body ?? []).toString(), second], [text, undefined]);
    }
    assert.equal(read('nothing').kind, 'faulty');
  });

  it('divides mailboxes of other programs too, and not where a message speaks of one', () => {
    const classic = mail('x').replace(/^From .*/, 'From a@example.org Fri Jun  9 00:44:16 2006');
    assert.equal(patches(classic + classic.replaceAll('/f', '/g')).length, 2);
    const quoting = mail('x').replace('Why.', 'See\nFrom a@example.org Fri Jun  9 00:44:16 2006\nfor more.');
    assert.equal(patches(quoting + mail('y', diff('g'))).length, 2);
  });

  it('leaves a cover letter out and says so; any other mail without a diff is a fault', () => {
    const [first, second] = patches(mail('[PATCH 0/1] All', '') + mail('[PATCH 1/1] One'));
    assert.match(first?.change.notes.join() ?? '', /line 1 is a cover letter without a diff, left out/);
    assert.equal(second, undefined);
    assert.match(
      faults(mail('Re: [PATCH] x', 'Fine.\n') + mail('y')),
      /1: The mail that begins at line 1 holds no diff/,
    );
    assert.match(faults(mail('[PATCH 0/2] All', '') + mail('[PATCH 0/1] None', '')), /None of the mails/);
  });

  it('with a number missing, doubled or too early is refused', () => {
    const of = (...numbers: readonly string[]) =>
      faults(numbers.map((number, at) => mail(`[PATCH v2 ${number}] x`, diff(`f${at}`))).join(''));
    assert.match(of('1/3', '3/3'), /^16: .*patch 3\/3; expected 2\/3, which is missing/);
    assert.match(of('2/2', '1/2'), /^1: .*patch 2\/2; expected 1\/2, which comes later/);
    assert.match(of('1/2', '1/2'), /^16: .*patch 1\/2; expected 2\/2, and 1 came already/);
    assert.match(of('1/3', '2/3'), /3\/3 is missing/);
    assert.match(of('1/2', '2/3'), /expected 2\/2/);
  });

  it('may be the rest of one whose first patches were sent before, and says so', () => {
    const of = (...numbers: readonly string[]) =>
      numbers.map((number, at) => mail(`[PATCH ${number}] x`, diff(`f${at}`))).join('');
    const notes = (text: string) => patches(text).map(({ change }) => change.notes.join());
    assert.deepEqual(notes(of('2/3', '3/3')), [
      'patch 1/3 of its series not in this text: the rest of it is taken',
      '',
    ]);
    assert.match(
      notes(of('', '3/4', '4/4'))[0] ?? '',
      /^patches 1\/4 to 2\/4 of its series not in this text/,
    );
    assert.match(faults(of('2/4', '4/4')), /patch 4\/4; expected 3\/4, which is missing/);
    assert.match(faults(of('2/4', '3/4')), /4\/4 is missing/);
    assert.match(faults(of('2/3', '2/3', '3/3')), /patch 2\/3; expected 3\/3/);
    assert.match(faults(of('2/3', '3/3', '1/3')), /patch 2\/3; expected 1\/3, which comes later/);
    assert.match(faults(of('1/1', '2/3', '3/3')), /patch 2\/3; expected 1\/3, which is missing/);
    assert.match(faults(of('4/3', '1/3')), /patch 4\/3; expected 1\/3/);
  });

  it('may be several whole series, and mails without numbers', () => {
    const numbers = ['1/2', '2/2', '', '1/1'];
    const text = numbers.map((number, at) => mail(`[PATCH ${number}] x`, diff(`f${at}`))).join('');
    assert.equal(patches(text).length, 4);
  });

  it('tells the faults of all mails, at lines of the whole text', () => {
    const broken = diff('f').replace('+b', 'b');
    const said = faults(mail('x', broken) + mail('y') + mail('z', broken));
    assert.deepEqual(
      said.split('\n').map((line) => line.split(':')[0]),
      ['12', '42'],
    );
  });

  it('has a limit', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => mail('x', diff(`f${at}`))).join('');
    assert.equal(patches(many(MAX_SERIES)).length, MAX_SERIES);
    assert.match(faults(many(MAX_SERIES + 1)), /more than 200 mails/);
    assert.match(faults(mail('x') + mail('y', `${diff('g')}${' x\n'.repeat(MAX_PATCH_BYTES / 3)}`)), /bytes/);
  });

  it('is not looked for in a text whose author says that it is no mail', () => {
    assert.equal(read(mail('x') + mail('y'), 'json-edits').kind, 'faulty');
  });
});
