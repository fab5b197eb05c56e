import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileAuditLog } from '../../../src/adapters/files/audit-log.ts';
import { canonicalJson } from '../../../src/core/json.ts';
import { sealEntry } from '../../../src/core/ledger/entry.ts';
import type { AuditLine, AuditLog } from '../../../src/ports/audit-log.ts';
import { temporaryDirectory } from './temporary.ts';

const HOLDER = new URL('./children/hold-audit-log.ts', import.meta.url).pathname;

describe('fileAuditLog', () => {
  it('begins at 0 and resumes at the last line it wrote', async (t) => {
    const file = join(await temporaryDirectory(t), 'logs', 'audit.log');
    assert.equal(await written(fileAuditLog(file)), 0);
    assert.equal(await written(fileAuditLog(file), [line(1), line(2)]), 0);
    assert.equal(await written(fileAuditLog(file), []), 2);
    assert.equal(await written(fileAuditLog(file), [line(3)]), 2);
    assert.equal(await written(fileAuditLog(file)), 3);
  });

  it('writes one line of canonical JSON each, whatever is in it', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const log = fileAuditLog(file);
    const lines = [line(1, 'a\nb'), line(2, 'c\u2028d'), line(3, 'é'.repeat(100_000))];
    await written(log, lines);
    const read = await collect(log.lines());
    assert.deepEqual(
      read.map(({ number, text }) => [number, JSON.parse(text)]),
      lines.map((expected, index) => [index + 1, expected]),
    );
    assert.ok(read.every(({ text }) => text.startsWith('{"actor":')));
    assert.equal(await written(log), 3);
  });

  it('cuts a torn last line off wherever it was torn, says so, and keeps all others', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const whole = fileAuditLog(file);
    await written(whole, [line(1)]);
    const first = await readFile(file);
    await written(whole, [line(2)]);
    const both = await readFile(file);
    for (let size = both.length - 1; size > first.length; size -= 7) {
      await writeFile(file, both);
      await truncate(file, size);
      const torn: number[] = [];
      assert.equal(await written(fileAuditLog(file, { onTorn: (bytes) => torn.push(bytes) })), 1);
      assert.deepEqual(torn, [size - first.length]);
      assert.deepEqual(await readFile(file), first);
    }
  });

  it('begins anew when nothing but a torn line is there', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    await writeFile(file, '{"actor":');
    assert.equal(await written(fileAuditLog(file)), 0);
    assert.equal(await readFile(file, 'utf8'), '');
  });

  it('does not go on where a line that was acknowledged is damaged or gone, and touches nothing', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const whole = textOf(line(1)) + textOf(line(2)) + textOf(line(3));
    const older = textOf(line(1)) + textOf(line(2));
    const edited = whole.replace('{"actor":"ada","at":1,"chain":"main","data":{"seq":1}', '{ "actor":"ada"');
    const damages = [
      null,
      '',
      '\n',
      'x\n',
      'null\n',
      '{"position":"3"}\n',
      older,
      `${older}x\n`,
      `${older}\0\0\n`,
    ];
    for (const damage of [
      ...damages,
      edited.slice(0, -9),
      whole.replaceAll('"position":3', '"position":2'),
    ]) {
      await (damage === null ? rm(file, { force: true }) : writeFile(file, damage));
      await assert.rejects(fileAuditLog(file).open(3), { code: 'audit_log_broken' }, JSON.stringify(damage));
      assert.equal(await readFile(file, 'utf8'), damage ?? '');
    }
  });

  it('cuts off from the first damage on what a power loss left of lines that nobody was promised', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const promised = textOf(line(1)) + textOf(line(2));
    const unpromised = textOf(line(3)) + textOf(line(4)) + textOf(line(5));
    const [first = '', last = ''] = [textOf(line(3)), textOf(line(5))];
    const hole = `${first}${'\0'.repeat(first.length)}${last}`;
    for (const [tail, kept] of [
      [hole, first],
      [`${'\0'.repeat(20)}${unpromised.slice(20)}`, ''],
      [`${unpromised.slice(0, 30)}${'\0'.repeat(10)}${unpromised.slice(40)}`, ''],
      [`${first}garbage\n{"position":9}\n`, first],
      [`${first}${last}`, first],
      ['\0\0\0\0', ''],
    ] as const) {
      await writeFile(file, promised + tail);
      assert.equal(await written(fileAuditLog(file), [], 2), kept === '' ? 2 : 3, JSON.stringify(tail));
      assert.equal(await readFile(file, 'utf8'), promised + kept);
    }
  });

  it('is the promised lines and whole ones behind them, wherever a small log is cut', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const lines = [line(1), line(2), line(3)].map(textOf);
    const whole = Buffer.from(lines.join(''));
    const promised = Buffer.byteLength(lines.slice(0, 2).join(''));
    for (let size = 0; size <= whole.length; size += 1) {
      await writeFile(file, whole.subarray(0, size));
      const opened = written(fileAuditLog(file), [], 2);
      if (size < promised) await assert.rejects(opened, { code: 'audit_log_broken' }, String(size));
      else assert.equal(await opened, size === whole.length ? 3 : 2, String(size));
    }
  });

  it('is put in the place of the old one, which is kept, and left alone by a rebuild that breaks off', async (t) => {
    const directory = await temporaryDirectory(t);
    const file = join(directory, 'audit.log');
    const log = fileAuditLog(file);
    await writeFile(file, 'damaged\n');
    const brokenOff = await log.rebuild();
    await brokenOff.append([line(1)]);
    await brokenOff.close();
    assert.equal(await readFile(file, 'utf8'), 'damaged\n');
    const rebuild = await log.rebuild();
    await rebuild.append([line(1)]);
    await rebuild.replace('audit.log.old');
    await rebuild.close();
    assert.equal(await readFile(file, 'utf8'), textOf(line(1)));
    assert.equal(await readFile(join(directory, 'audit.log.old'), 'utf8'), 'damaged\n');
    assert.deepEqual((await readdir(directory)).sort(), ['audit.log', 'audit.log.lock', 'audit.log.old']);
  });

  it('shows damaged and torn lines as they stand', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    await appendFile(file, 'damaged\n\n{"torn');
    assert.deepEqual(await collect(fileAuditLog(file).lines()), [
      { number: 1, text: 'damaged', end: 'whole' },
      { number: 2, text: '', end: 'whole' },
      { number: 3, text: '{"torn', end: 'torn' },
    ]);
  });

  it('is written by one at a time: the next waits, and begins where the first ended', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const first = await fileAuditLog(file).open(0);
    const second = fileAuditLog(file).open(0);
    await first.append([line(1)]);
    await first.close();
    await first.close();
    const writer = await second;
    assert.equal(writer.last?.position ?? 0, 1);
    await writer.close();
  });

  it('says who cannot write when it stays held, and is free again after a fault', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const first = await fileAuditLog(file).open(0);
    const impatient = fileAuditLog(file, { waitMs: 0 });
    await assert.rejects(impatient.open(0), { code: 'audit_log_held' });
    await first.append([line(1)]);
    await first.close();
    await assert.rejects(impatient.open(2), { code: 'audit_log_broken' });
    await writeFile(file, '');
    assert.equal(await written(impatient), 0);
  });

  it('is free at once when the process that wrote it was killed', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const holder = fork(HOLDER, [file]);
    t.after(() => holder.kill('SIGKILL'));
    assert.deepEqual((await once(holder, 'message'))[0], 'open');
    const impatient = fileAuditLog(file, { waitMs: 0 });
    await assert.rejects(impatient.open(0), { code: 'audit_log_held' });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    assert.equal(await written(impatient), 0);
  });

  it('has no lines before it exists', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    assert.deepEqual(await collect(fileAuditLog(file).lines()), []);
  });
});

/** Opens the log, appends and closes it; gives the position that it was opened at. */
async function written(log: AuditLog, lines: readonly AuditLine[] = [], upTo = 0): Promise<number> {
  const writer = await log.open(upTo);
  await writer.append(lines);
  await writer.close();
  return writer.last?.position ?? 0;
}

function textOf(line: AuditLine): string {
  return `${canonicalJson(line)}\n`;
}

function line(position: number, subject = 'p_1'): AuditLine {
  const draft = { chain: 'main', at: 1, actor: 'ada', type: 'patch.landed', subject, data: { seq: 1 } };
  return { ...sealEntry(draft, null), position };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
