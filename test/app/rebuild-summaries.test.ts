import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectOutbox } from '../../src/app/project-outbox.ts';
import { rebuildSummaries } from '../../src/app/rebuild-summaries.ts';
import { creating } from '../world/diffs.ts';
import { lineFor } from '../world/line.ts';

describe('rebuilding summaries', () => {
  it('writes each that lacks a form as it was, and leaves the others', async (test) => {
    const line = await lineFor(test);
    const ids: string[] = [];
    for (const name of ['a.txt', 'b.txt', 'c.txt']) {
      ids.push((await line.submit(creating(name))).patch.id);
      await line.next();
    }
    await projectOutbox(line.needs);
    const folder = line.installation.config.home.summaries;
    const file = (at: number, form: string) => join(folder, `${ids[at]}.summary.${form}`);
    const before = [readFileSync(file(0, 'md'), 'utf8'), readFileSync(file(1, 'json'), 'utf8')];
    rmSync(file(0, 'md'));
    rmSync(file(1, 'json'));
    writeFileSync(file(2, 'md'), 'a note of somebody');
    assert.equal(await rebuildSummaries(line.needs), 2);
    assert.deepEqual([readFileSync(file(0, 'md'), 'utf8'), readFileSync(file(1, 'json'), 'utf8')], before);
    assert.equal(readFileSync(file(2, 'md'), 'utf8'), 'a note of somebody');
    assert.equal(await rebuildSummaries(line.needs), 0);
  });
});
