import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { VisualTask } from '../../../src/core/gate/tasks/visual.ts';
import { theCamera } from '../../world/camera.ts';

it('takes no picture beyond ten million pixels, nor one that is not as wide as its page', () => {
  const kinds = [
    ['picture', 4096, 2441],
    ['failed', 4096, 2442],
    ['picture', 390, 8000],
    ['failed', 390, 8001],
    ['failed', 4096, 100, 390],
  ] as const;
  for (const [kind, width, height, asked = width] of kinds)
    assert.equal(shotOf(asked, headOf(width, height)).kind, kind, `${width} x ${height}`);
});

it('tells the driver of each page how tall its picture may be', () => {
  assert.deepEqual(
    [390, 1280, 4096].map((width) => aim(width).asked.pages[0].tallest),
    [8000, 7812, 2441],
  );
});

function aim(width: number) {
  const page = { name: 'home', path: '/', width, height: 800, masks: [] };
  const task: VisualTask = {
    ...{ kind: 'visual', prepare: null, folder: '' },
    ...{ pages: [page] },
    ...SHARES,
  };
  const aimed = theCamera(process.execPath).aim(task, 1_000);
  return { aimed, asked: JSON.parse(aimed.command.argv.at(-1) ?? '') };
}

const SHARES = { threshold: 0, maxShare: 0 };

function shotOf(width: number, png: Buffer) {
  const { aimed, asked } = aim(width);
  const line = JSON.stringify({ name: 'home', png: png.toString('base64') });
  const [shot] = aimed.develop(Buffer.from(`${asked.mark} ${line}\n`)).shots;
  assert.ok(shot);
  return shot;
}

function headOf(width: number, height: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452'.padEnd(48, '0'), 'hex');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}
