import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OpenFile } from '../../../../src/core/change/apply/open-file.ts';
import { dominantEol, fileLines } from '../../../../src/core/change/file-lines.ts';
import { newWork } from '../../../../src/core/change/work.ts';

const SEED = 20260731;
const open = (text: string) => new OpenFile('100644', { text }, newWork());
const text = fc.string({ unit: fc.constantFrom('\r', '\n', '\r\n', 'x'), maxLength: 30 });

test(`after any splice all views of a file and its line ends are those of its text (seed ${SEED})`, () => {
  const splice = fc.tuple(fc.nat(30), fc.nat(30), text);
  const check = fc.property(text, fc.array(splice, { maxLength: 5 }), (first, splices) => {
    let [file, plain] = [open(first), first];
    for (const [at, length, fresh] of splices) {
      const start = Math.min(at, plain.length);
      const end = Math.min(start + length, plain.length);
      plain = plain.slice(0, start) + fresh + plain.slice(end);
      assert.ok(file.eol !== undefined);
      file = file.spliced(start, end, fresh);
    }
    assert.equal(file.text, plain);
    assert.equal(Buffer.from(file.bytes).toString('latin1'), plain);
    assert.deepEqual(file.lines, fileLines(plain));
    assert.equal(file.size, plain.length);
    assert.equal(file.eol, plain.includes('\n') ? dominantEol(fileLines(plain)) : null);
  });
  fc.assert(check, { seed: SEED, numRuns: 1_000 });
});

test('lines, text and bytes are made once', () => {
  const file = open('a\nb\n').withLines(['a\n', 'c\n']);
  assert.equal(file.text, 'a\nc\n');
  assert.equal(file.bytes, file.bytes);
  assert.equal(file.lines, file.lines);
  assert.equal(file.withMode('100644'), file);
  assert.equal(file.withMode('100755').text, 'a\nc\n');
});
