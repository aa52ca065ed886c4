// A card's file as an office's program reads it: the markers by the standard (ITU-T T.81), the picture by `jpeg-js`, a decoder in JavaScript that shares nothing with baidi.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The decoder, or `null` where it is not installed. */
export const decoder = (() => { try { return require('jpeg-js'); } catch { return null; } })();

/** The segments up to the scan: marker and contents. */
function segments(bytes) {
  assert.equal(bytes[0] << 8 | bytes[1], 0xffd8, 'begins as a JPEG');
  assert.equal(bytes.at(-2) << 8 | bytes.at(-1), 0xffd9, 'ends as one, with nothing behind it');
  const found = [];
  for (let at = 2; ;) {
    assert.equal(bytes[at], 0xff, `a marker at ${at}`);
    const marker = bytes[at + 1], length = bytes[at + 2] << 8 | bytes[at + 3];
    found.push({ marker, bytes: bytes.subarray(at + 4, at + 2 + length) });
    if (marker === 0xda) return found;
    at += 2 + length;
  }
}

/** Holds a card against what its office asks for: `{ width, height, dpi, bytes: [least, most] }`; gives its pixels. */
export function judged(card, { width, height, dpi, bytes: [least, most] }) {
  assert.ok(card.length >= least && card.length <= most, `${card.length} bytes, asked for are ${least} to ${most}`);
  const parts = segments(card);
  const { marker, bytes: frame } = parts.find((part) => part.marker >= 0xc0 && part.marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(part.marker));
  assert.equal(marker, 0xc0, 'baseline');
  assert.deepEqual([frame[0], frame[3] << 8 | frame[4], frame[1] << 8 | frame[2], frame[5]], [8, width, height, 3], 'bits, width, height, channels');
  const jfif = parts.find((part) => part.marker === 0xe0)?.bytes;
  assert.equal(String.fromCharCode(...jfif.subarray(0, 4)), 'JFIF');
  assert.deepEqual([jfif[7], jfif[8] << 8 | jfif[9], jfif[10] << 8 | jfif[11]], [1, dpi, dpi], 'dots per inch');
  assert.ok(!parts.some((part) => [0xe1, 0xe2].includes(part.marker)), 'nothing of the camera or the place is left in it');
  const picture = decoder.decode(card, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false });
  assert.deepEqual([picture.width, picture.height], [width, height]);
  return picture;
}

/** A card with a white wall: white along its upper edge and down its sides as far as no shoulder reaches, and somebody before it. */
export function whiteBehind({ width, height, data }) {
  const darkest = (x, y) => Math.min(...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3));
  const wall = [...Array.from({ length: width }, (_, x) => [x, 0]), ...Array.from({ length: Math.floor(height / 2) }, (_, y) => [[0, y], [width - 1, y]]).flat()];
  const levels = wall.map(([x, y]) => darkest(x, y));
  assert.ok(Math.min(...levels) >= 250, `${Math.min(...levels)} is the darkest of the wall`);
  assert.ok(darkest(width >> 1, height >> 1) < 230, 'somebody is there');
}
