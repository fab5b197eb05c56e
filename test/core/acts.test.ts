import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ACTS, type ActName, actNamed, mayDo, namesOfActs } from '../../src/core/acts.ts';
import { ROLES } from '../../src/core/role.ts';
import { page } from '../docs/markdown.ts';

const NAMES = Object.keys(ACTS) as ActName[];

describe('the table of acts', () => {
  it('lets every role do what the ones before it may', () => {
    for (const act of NAMES) {
      const may = ROLES.map((role) => mayDo(role, act));
      assert.deepEqual(may, may.toSorted(), act);
      assert.equal(may.at(-1), true, act);
    }
  });

  it('keeps what cannot be taken back from those who only write or look', () => {
    const may = (role: (typeof ROLES)[number]) => NAMES.filter((act) => mayDo(role, act));
    for (const act of ['approve', 'reject', 'pause', 'mode', 'freeze', 'issue-token'] as const)
      assert.ok(!may('author').includes(act), act);
    for (const act of ['pause', 'mode', 'freeze', 'thaw'] as const)
      assert.ok(!may('approver').includes(act), act);
    assert.ok(!may('operator').includes('issue-token'));
    assert.deepEqual(may('admin'), NAMES);
  });

  it('knows every command of the command line by exactly one act', () => {
    const commands = page('docs/cli.md')
      .split('\n')
      .filter((line) => line.startsWith('### `ghost '))
      .map((line) =>
        (line.match(/[\w-]+/g) ?? [])
          .slice(1)
          .filter((word) => word === word.toLowerCase())
          .join(' '),
      );
    assert.ok(commands.length > 20, `${commands}`);
    assert.deepEqual(
      commands.filter((command) => actNamed(command) === null),
      [],
    );
    const told = NAMES.flatMap((act) => ACTS[act].commands as readonly string[]);
    assert.equal(new Set(told).size, told.length, 'a command stands in two acts');
    for (const [name, act] of namesOfActs()) if (NAMES.includes(name as ActName)) assert.equal(act, name);
  });
});
