import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { parseDuration, sayDuration } from '../../src/platform/duration.ts';
import { readProcess } from '../../src/platform/processes.ts';
import { replaceFile } from '../../src/platform/replace-file.ts';
import { secret } from '../../src/platform/secret.ts';

describe('durations', () => {
  it('are read with their unit, and a bare number other than 0 is not guessed at', () => {
    const texts = ['0', '500ms', '10s', '5m', '1h', '30d'];
    assert.deepEqual(texts.map(parseDuration), [0, 500, 10_000, 300_000, 3_600_000, 2_592_000_000]);
    for (const text of ['', '10', '-1s', '1.5s', '10 s', '1w', 's', '1e3s', '99999999999s']) {
      assert.equal(parseDuration(text), null, text);
    }
  });

  it('are said in the largest unit that still tells something', () => {
    assert.deepEqual([740, 12_000, 119_000, 180_000, 7_200_000, 345_600_000].map(sayDuration), [
      '740 ms',
      '12 s',
      '119 s',
      '3 min',
      '2 h',
      '4 d',
    ]);
  });
});

describe('a secret', () => {
  it('shows nothing of itself in any text that is made of it', () => {
    const hidden = secret('correct horse');
    const texts = [
      `${hidden}`,
      JSON.stringify({ hidden }),
      inspect({ hidden }, { showHidden: true, depth: 9 }),
    ];
    for (const text of texts) {
      assert.ok(!text.includes('correct'), text);
      assert.ok(text.includes('***'), text);
    }
    assert.equal(hidden.expose(), 'correct horse');
  });
});

describe('a process', () => {
  it('is read with its memory and its processor time, and one that is not there is null', () => {
    const own = readProcess(process.pid);
    assert.ok(own);
    const { rss } = process.memoryUsage();
    assert.ok(Math.abs(own.rssBytes - rss) < rss / 2, `${own.rssBytes} against ${rss}`);
    const { user, system } = process.cpuUsage();
    assert.ok(Math.abs(own.cpuMs - (user + system) / 1000) < 200, `${own.cpuMs} ms`);
    assert.equal(readProcess(2 ** 22 + 1), null, 'above the largest pid of Linux');
  });
});

describe('a replaced file', () => {
  it('has the new content and mode, and leaves nothing beside it', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'ghost-replace-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'it');
    await replaceFile(file, 'first', 0o600);
    await replaceFile(file, 'second', 0o600);
    assert.equal(readFileSync(file, 'utf8'), 'second');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['it']);
    await assert.rejects(replaceFile(join(folder, 'no', 'such'), 'x'), { code: 'ENOENT' });
  });
});
