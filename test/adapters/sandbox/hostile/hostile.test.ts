import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { sandboxOwner } from '../../../../src/adapters/sandbox/sandbox.ts';
import { isRequired } from '../bench.ts';
import type { Program } from './program.ts';
import { PROGRAMS } from './programs.ts';
import { runHostile } from './suite.ts';
import { asTable } from './table.ts';

const ALL = Object.values(PROGRAMS).flat();
/** Beside level 3: what ends otherwise there, or gets what it cannot be kept from. */
const DIFFERENT = ({ gets, endsAt, spared }: Program, level: 1 | 2) =>
  (gets?.[level] ?? endsAt?.[level] ?? null) !== null && spared?.[level] === undefined;

describe('hostile programs', { timeout: 300_000 }, () => {
  it('are at least thirty, and each has a name of its own', () => {
    assert.ok(ALL.length >= 30);
    assert.equal(new Set(ALL.map(({ name }) => name)).size, ALL.length);
  });

  it('stand in docs/isolation.md', () => {
    const page = readFileSync(new URL('../../../../docs/isolation.md', import.meta.url), 'utf8');
    const table = page.slice(page.indexOf('| program |')).split('\n').slice(2);
    const rows = table.slice(0, table.indexOf('')).map((row) => row.split(' | ')[0]?.slice('| '.length));
    assert.deepEqual(
      rows,
      ALL.map(({ name }) => name),
    );
  });

  for (const level of [3, 2, 1] as const) {
    const programs = level === 3 ? ALL : ALL.filter((program) => DIFFERENT(program, level));
    it(`at level ${level}: none escapes, none outlives its check, none stops the next`, async (t) => {
      if (level === 1 && !sandboxOwner()) return t.skip('not root: there is no level 1 here');
      const outcomes = await runHostile(level, programs);
      if (outcomes === null && !(isRequired && level === 2)) return t.skip(`LEVEL ${level} NOT REACHED`);
      for (const line of asTable(outcomes ?? [])) t.diagnostic(line);
      assert.deepEqual(
        outcomes?.filter(({ kind }) => kind === 'broken'),
        [],
      );
      assert.equal(outcomes?.length, programs.length);
    });
  }
});
