import assert from 'node:assert/strict';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileAuditLog } from '../../../src/adapters/files/audit-log.ts';
import { sealEntry } from '../../../src/core/ledger/entry.ts';
import type { AuditLine } from '../../../src/ports/audit-log.ts';
import { temporaryDirectory } from './temporary.ts';

describe('fileAuditLog', () => {
  it('begins at 0 and resumes at the last line it wrote', async (t) => {
    const file = join(await temporaryDirectory(t), 'logs', 'audit.log');
    assert.equal(await fileAuditLog(file).open(), 0);
    await fileAuditLog(file).append([line(1), line(2)]);
    await fileAuditLog(file).append([]);
    await fileAuditLog(file).append([line(7)]);
    assert.equal(await fileAuditLog(file).open(), 7);
  });

  it('writes one line of canonical JSON each, whatever is in it', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const log = fileAuditLog(file);
    const lines = [line(1, 'a\nb'), line(2, 'c\u2028d'), line(3, 'é'.repeat(100_000))];
    await log.open();
    await log.append(lines);
    const read = await collect(log.lines());
    assert.deepEqual(
      read.map(({ number, text }) => [number, JSON.parse(text)]),
      lines.map((expected, index) => [index + 1, expected]),
    );
    assert.ok(read.every(({ text }) => text.startsWith('{"actor":')));
    assert.equal(await log.open(), 3);
  });

  it('cuts a torn last line off wherever it was torn, says so, and keeps all others', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    const whole = fileAuditLog(file);
    await whole.open();
    await whole.append([line(1)]);
    const first = await readFile(file);
    await whole.append([line(2)]);
    const both = await readFile(file);
    for (let size = both.length - 1; size > first.length; size -= 7) {
      await writeFile(file, both);
      await truncate(file, size);
      const torn: number[] = [];
      assert.equal(await fileAuditLog(file, { onTorn: (bytes) => torn.push(bytes) }).open(), 1);
      assert.deepEqual(torn, [size - first.length]);
      assert.deepEqual(await readFile(file), first);
    }
  });

  it('begins anew when nothing but a torn line is there', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    await writeFile(file, '{"actor":');
    assert.equal(await fileAuditLog(file).open(), 0);
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
      { number: 1, text: 'damaged' },
      { number: 2, text: '' },
      { number: 3, text: '{"torn' },
    ]);
  });

  it('has no lines before it exists', async (t) => {
    const file = join(await temporaryDirectory(t), 'audit.log');
    assert.deepEqual(await collect(fileAuditLog(file).lines()), []);
  });
});

function line(position: number, subject = 'p_1'): AuditLine {
  const draft = { chain: 'main', at: 1, actor: 'ada', type: 'patch.landed', subject, data: { seq: 1 } };
  return { ...sealEntry(draft, null), position };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
