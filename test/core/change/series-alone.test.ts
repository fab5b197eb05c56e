import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Change } from '../../../src/core/change/change.ts';
import { parseChange } from '../../../src/core/change/parse.ts';
import { parseSeries } from '../../../src/core/change/parse-series.ts';

const SEED = 20_261_122;
const RUNS = 1_000;

/** How one mail came here: what stands in it, its line ends on the way, its packing. */
interface Sent {
  readonly words: readonly string[];
  readonly added: string;
  readonly wire: '\n' | '\r\n';
  readonly packing: '8bit' | 'base64' | 'quoted-printable' | 'in parts';
  readonly divided: boolean;
}

const anySent: fc.Arbitrary<Sent> = fc.record({
  words: fc.array(
    fc.constantFrom('Why.', '', 'From here on', '> quoted', 'From: Else <e@example.org>', 'diff is good'),
    { maxLength: 4 },
  ),
  added: fc.constantFrom('b', 'b ', 'b\r', 'From b', 'ü', ''),
  wire: fc.constantFrom('\n', '\r\n'),
  packing: fc.constantFrom('8bit', '8bit', 'base64', 'quoted-printable', 'in parts'),
  divided: fc.boolean(),
});

/** A mail without its dividing line, as lines. */
function mailOf({ words, added, wire, packing }: Sent, at: number, of: number): string {
  const name = `f${at}`;
  const diff = [`--- a/${name}`, `+++ b/${name}`, '@@ -1 +1 @@', '-a', `+${added}`, '-- ', '2.39.5', ''];
  const body = ['', ...words, '---', ...diff];
  const header = ['From: A <a@example.org>', `Subject: [PATCH ${at + 1}/${of}] Number ${at + 1}`];
  if (packing === 'in parts') {
    const type = ['Content-Type: multipart/mixed; boundary="=="', '', '--=='];
    const closing = ['--==--', ''];
    return [...header, ...type, 'Content-Type: text/plain', ...body, ...closing, ''].join(wire);
  }
  const packed = Buffer.from(body.slice(1).join(wire)).toString('base64');
  if (packing === 'base64')
    return [...header, 'Content-Transfer-Encoding: base64', '', packed, '', ''].join(wire);
  const lines =
    packing === '8bit' ? body : body.map((line) => line.replaceAll('=', '=3D').replaceAll('ü', '=C3=BC'));
  return [...header, `Content-Transfer-Encoding: ${packing}`, ...lines, ''].join(wire);
}

function mailboxOf(all: readonly Sent[]): Buffer {
  const mails = all.map((sent, at) => {
    const dividing = at > 0 || sent.divided ? `From a@example.org Fri Jun  9 00:44:16 2006${sent.wire}` : '';
    return `${dividing}${mailOf(sent, at, all.length)}`;
  });
  return Buffer.from(mails.join(''));
}

/** Without where it stands in the text, which is all that may differ. */
function whatItSays({ notes: _, ...change }: Change): unknown {
  return JSON.parse(JSON.stringify(change, (key, value) => (key === 'span' ? undefined : value)));
}

it(`each patch of a series says the same when its body is read alone (seed ${SEED})`, (t) => {
  const tally = { series: 0, mixed: 0, refused: 0 };
  const property = fc.property(fc.array(anySent, { minLength: 2, maxLength: 4 }), (all) => {
    const series = parseSeries(mailboxOf(all), { format: null });
    if (series.kind === 'faulty') {
      tally.refused++;
      return;
    }
    tally.series++;
    if (new Set(all.map(({ wire }) => wire)).size > 1) tally.mixed++;
    assert.equal(series.patches.length, all.length);
    for (const { body, change } of series.patches) {
      const alone = parseSeries(body, { format: change.format });
      assert.ok(alone.kind === 'series', JSON.stringify(alone));
      assert.deepEqual(
        alone.patches.map((one) => whatItSays(one.change)),
        [whatItSays(change)],
      );
      const again = parseChange(body, { format: change.format });
      assert.deepEqual(again.kind === 'change' && whatItSays(again.change), whatItSays(change));
    }
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  t.diagnostic(JSON.stringify(tally));
  assert.ok(tally.series > RUNS / 2 && tally.mixed > RUNS / 4, JSON.stringify(tally));
});

it('a mail with LF and one with CRLF in one mailbox bring the line ends that each has alone', () => {
  const sent = { words: [], added: 'b', packing: '8bit', divided: true } as const;
  for (const wires of [
    ['\n', '\r\n'],
    ['\r\n', '\n'],
  ] as const) {
    const series = parseSeries(mailboxOf(wires.map((wire) => ({ ...sent, wire }))), { format: null });
    assert.ok(series.kind === 'series');
    for (const { change } of series.patches)
      assert.ok(!JSON.stringify(change.edits).includes('\\r'), JSON.stringify(wires));
  }
});
