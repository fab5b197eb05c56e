import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fault } from '../../../../src/core/change/fault.ts';
import { SEED } from '../arbitrary.ts';
import { run } from '../world.ts';

const WORD = fc.constantFrom(
  'alpha',
  'beta',
  'gamma',
  'delta',
  '}',
  '',
  '  alpha',
  'beta  gamma',
  'return alpha',
);
const FILE = fc.array(WORD, { minLength: 1, maxLength: 14 });

/** A hunk of lines that mostly stand in the file, some of them changed. */
const HUNK = fc.record({
  from: fc.nat(12),
  lines: fc.array(fc.tuple(fc.constantFrom(' ', '-', '+'), fc.option(WORD, { freq: 3 })), {
    minLength: 1,
    maxLength: 6,
  }),
});

function hunkText(
  file: readonly string[],
  { from, lines }: { from: number; lines: [string, string | null][] },
): string {
  let at = from % file.length;
  const body = lines.map(([sign, word]) => {
    const own = file[at % file.length] ?? '';
    if (sign !== '+') at++;
    return `${sign}${word ?? own}`;
  });
  return `@@ @@\n${body.join('\n')}\n`;
}

/** Sentences about what a fault says of files that is not so. */
function untruths(fault: Fault, tree: Readonly<Record<string, readonly string[]>>): string[] {
  const own = tree[fault.path ?? ''] ?? [];
  const { closest, foundIn, candidates, expected, patchLine } = fault;
  const said: string[] = [];
  if (closest !== null) {
    const there = own.slice(closest.firstLine - 1, closest.firstLine - 1 + closest.lines.length);
    if (there.join('\n') !== closest.lines.join('\n')) said.push('the closest lines do not stand there');
    const got = closest.diff.flatMap((line) => (line.startsWith('-') ? [] : [line.slice(1)]));
    if (got.join('\n') !== closest.lines.join('\n')) said.push('the diff does not lead to the closest lines');
  }
  if (foundIn !== null && !`\n${(tree[foundIn] ?? []).join('\n')}\n`.includes(`\n${expected.join('\n')}\n`))
    said.push('the lines are not in the other file');
  if (candidates.some((line) => line < 1 || line > own.length + 1)) said.push('a line is not in the file');
  if (patchLine === null || patchLine < 1) said.push('no line of the patch is named');
  return said;
}

test(`whatever a fault says of a file is so (seed ${SEED})`, () => {
  const codes = new Map<string, number>();
  fc.assert(
    fc.property(FILE, FILE, fc.array(HUNK, { minLength: 1, maxLength: 2 }), (f, g, hunks) => {
      const patch = `--- a/f\n+++ b/f\n${hunks.map((hunk) => hunkText(f, hunk)).join('')}--- a/g\n+++ b/g\n@@ @@\n-${g[0]}\n+x\n`;
      const result = run({ f: `${f.join('\n')}\n`, g: `${g.join('\n')}\n` }, patch);
      if (result.kind === 'applied') return;
      for (const fault of result.faults) {
        codes.set(fault.code, (codes.get(fault.code) ?? 0) + 1);
        if (fault.path !== null) assert.deepEqual(untruths(fault, { f, g }), [], JSON.stringify(fault));
      }
    }),
    { seed: SEED, numRuns: 3_000 },
  );
  for (const code of ['hunk_not_found', 'hunk_ambiguous', 'hunk_already_applied'])
    assert.ok((codes.get(code) ?? 0) > 20, `${code}: ${codes.get(code)}`);
});
