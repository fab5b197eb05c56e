import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileAuditLog } from '../../../src/adapters/files/audit-log.ts';
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
    assert.equal(await written(fileAuditLog(file), [line(7)]), 2);
    assert.equal(await written(fileAuditLog(file)), 7);
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

  it('does not go on after a complete line that it cannot read', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    for (const damage of ['{"position":"7"}\n', 'x\n', '\n', '{"position":1}\nnull\n']) {
      await writeFile(file, damage);
      await assert.rejects(fileAuditLog(file).open(), { code: 'integrity_broken' });
    }
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
    const first = await fileAuditLog(file).open();
    const second = fileAuditLog(file).open();
    await first.append([line(1)]);
    await first.close();
    await first.close();
    const writer = await second;
    assert.equal(writer.position, 1);
    await writer.close();
  });

  it('says who cannot write when it stays held, and is free again after a fault', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const first = await fileAuditLog(file).open();
    const impatient = fileAuditLog(file, { waitMs: 0 });
    await assert.rejects(impatient.open(), { code: 'audit_log_held' });
    await first.append([line(1)]);
    await first.close();
    await appendFile(file, 'x\n');
    await assert.rejects(impatient.open(), { code: 'integrity_broken' });
    await writeFile(file, '');
    assert.equal(await written(impatient), 0);
  });

  it('is free at once when the process that wrote it was killed', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const holder = fork(HOLDER, [file]);
    t.after(() => holder.kill('SIGKILL'));
    assert.deepEqual((await once(holder, 'message'))[0], 'open');
    const impatient = fileAuditLog(file, { waitMs: 0 });
    await assert.rejects(impatient.open(), { code: 'audit_log_held' });
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
async function written(log: AuditLog, lines: readonly AuditLine[] = []): Promise<number> {
  const writer = await log.open();
  await writer.append(lines);
  await writer.close();
  return writer.position;
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
