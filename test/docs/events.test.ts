import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { describe, it } from 'node:test';
import { firstColumn, page, ROOT } from './markdown.ts';

const PAGE = page('docs/events.md');

describe('docs/events.md', () => {
  it('lists exactly the types of the entries that are written', () => {
    const sources = globSync('src/**/*.ts', { cwd: ROOT }).map(page);
    const named = sources.flatMap((text) => [...text.matchAll(/(?:type: |TYPE = )'(\w+\.\w+)'/g)]);
    const written = new Set([...named.map(([, type = '']) => type), ...patchEvents()]);
    assert.deepEqual(firstColumn(PAGE, 'type', 'what happened').toSorted(), [...written].toSorted());
  });
});

/** The keys of the table that says which states each event leaves. */
function patchEvents(): readonly string[] {
  const [, body = ''] = /const LEAVES[^{]*\{([^}]*)\}/.exec(page('src/core/patch/transition.ts')) ?? [];
  const names = [...body.matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => `patch.${name}`);
  assert.ok(names.length > 10, `${names}`);
  return names;
}
