import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
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

/** Why a machine may do without a level; null where there is no excuse. With CI=true level 3 needs a machine that has none of its groups. */
function excuseFor(level: 1 | 2 | 3): string | null {
  if (!isRequired || level === 1) return 'this machine is not asked for it';
  return level === 3 && !hasControlGroups()
    ? 'this machine has no control groups with memory and pids'
    : null;
}

/** Of either version. Whether they can be used is for the sandbox to show. */
function hasControlGroups(): boolean {
  const root = '/sys/fs/cgroup';
  if (existsSync(`${root}/memory`) && existsSync(`${root}/pids`)) return true;
  const controllers = existsSync(`${root}/cgroup.controllers`)
    ? readFileSync(`${root}/cgroup.controllers`, 'utf8').trim().split(/\s+/)
    : [];
  return controllers.includes('memory') && controllers.includes('pids');
}

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
      const excuse = excuseFor(level);
      if (outcomes === null && excuse !== null) {
        t.diagnostic(`level ${level} is not reached: ${excuse}`);
        return t.skip(`LEVEL ${level} NOT REACHED`);
      }
      assert.ok(outcomes, `level ${level} is not reached, and with CI=true it has to be`);
      for (const line of asTable(outcomes)) t.diagnostic(line);
      assert.deepEqual(
        outcomes.filter(({ kind }) => kind === 'broken'),
        [],
      );
      assert.equal(outcomes.length, programs.length);
    });
  }
});
