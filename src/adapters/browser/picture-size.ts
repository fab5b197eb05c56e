const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const HEADER_BYTES = 24;

/**
 * Width and height that a PNG says it has, before a byte of it is decoded: what comes out of a sandbox may claim to be as large
 * as memory. Null for what is no PNG.
 */
export function pictureSize(png: Buffer): { readonly width: number; readonly height: number } | null {
  if (png.length < HEADER_BYTES || !png.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return null;
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}
