import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readLocatedYaml } from '../../src/adapters/files/located-yaml.ts';
import { FORMATS } from '../../src/core/change/change.ts';
import { parseChange } from '../../src/core/change/parse.ts';
import { parseSeries } from '../../src/core/change/parse-series.ts';
import { fences, firstColumn, page } from './markdown.ts';
import { unionOf } from './union.ts';

const PAGE = page('docs/formats.md');
/**
 * The examples of forms; a fence with `refused: CODE` behind its language shows what is not taken, one with `with notes`
 * what cannot be taken without saying something.
 */
const FORMS = fences(PAGE.slice(0, PAGE.indexOf('\n## How a hunk finds its place')));

const READING = { format: null, yaml: readLocatedYaml };

describe('docs/formats.md', () => {
  it('lists exactly the faults that can be told', () => {
    const codes = unionOf('src/core/change/fault.ts', 'FaultCode');
    assert.deepEqual(firstColumn(PAGE, 'code', 'meaning'), codes);
  });

  it('shows an example of each format, in their order, and tells which are read with notes', () => {
    const formats = FORMS.filter(({ info }) => !info.includes('refused')).map(({ info, content }) => {
      const parsed = parseChange(Buffer.from(content), READING);
      if (parsed.kind === 'faulty')
        return assert.fail(parsed.faults.map(({ message }) => message).join('\n'));
      assert.equal(
        parsed.change.notes.length > 0,
        info.includes('with notes'),
        parsed.change.notes.join('\n'),
      );
      return parsed.change.format;
    });
    assert.deepEqual([...new Set(formats)], FORMATS);
  });

  it('shows what is refused, by the code that stands behind each', () => {
    const refused = FORMS.filter(({ info }) => info.includes('refused'));
    for (const { info, content } of refused) {
      const parsed = parseSeries(Buffer.from(content), READING);
      assert.equal(parsed.kind === 'faulty' && parsed.faults[0]?.code, info.split(' refused: ')[1], content);
    }
    assert.ok(refused.length >= 2);
  });
});
