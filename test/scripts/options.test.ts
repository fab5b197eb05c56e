import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOptions } from '../../scripts/lib/options.ts';

const KINDS = { count: 'text', part: 'text', json: 'flag' } as const;

describe('the options of a script', () => {
  it('are text, whole numbers, words of a list and flags, with a standard where they are left out', () => {
    const given = readOptions(['--count', '3', '--part', 'two', '--json'], KINDS);
    assert.deepEqual(
      [given.number('count', 9), given.oneOf('part', ['one', 'two']), given.flag('json')],
      [3, 'two', true],
    );
    const none = readOptions([], KINDS);
    assert.deepEqual(
      [none.number('count', 9), none.oneOf('part', ['one']), none.flag('json'), none.text('count')],
      [9, null, false, null],
    );
  });

  for (const text of ['abc', '0', '-1', '1.5', '1e3', '', ' 1', '0x10', '9999999999999'])
    it(`take ${JSON.stringify(text)} for no number of things to do`, () => {
      const given = () => readOptions([`--count=${text}`], KINDS).number('count', 9);
      assert.throws(given, {
        name: 'UsageError',
        message: /^--count ".*": expected a whole number from 1 on/,
      });
    });

  it('name what was given and what there is', () => {
    const unknown = () => readOptions(['--nope', '3'], KINDS);
    assert.throws(unknown, {
      name: 'UsageError',
      message: /"--nope 3": expected only --count, --part, --json/,
    });
    const word = () => readOptions(['--part', 'six'], KINDS).oneOf('part', ['one', 'two']);
    assert.throws(word, { name: 'UsageError', message: '--part "six": expected one of one, two' });
  });
});
