// Cards on paper at their true size, as a PDF that has each card's own JPEG inside: the sheet that `baidi sheet` makes of cards of one size. Here and not in the module, so that the page of
// `baidi serve` has it without a further address; the tests lay both on top of each other.

import { joined } from './zip.js';

/** Papers by the names they have on the command line: the shorter side and the longer, in millimetres. */
export const PAPERS = { '5in': [89, 127], '6in': [102, 152], a6: [105, 148], a4: [210, 297] };

const GAP = 2; // between two cards: room for a mark on either side
const MARGIN = 4; // what printers cannot print on
const AWAY = 0.25; // a cut that is off by less shows no black
const LONGEST = 3;
const POINTS = 72 / 25.4;

/** Where cards of `width` × `height` lie on a paper held as takes more, and the marks where to cut, in millimetres from the upper left corner; `null` where none fits. */
export function plan([short, long], { width, height }) {
  // A hair is forgiven, or 4 × 25 mm would not fit 100 mm.
  const across = (along, card) => Math.max(Math.floor((along - 2 * MARGIN + GAP + 1e-6) / (card + GAP)), 0);
  const fits = (w, h) => [across(w, width), across(h, height)];
  const [upright, turned] = [fits(short, long), fits(long, short)];
  const aside = turned[0] * turned[1] > upright[0] * upright[1];
  const [columns, rows] = aside ? turned : upright;
  const [pageWidth, pageHeight] = aside ? [long, short] : [short, long];
  if (!columns || !rows) return null;
  const all = (n, card) => n * card + (n - 1) * GAP;
  const [left, top] = [(pageWidth - all(columns, width)) / 2, (pageHeight - all(rows, height)) / 2];
  const slots = Array.from({ length: rows * columns }, (_, i) => ({ x: left + (i % columns) * (width + GAP), y: top + Math.floor(i / columns) * (height + GAP) }));
  return { width: pageWidth, height: pageHeight, slots, marks: marks(slots, { width, height }) };
}

/** Two marks at every corner of every card, outside it, in line with its edges: longer at the rim, where there is room. */
function marks(slots, { width, height }) {
  const ends = (key, size) => [Math.min(...slots.map((slot) => slot[key])), Math.max(...slots.map((slot) => slot[key] + size))];
  const inner = GAP / 2 - AWAY;
  const near = (a, b) => Math.abs(a - b) < 1e-6;
  const reach = (at, rim, margin) => (near(at, rim) ? Math.min(Math.max(margin - AWAY - 0.5, inner), LONGEST) : inner);
  const [[left, right], [top, bottom]] = [ends('x', width), ends('y', height)];
  return slots.flatMap(({ x, y }) => {
    const out = (from, rim, margin, way) => [from + way * AWAY, from + way * (AWAY + reach(from, rim, margin))];
    const [before, after] = [out(x, left, left, -1), out(x + width, right, left, 1)];
    const [above, below] = [out(y, top, top, -1), out(y + height, bottom, top, 1)];
    return [
      ...[before, after].flatMap(([from, to]) => [y, y + height].map((at) => [[from, at], [to, at]])),
      ...[above, below].flatMap(([from, to]) => [x, x + width].map((at) => [[at, from], [at, to]])),
    ];
  });
}

/** Which card lies where, page by page: one page with as many of each as fit, as evenly as can be; more pages where there are more cards than places. */
export function pages(cards, capacity) {
  const each = (card) => (cards >= capacity ? 1 : Math.floor(capacity / cards) + (card < capacity % cards ? 1 : 0));
  const all = Array.from({ length: cards }, (_, card) => Array(each(card)).fill(card)).flat();
  return Array.from({ length: Math.ceil(all.length / capacity) }, (_, page) => all.slice(page * capacity, (page + 1) * capacity));
}

/** What a PDF has to know of a JPEG: pixels, and whether every reader shows the file as it is: three channels, no profile, not turned by a tag. `null` where the bytes are no JPEG. */
export function facts(jpeg) {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let plain = true;
  for (let at = 2; at + 9 < view.byteLength;) {
    const [mark, marker] = [view.getUint8(at), view.getUint8(at + 1)];
    if (mark !== 0xff) return null;
    if (marker === 0xff) { at += 1; continue; }
    // A frame of any process; between them stand tables (C4, CC) and an extension that nobody uses (C8).
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5), plain: plain && view.getUint8(at + 4) === 8 && view.getUint8(at + 9) === 3 };
    }
    // Exif may turn the picture, a profile or Adobe's transform change its colours.
    if ([0xe1, 0xe2, 0xee].includes(marker)) plain = false;
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** A PDF of JPEG files `cards`, each `{ bytes, width, height }` in pixels, so large on paper as `size` says in millimetres; `null` where not one fits. */
export function sheet(cards, paper, size) {
  const laid = plan(paper, size);
  if (!laid || !cards.length) return null;
  const leaves = pages(cards.length, laid.slots.length);
  const points = (mm) => Number((mm * POINTS).toFixed(4));
  // The first objects are the catalogue and the list of pages; then come the pictures, then a page and its drawing in turn.
  const page = (i) => 3 + cards.length + 2 * i;
  const objects = [
    ['<< /Type /Catalog /Pages 2 0 R >>'],
    [`<< /Type /Pages /Kids [${leaves.map((_, i) => `${page(i)} 0 R`).join(' ')}] /Count ${leaves.length} >>`],
    ...cards.map((card) => stream(`/Type /XObject /Subtype /Image /Filter /DCTDecode /Width ${card.width} /Height ${card.height} /ColorSpace /DeviceRGB /BitsPerComponent 8`, card.bytes)),
    ...leaves.flatMap((leaf, i) => {
      const used = [...new Set(leaf)].map((card) => `/P${card} ${3 + card} 0 R`).join(' ');
      // A PDF counts from the lower edge upwards.
      const drawn = leaf.map((card, slot) => {
        const { x, y } = laid.slots[slot];
        return `q ${points(size.width)} 0 0 ${points(size.height)} ${points(x)} ${points(laid.height - y - size.height)} cm /P${card} Do Q`;
      });
      const cuts = laid.marks.map(([from, to]) => `${points(from[0])} ${points(laid.height - from[1])} m ${points(to[0])} ${points(laid.height - to[1])} l S`);
      return [
        [`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${points(laid.width)} ${points(laid.height)}] /Resources << /XObject << ${used} >> >> /Contents ${page(i) + 1} 0 R >>`],
        stream('', encoded([...drawn, '0.25 w 0 G', ...cuts].join('\n'))),
      ];
    }),
  ];
  return written(objects);
}

const encoded = (text) => new TextEncoder().encode(text);
const stream = (entries, bytes) => [`<< ${entries} /Length ${bytes.length} >>\nstream\n`, bytes, '\nendstream'];

/** The file of `objects`, numbered from 1, each a list of texts and bytes. */
function written(objects) {
  const parts = [];
  let length = 0;
  const write = (part) => {
    const bytes = typeof part === 'string' ? encoded(part) : part;
    parts.push(bytes);
    length += bytes.length;
  };
  // Bytes above 127 in the second line tell those who carry the file that it is no text.
  write('%PDF-1.4\n%');
  write(Uint8Array.of(0xe2, 0xe3, 0xcf, 0xd3, 0x0a));
  const starts = objects.map((object, i) => {
    const start = length;
    [`${i + 1} 0 obj\n`, ...object, '\nendobj\n'].forEach(write);
    return start;
  });
  const table = length;
  write(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('')}`);
  write(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
  return joined(parts);
}
