import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FORMATS } from '../../src/core/change/change.ts';
import { parseChange } from '../../src/core/change/parse.ts';
import { blocks, firstColumn, page } from './markdown.ts';
import { unionOf } from './union.ts';

const PAGE = page('docs/formats.md');

describe('docs/formats.md', () => {
  it('lists exactly the faults that can be told', () => {
    const codes = unionOf('src/core/change/fault.ts', 'FaultCode');
    assert.deepEqual(firstColumn(PAGE, 'code', 'meaning'), codes);
  });

  it('shows one example of each format, and each is read without a note', () => {
    const examples = [...blocks(PAGE, 'diff'), ...blocks(PAGE, 'json')];
    const formats = examples.map((text) => {
      const parsed = parseChange(Buffer.from(text), { format: null });
      if (parsed.kind === 'faulty')
        return assert.fail(parsed.faults.map(({ message }) => message).join('\n'));
      assert.deepEqual(parsed.change.notes, []);
      return parsed.change.format;
    });
    assert.deepEqual(formats, FORMATS);
  });
});
