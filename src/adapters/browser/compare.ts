import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import type { Compared, Pictures } from '../../ports/camera.ts';

/** Both pictures come from the same browser on the same machine: what looks like anti-aliasing is a difference all the same. */
const EVERY_PIXEL = { includeAA: true, alpha: 0.2, diffColor: [220, 0, 90] as [number, number, number] };

/** Where only one of the pictures is. No two pages have both colours by chance, and so all of it counts as changed. */
const BESIDE = { before: [255, 0, 255, 255], after: [0, 255, 255, 255] };

export function comparePictures({ before, after }: Pictures, threshold: number): Compared {
  const [one, other] = [PNG.sync.read(Buffer.from(before)), PNG.sync.read(Buffer.from(after))];
  const size = { width: Math.max(one.width, other.width), height: Math.max(one.height, other.height) };
  // A copy: what is given is filled with settings of its own.
  const difference = new PNG({ ...size });
  const changedPixels = pixelmatch(
    extended(one, size, BESIDE.before),
    extended(other, size, BESIDE.after),
    difference.data,
    size.width,
    size.height,
    { ...EVERY_PIXEL, threshold },
  );
  return { ...size, changedPixels, difference: PNG.sync.write(difference) };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function extended(picture: PNG, { width, height }: Size, colour: readonly number[]): Buffer {
  if (picture.width === width && picture.height === height) return picture.data;
  const sheet = new PNG({ width, height });
  sheet.data.fill(Uint8Array.from(colour));
  PNG.bitblt(picture, sheet, 0, 0, picture.width, picture.height, 0, 0);
  return sheet.data;
}
