import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { memoryLedger } from '../../../src/adapters/memory/ledger.ts';
import { exportLedger } from '../../../src/app/ledger/export-ledger.ts';
import { importLedger } from '../../../src/app/ledger/import-ledger.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { fillLedger } from '../../conformance/filled-ledger.ts';
import { hasCode } from '../../conformance/given.ts';
import { handClock } from '../../conformance/hand-clock.ts';
import { partsOf } from '../../conformance/ledger-copy.ts';

const clock = handClock();
const source = memoryLedger({ clock });
let lines: readonly string[] = [];

describe('a copy of a ledger in lines', () => {
  before(async () => {
    await fillLedger(source, clock);
    lines = await exported();
  });

  it('begins with what it is of, has a line for each part, and ends with counts and a digest', async () => {
    const [header = '', ...rest] = lines;
    const parts = await partsOf(source.copy);
    const { kind, format, installation, store, counts } = JSON.parse(header);
    assert.deepEqual([kind, format, installation, store], ['ghost-ledger', 1, 'here', 'memory']);
    assert.equal(rest.length, parts.length + 1);
    const end = { kind: 'end', counts, digest: sha256(withEnds(lines.slice(0, -1))) };
    assert.deepEqual(JSON.parse(rest.at(-1) ?? ''), end);
    assert.ok(lines.every((line) => !line.includes('\n')));
  });

  it('becomes the same ledger again, tells how far it is, and what it took', async () => {
    const target = memoryLedger({ clock });
    const told: string[] = [];
    const progress = (done: number, of: number) => told.push(`${done}/${of}`);
    const copied = await importLedger({
      copy: target.copy,
      installation: 'here',
      lines: each(lines),
      progress,
    });
    assert.deepEqual(await partsOf(target.copy), await partsOf(source.copy));
    assert.equal(told.at(-1), `${lines.length - 2}/${lines.length - 2}`);
    assert.equal(copied.digest, JSON.parse(lines.at(-1) ?? '').digest);
    assert.deepEqual(await exported(target), lines);
  });

  it('is refused when it is torn, whatever line it ends in', async () => {
    for (let most = 0; most < lines.length; most++) await refused(lines.slice(0, most));
    for (const cut of [1, 40]) await refused([...lines.slice(0, 7), lines[7]?.slice(0, cut) ?? '']);
  });

  it('is refused when a letter of any line was changed', async () => {
    for (const [at, line] of lines.entries()) {
      const middle = Math.floor(line.length / 2);
      const other = line[middle] === '1' ? '2' : '1';
      await refused(lines.with(at, line.slice(0, middle) + other + line.slice(middle + 1)));
    }
  });

  it('is refused when lines change places, are left out or stand twice', async () => {
    for (let at = 1; at < lines.length - 1; at++) {
      await refused([...lines.slice(0, at), lines[at + 1] ?? '', lines[at] ?? '', ...lines.slice(at + 2)]);
      await refused(lines.toSpliced(at, 1));
      await refused(lines.toSpliced(at, 0, lines[at] ?? ''));
    }
    await refused([...lines, lines.at(-1) ?? '']);
    await refused([...lines, '']);
  });

  it('is refused when somebody who gave it a new digest edited its truth', async () => {
    const edits: readonly (readonly [RegExp, string, RegExp])[] = [
      [/"actor":"ada"/, '"actor":"eve"', /was edited/],
      [/"position":2,/, '"position":3,', /a position is left out, or told again/],
      [/"body":"[^"]+"/, '"body":"AAAA"', /another text than its digest names/],
      [/"kind":"token",/, '"kind":"token","more":1,', /does not have the members of its kind/],
      [/"kind":"lease"/, '"kind":"leash"', /nothing in a ledger is of its kind/],
    ];
    for (const [what, by, why] of edits) {
      const at = lines.findIndex(
        (line) => line.startsWith('{"kind":"entry"') === /actor|position/.test(`${what}`) && what.test(line),
      );
      assert.ok(at > 0, `${what}`);
      const edited = lines.with(at, (lines[at] ?? '').replace(what, by)).slice(0, -1);
      const end = { ...JSON.parse(lines.at(-1) ?? ''), digest: sha256(withEnds(edited)) };
      await refused([...edited, JSON.stringify(end)], why);
    }
  });

  it('is refused when it is of another installation, of a later format, or something else', async () => {
    await refused(lines, /it is of installation here, and this home is there/, 'there');
    await refused(
      lines.with(0, (lines[0] ?? '').replace('"format":1', '"format":2')),
      /format 2; this Ghost reads 1/,
    );
    for (const other of [
      '',
      '{}',
      '[]',
      'null',
      'SQLite format 3',
      '{"kind":"end"}',
      '{"kind":"ghost-ledger","format":1}',
    ])
      await refused([other], /line 1: .*nothing was imported/);
    await refused([], /line 1: it is no copy of a ledger; nothing was imported/);
  });

  it('is not made of a ledger that is broken', async () => {
    const parts = await partsOf(source.copy);
    const broken = memoryLedger({ clock });
    await broken.copy.write(
      each(
        parts.map((part) =>
          part.kind === 'entry' && part.position === 3
            ? { ...part, entry: { ...part.entry, actor: 'eve' } }
            : part,
        ),
      ),
    );
    await assert.rejects(exported(broken), hasCode('integrity_broken'));
  });
});

async function exported({ copy } = source): Promise<readonly string[]> {
  const text: string[] = [];
  const write = async (line: string) => void text.push(line);
  await exportLedger({ copy, installation: 'here', write, progress: () => {} });
  return text.join('').split('\n').slice(0, -1);
}

async function refused(
  copied: readonly string[],
  why = /nothing was imported/,
  installation = 'here',
): Promise<void> {
  const { copy } = memoryLedger({ clock });
  const tried = importLedger({ copy, installation, lines: each(copied), progress: () => {} });
  await assert.rejects(tried, (error: Error) => hasCode('input_invalid')(error) && why.test(error.message));
  assert.deepEqual(await partsOf(copy), []);
}

function withEnds(given: readonly string[]): string {
  return given.map((line) => `${line}\n`).join('');
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
