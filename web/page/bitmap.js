// Pixels as a file that no codec has to write or read.

/** Where the pixels are: behind both headers, at a multiple of four. */
const PIXELS = 56;

/** A BMP of 32 bits a pixel with rows from the top, of an `ImageData`: encoding a JPEG and decoding it would take as long as finding the face in it. */
export function bitmap({ width, height, data }) {
  const from = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const file = new ArrayBuffer(PIXELS + 4 * from.length);
  const head = new DataView(file);
  head.setUint16(0, 0x424d);
  head.setUint32(2, file.byteLength, true);
  head.setUint32(10, PIXELS, true);
  head.setUint32(14, 40, true);
  head.setInt32(18, width, true);
  head.setInt32(22, -height, true);
  head.setUint16(26, 1, true);
  head.setUint16(28, 32, true);
  const to = new Uint32Array(file, PIXELS);
  // Red and blue change places.
  for (let i = 0; i < to.length; i++) to[i] = (from[i] & 0xff00ff00) | ((from[i] & 0xff) << 16) | ((from[i] >>> 16) & 0xff);
  return file;
}
