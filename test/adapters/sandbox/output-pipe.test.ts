import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { OutputPipes } from '../../../src/adapters/sandbox/output-pipe.ts';
import { findPrograms } from '../../../src/adapters/sandbox/programs.ts';
import { folderNameOf } from '../../../src/platform/process-folder.ts';
import { type Identity, identify } from '../../../src/platform/process-identity.ts';
import { temporaryFolder, write } from '../../world/git.ts';

/** Pipes whose mkfifo tells how often it was started, and with how many names. */
function scene() {
  const folder = temporaryFolder('pipes');
  const [scratch, told, mkfifo] = ['scratch', 'told', 'mkfifo'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(scratch);
  appendFileSync(told, '');
  writeFileSync(mkfifo, `#!/bin/sh\necho $(($# - 2)) >> '${told}'\nexec ${findPrograms().mkfifo} "$@"\n`);
  chmodSync(mkfifo, 0o755);
  return {
    scratch,
    pipes: new OutputPipes({ mkfifo, scratch, owner: null }),
    batches: () => readFileSync(told, 'utf8').split('\n').filter(Boolean).map(Number),
  };
}

describe('the pipes of sandboxed commands', () => {
  it('carry what was written into them and nothing else, however many are taken at once', async () => {
    const { pipes, scratch } = scene();
    const taken = await Promise.all(Array.from({ length: 20 }, () => pipes.take()));
    for (const [at, { writeFd }] of taken.entries()) {
      writeSync(writeFd, `number ${at}`);
      closeSync(writeFd);
    }
    const read = await Promise.all(taken.map(({ reader }) => text(reader)));
    assert.deepEqual(
      read,
      taken.map((_, at) => `number ${at}`),
    );
    assert.deepEqual(readdirSync(scratch), []);
  });

  it('are made ahead, one at first and never more than sixteen, so that most commands start no mkfifo', async () => {
    const { pipes, scratch, batches } = scene();
    for (let taken = 0; taken < 40; taken += 1) {
      const { reader, writeFd } = await pipes.take();
      closeSync(writeFd);
      reader.destroy();
      if (taken === 0) assert.deepEqual(batches(), [1], 'a single command needs a single pipe');
    }
    assert.deepEqual(batches(), [1, 2, 4, 8, 16, 16]);
    assert.deepEqual(readdirSync(scratch), []);
  });

  it('that a killed process was making are swept by the next one, and those of a living one are not', () => {
    const { scratch } = scene();
    const [dead, alive] = ['pipes-4194303-1-0-0', `pipes-${folderNameOf(identify(process.pid) as Identity)}`];
    for (const name of [dead, alive, 'not-ours']) write(scratch, { [`${name}/0`]: '' });
    new OutputPipes({ mkfifo: '/bin/false', scratch, owner: null }).sweep();
    assert.deepEqual(readdirSync(scratch).sort(), ['not-ours', alive].sort());
  });

  it('are asked for again after they could not be made', async () => {
    const { scratch } = scene();
    const pipes = new OutputPipes({ mkfifo: '/bin/false', scratch, owner: null });
    await assert.rejects(pipes.take());
    await assert.rejects(pipes.take());
  });
});
