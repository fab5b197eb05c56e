import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { comparePictures } from '../../../src/adapters/browser/compare.ts';
import { pictureSize } from '../../../src/adapters/browser/picture-size.ts';

const WHITE = [255, 255, 255] as const;
const THRESHOLD = 0.05;

describe('comparePictures', () => {
  it('finds nothing between a picture and itself', () => {
    assert.equal(compared(page(), page()).changedPixels, 0);
  });

  it('counts each pixel of a border that is one pixel wide, however light it is', () => {
    const bordered = page(60, 40, (x, y) => (y === 10 && x >= 5 && x < 25 ? [225, 225, 225] : WHITE));
    assert.equal(compared(page(), bordered).changedPixels, 20);
  });

  it('counts where a box was and where it is now', () => {
    const box = (left: number) =>
      page(60, 40, (x, y) => (x >= left && x < left + 4 && y >= 4 && y < 8 ? [0, 0, 0] : WHITE));
    assert.equal(compared(box(10), box(20)).changedPixels, 32);
  });

  it('counts all that only the larger of two pictures has, though it is as white as the page', () => {
    const { width, height, changedPixels } = compared(page(60, 40), page(60, 50));
    assert.deepEqual({ width, height, changedPixels }, { width: 60, height: 50, changedPixels: 600 });
  });

  it('leaves a picture of what changed, as large as both', () => {
    const { difference } = compared(page(60, 40), page(70, 30));
    assert.deepEqual(pictureSize(Buffer.from(difference)), { width: 70, height: 40 });
  });
});

describe('pictureSize', () => {
  it('knows a picture by its first bytes and nothing else', () => {
    assert.deepEqual(pictureSize(Buffer.from(page(7, 9))), { width: 7, height: 9 });
    assert.equal(pictureSize(Buffer.from('GIF89a and then some more bytes')), null);
    assert.equal(pictureSize(Buffer.from(page()).subarray(0, 20)), null);
  });
});

function compared(before: Uint8Array, after: Uint8Array) {
  return comparePictures({ before, after }, THRESHOLD);
}

function page(
  width = 60,
  height = 40,
  colour: (x: number, y: number) => readonly [number, number, number] = () => WHITE,
): Uint8Array {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) png.data.set([...colour(x, y), 255], (y * width + x) * 4);
  return PNG.sync.write(png);
}
