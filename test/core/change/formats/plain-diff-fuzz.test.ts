import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { SEED, sample } from '../arbitrary.ts';
import { type Scratch, scratch } from '../git.ts';
import { edited, madeHunks, unified } from '../make-diff.ts';
import { run } from '../world.ts';

const git: Scratch = scratch();
const folder = mkdtempSync(join(tmpdir(), 'ghost-plain-'));
after(() => {
  git.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Lines from which plain diffs, and what is nearly one, are made. */
const PIECE = fc.constantFrom(
  ...[
    '--- a/f',
    '+++ b/f',
    '--- /dev/null',
    '+++ /dev/null',
    '--- "a/f',
    '+++ b/../f',
    '--- f\t1970-01-01 00:00:00 +0000',
  ],
  ...[
    '@@ -1 +1 @@',
    '@@ -1,2 +1,3 @@ x',
    '@@ @@',
    '@@',
    '@@@ -1 -1 +1 @@@',
    '@@ -0,0 +1,2 @@',
    '@@ -999999999999 +1 @@',
  ],
  ...[
    ' a',
    '-a',
    '+b',
    '',
    ' ',
    '-',
    '+',
    '\\ No newline at end of file',
    '\\',
    '-- ',
    '--- x',
    '+++ y',
    '-- x',
  ],
  ...[
    '2.39.5',
    'Index: f',
    '=======',
    'diff -u a b',
    'diff --git a/f b/f',
    'Only in a: x',
    'Property changes on: f',
  ],
  ...[
    '*** a',
    '***************',
    '*** 1,2 ****',
    '1c1',
    '< a',
    '---',
    '> b',
    '1d',
    '.',
    'prose',
    '```',
    '\0',
    '\r',
    '\xff',
  ],
);
const EOL = fc.constantFrom('\n', '\n', '\n', '\r\n', '');
const TEXT = fc
  .array(fc.tuple(PIECE, EOL), { maxLength: 30 })
  .map((pieces) => pieces.map(([piece, eol]) => piece + eol).join(''));

test(`any mixture of lines is a change with edits, or faults that say what to do (seed ${SEED})`, () => {
  const seen = { change: 0, faulty: 0 };
  const headed = fc
    .tuple(fc.constantFrom('-1,2 +1,2 ', ''), TEXT, fc.constantFrom('', '\n', '\n+y\n'))
    .map(([numbers, text, end]) => `--- a/f\n+++ b/f\n@@ ${numbers}@@\n${text}${end}`);
  const check = fc.property(fc.oneof(TEXT, headed), (text) => {
    const parsed = parseChange(Buffer.from(text, 'latin1'), { format: null });
    seen[parsed.kind]++;
    if (parsed.kind === 'change') assert.ok(parsed.change.edits.length > 0);
    else
      assert.ok(
        parsed.faults.length > 0 && parsed.faults.every(({ message, hint }) => message !== '' && hint !== ''),
      );
  });
  fc.assert(check, { seed: SEED, numRuns: 10_000 });
  assert.ok(seen.change > 500 && seen.faulty > 500, JSON.stringify(seen));
});

test(`what repeats ten thousand times is read in time that grows with its length (seed ${SEED})`, () => {
  const check = fc.property(fc.array(fc.tuple(PIECE, EOL), { minLength: 1, maxLength: 4 }), (pieces) => {
    const unit = pieces.map(([piece, eol]) => piece + eol).join('');
    const text = Buffer.from(`--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n${unit.repeat(10_000)}`, 'latin1');
    const spent = cpuMsOf(() => parseChange(text, { format: null }));
    assert.ok(spent < 3_000, `${spent} ms for ${JSON.stringify(unit)}`);
  });
  fc.assert(check, { seed: SEED, numRuns: 60 });
});

/** Of this process, so that a busy machine does not count. */
function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** A place in a text. A double would crowd near 0. */
const SHARE = fc.nat({ max: 9_999 }).map((part) => part / 10_000);

interface Damage {
  readonly at: number;
  /** `sign`: the first byte of a line is exchanged. */
  readonly how: 'put' | 'cut' | 'exchange' | 'sign';
  readonly byte: string;
}

const DAMAGE: fc.Arbitrary<Damage> = fc.record({
  at: SHARE,
  how: fc.constantFrom('put', 'cut', 'exchange', 'sign', 'sign'),
  byte: fc.constantFrom(' ', '-', '+', '@', '\n', '\r', '\\', '0', '7', 'a', '\0', '\xff'),
});

function damaged(text: string, { at, how, byte }: Damage): string {
  const somewhere = Math.floor(at * text.length);
  const place = how === 'sign' ? text.lastIndexOf('\n', somewhere) + 1 : somewhere;
  return text.slice(0, place) + (how === 'cut' ? '' : byte) + text.slice(how === 'put' ? place : place + 1);
}

test(`a diff with one damaged byte is refused, or does what its lines say where they stand (seed ${SEED})`, (t) => {
  const seen = { refused: 0, 'as undamaged': 0, 'as git': 0, 'as GNU patch': 0, 'at its lines': 0 };
  const arbitrary = fc.record({
    file: sample({ repeats: false }),
    context: fc.constantFrom(1, 3),
    plain: fc.boolean(),
    damage: DAMAGE,
  });
  const check = fc.property(arbitrary, ({ file, context, plain, damage }) => {
    const [before, now] = [file.lines.join(''), edited(file.lines, file.stretches).join('')];
    const whole = plain
      ? unified('f', madeHunks(file.lines, file.stretches, context))
      : git.diff(git.write({ f: before }), git.write({ f: now }), [`-U${context}`]);
    const patch = damaged(whole, damage);
    const result = run({ f: before }, patch);
    if (result.kind === 'refused') seen.refused++;
    else if (result.tree.f === now) seen['as undamaged']++;
    else if (byGit(before, patch) === result.tree.f) seen['as git']++;
    else if (byPatch(before, patch) === result.tree.f) seen['as GNU patch']++;
    else {
      seen['at its lines']++;
      standsByItsLines({ before, patch, got: Object.values(result.tree).map(String).join('') });
    }
  });
  fc.assert(check, { seed: SEED, numRuns: 300 });
  t.diagnostic(JSON.stringify(seen));
  assert.ok(seen.refused > 50 && seen['as undamaged'] > 50, JSON.stringify(seen));
});

test(`a diff that breaks off inside a hunk is refused, or a note says that the counts are off (seed ${SEED})`, (t) => {
  const seen = { refused: 0, whole: 0, noted: 0 };
  const check = fc.property(sample({ repeats: false }), SHARE, (file, share) => {
    const whole = unified('f', madeHunks(file.lines, file.stretches, 3));
    const patch = whole.slice(0, Math.floor(share * whole.length));
    const result = run({ f: file.lines.join('') }, patch);
    if (result.kind === 'refused') seen.refused++;
    else if (!breaksOff(patch)) seen.whole++;
    else {
      seen.noted++;
      assert.match(result.notes.join('\n'), /header counts|usable numbers/, patch);
    }
  });
  fc.assert(check, { seed: SEED, numRuns: 2_000 });
  t.diagnostic(JSON.stringify(seen));
  assert.ok(
    Object.values(seen).every((count) => count > 20),
    JSON.stringify(seen),
  );
});

/** Whether the last hunk has fewer lines than its header says. */
function breaksOff(patch: string): boolean {
  const left = { old: 0, new: 0 };
  for (const line of patch.split('\n').filter((text, at, all) => text !== '' || at < all.length - 1)) {
    const header = /^@@ -\d+,(\d+) \+\d+,(\d+) @@/.exec(line);
    if (left.old <= 0 && left.new <= 0) {
      if (header !== null) Object.assign(left, { old: Number(header[1]), new: Number(header[2]) });
      continue;
    }
    if (line.startsWith('\\')) continue;
    if (!line.startsWith('+')) left.old--;
    if (!line.startsWith('-')) left.new--;
  }
  return left.old > 0 || left.new > 0;
}

test(`a diff that stands twice in one text is refused (seed ${SEED})`, () => {
  const check = fc.property(sample({ repeats: false }), ({ lines, stretches }) => {
    const diff = unified('f', madeHunks(lines, stretches, 3));
    const result = run({ f: lines.join('') }, diff + diff);
    assert.deepEqual(result.kind === 'refused' && result.codes, ['malformed'], diff);
  });
  fc.assert(check, { seed: SEED, numRuns: 500 });
});

function byGit(before: string, patch: string): unknown {
  const tree = git.apply(git.write({ f: before }), patch);
  return tree === null ? null : git.read(tree).f;
}

/** Absent on some machines; git alone is the reference there. */
const GNU_PATCH = 'patch';
const hasPatch = spawnSync(GNU_PATCH, ['--version']).status === 0;

function byPatch(before: string, patch: string): string | null {
  if (!hasPatch) return null;
  writeFileSync(join(folder, 'f'), before, 'latin1');
  const args = ['-p1', '--batch', '--fuzz=0', '--no-backup-if-mismatch', '--reject-file=-', '--binary'];
  try {
    execFileSync(GNU_PATCH, args, { cwd: folder, input: Buffer.from(patch, 'latin1'), stdio: 'pipe' });
  } catch {
    return null;
  }
  return readFileSync(join(folder, 'f'), 'latin1');
}

/** No line comes from nowhere and none is lost: what is new stands in the patch with a plus, what is gone with a minus. */
function standsByItsLines(one: {
  readonly before: string;
  readonly patch: string;
  readonly got: string;
}): void {
  const bare = (text: string) => text.split('\n').map((line) => line.trim());
  const signed = (sign: string) =>
    one.patch.split('\n').flatMap((line) => (line.startsWith(sign) ? [line.slice(1).trim()] : []));
  const fresh = left(bare(one.got), [...bare(one.before), ...signed('+')]);
  const lost = left(bare(one.before), [...bare(one.got), ...signed('-')]);
  assert.deepEqual({ fresh, lost }, { fresh: [], lost: [] }, one.patch);
}

/** What remains of the lines when each of the others has taken one like it away. */
function left(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0 && line !== '';
  });
}
