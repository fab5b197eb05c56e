import assert from 'node:assert/strict';
import { appendFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileOutputs } from '../../../src/adapters/files/outputs.ts';
import { fileRunLogs } from '../../../src/adapters/files/run-logs.ts';
import type { FencingToken } from '../../../src/core/lease/lease.ts';
import { patchId } from '../../../src/core/patch/id.ts';
import type { LoggedRun, Piece, RunLogs } from '../../../src/ports/run-logs.ts';
import { temporaryDirectory } from './temporary.ts';

const PATCH = patchId('01JD0000000000000000000000');

function start(token = 1, check = 'test') {
  return {
    patch: PATCH,
    token: token as FencingToken,
    check,
    source: 'workspace',
    tree: 'patch',
    startedAt: 1000,
  } as const;
}

async function allOf(logs: RunLogs, run: LoggedRun, most = 1000): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  for (let from = 0; ; ) {
    const next = await logs.read(run, from, most);
    if (next.length === 0) return pieces;
    pieces.push(...next);
    const last = next.at(-1);
    from = (last?.from ?? 0) + (typeof last?.bytes === 'number' ? last.bytes : (last?.bytes.length ?? 0));
  }
}

function textOf(pieces: readonly Piece[]): string {
  return pieces
    .map(({ kind, bytes }) => (kind === 'printed' ? Buffer.from(bytes) : `<${kind} ${bytes}>`))
    .join('');
}

test('what a run prints is read while it runs, with its times, and the same after it', async (t) => {
  const directory = await temporaryDirectory(t);
  const [logs, reader, outputs] = [fileRunLogs(directory), fileRunLogs(directory), fileOutputs(directory)];
  const writer = await logs.begin(start(), 1000);
  writer.write(Buffer.from('one\n'), 5);
  writer.write(Buffer.from('two\n'), 9);
  const [live] = await reader.runs(PATCH, 1);
  assert.ok(live);
  assert.equal(live.end, null);
  const seen = await allOf(reader, live);
  assert.deepEqual(
    seen.map(({ from, kind, ...rest }) => [kind, from, 'at' in rest && rest.at]),
    [
      ['printed', 0, 5],
      ['printed', 4, 9],
    ],
  );
  writer.write(Buffer.from('three\n'), 12);
  const kept = await writer.end();
  assert.equal(`${await outputs.read(kept.sha256)}`, 'one\ntwo\nthree\n');
  const [over] = await reader.runs(PATCH, 1);
  assert.ok(over);
  assert.deepEqual(over.end, { ending: 'whole', sha256: kept.sha256, printed: 14, leftOut: null });
  const again = await allOf(reader, over);
  assert.equal(textOf(again), 'one\ntwo\nthree\n');
  assert.deepEqual(
    again.map((piece) => piece.kind === 'printed' && piece.at),
    [5, 9, 12],
  );
  assert.equal(textOf(await reader.read(over, 6, 3)), 'o\nt');
  assert.deepEqual((await readdir(join(directory, 'runs', PATCH, '000001'))).sort(), [
    'end.json',
    'run.json',
    'times.json',
  ]);
});

test('of what is more than the room, the beginning and the end are kept, also while it runs', async (t) => {
  const directory = await temporaryDirectory(t);
  const logs = fileRunLogs(directory);
  const writer = await logs.begin(start(), 800);
  const line = (at: number) => `line ${String(at).padStart(4, '0')}\n`;
  const lines = Array.from({ length: 1000 }, (_, at) => line(at)).join('');
  let most = 0;
  for (let at = 0; at < 1000; at += 1) {
    writer.write(Buffer.from(line(at)), at);
    if (at % 50 === 0)
      most = Math.max(most, (await readdir(join(directory, 'runs', PATCH, '000001'))).length);
  }
  assert.ok(most <= 12, `${most} files`);
  const [live] = await logs.runs(PATCH, 1);
  assert.ok(live);
  const told = textOf(await allOf(logs, live));
  assert.ok(told.startsWith(lines.slice(0, 200)) && told.endsWith(lines.slice(-600)));
  const kept = await writer.end();
  assert.deepEqual(kept.leftOut, { at: 200, bytes: 9200 });
  const text = `${await fileOutputs(directory).read(kept.sha256)}`;
  assert.equal(text, `${lines.slice(0, 200)}\n[... 9200 bytes left out ...]\n${lines.slice(-600)}`);
  assert.equal(`${kept.last}`, text);
  const [over] = await logs.runs(PATCH, 1);
  assert.ok(over);
  assert.equal(
    textOf(await allOf(logs, over, 150)),
    `${lines.slice(0, 200)}<left-out 9200>${lines.slice(-600)}`,
  );
  assert.equal(textOf(await logs.read(over, 9990, 150)), lines.slice(-10));
});

test('a run whose runner died is closed by the next one, up to its last whole record', async (t) => {
  const directory = await temporaryDirectory(t);
  const logs = fileRunLogs(directory);
  const dead = await logs.begin(start(1), 1000);
  dead.write(Buffer.from('half of it\n'), 5);
  const folder = join(directory, 'runs', PATCH, '000001');
  await appendFile(join(folder, 's000000000000000'), Buffer.from([9, 0, 0, 0, 1, 2, 3]));
  const beside = await logs.begin(start(1, 'beside'), 1000);
  assert.equal((await logs.runs(PATCH, 1))[0]?.end, null);
  const next = await fileRunLogs(directory).begin(start(2), 1000);
  const [first, second, third] = await logs.runs(PATCH, 1);
  assert.deepEqual(
    [first?.end?.ending, first?.end?.printed, second?.end?.ending, third?.end],
    ['cut-off', 11, 'cut-off', null],
  );
  assert.ok(first);
  assert.equal(textOf(await allOf(logs, first)), 'half of it\n');
  // The dead one was only stopped, and goes on.
  await Promise.allSettled([dead.end(), beside.end()]);
  assert.equal((await logs.runs(PATCH, 1))[0]?.end?.ending, 'cut-off');
  await next.end();
});

test('a gigabyte is printed into bounded memory and disk', async (t) => {
  const directory = await temporaryDirectory(t);
  const logs = fileRunLogs(directory);
  const writer = await logs.begin(start(), 1024 * 1024);
  const chunk = Buffer.alloc(1024 * 1024, 'a gigabyte of this line\n');
  for (let at = 0; at < 1024; at += 1) writer.write(chunk, at);
  const folder = join(directory, 'runs', PATCH, '000001');
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
  );
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 1.5 * 1024 * 1024);
  const kept = await writer.end();
  assert.equal(kept.leftOut?.bytes, 1023 * 1024 * 1024);
});

test('runs of old patches are forgotten, and an output that was removed is told as not kept', async (t) => {
  const directory = await temporaryDirectory(t);
  const logs = fileRunLogs(directory);
  const writer = await logs.begin(start(), 1000);
  writer.write(Buffer.from('text'), 1);
  const { sha256 } = await writer.end();
  await fileOutputs(directory).remove(sha256);
  const [run] = await logs.runs(PATCH, 1);
  assert.ok(run);
  assert.deepEqual(await logs.read(run, 1, 100), [{ kind: 'not-kept', from: 1, bytes: 3 }]);
  assert.equal(await logs.forget(Date.now() - 60_000, 'do'), 0);
  assert.equal(await logs.forget(Date.now() + 60_000, 'try'), 1);
  assert.equal(await logs.forget(Date.now() + 60_000, 'do'), 1);
  assert.deepEqual(await logs.runs(PATCH, 1), []);
});
