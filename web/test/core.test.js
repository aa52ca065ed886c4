// The module in Node: what the page's worker calls, without a browser. Needs web/baidi.wasm, which `just web` builds.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { Baidi, Fault, QuestionError, compile } from '../baidi.js';
import { bitmap } from '../page/bitmap.js';
import { PAPERS, facts, pages, plan, sheet } from '../page/sheet.js';
import { distinct, zip } from '../page/zip.js';
import { decoder } from './reader.js';
import { faults } from './schema.js';

const file = (path) => new Uint8Array(readFileSync(new URL(`../../${path}`, import.meta.url)));
const wasm = new URL('../baidi.wasm', import.meta.url);
const built = existsSync(wasm);
if (!built) console.log('skipped: no web/baidi.wasm (just web)');
const schema = JSON.parse(new TextDecoder().decode(file('docs/report.schema.json')));
const studio = file('samples/studio-flyaway.jpg');

let module, baidi;
before(async () => {
  if (!built) return;
  const started = performance.now();
  module = await compile(new Uint8Array(readFileSync(wasm)));
  baidi = await Baidi.open(module);
  console.log(`opened in ${Math.round(performance.now() - started)} ms`);
});
const needs = { skip: !built };

test('the size of the module', needs, () => {
  const bytes = readFileSync(wasm);
  const packed = gzipSync(bytes, { level: 9 }).length;
  console.log(`baidi.wasm: ${bytes.length} bytes, ${packed} packed with gzip`);
  assert.ok(packed < 5_000_000, 'weights of the networks and all');
});

test('nothing is asked of the browser but the time', needs, () => {
  // What begins with two bars throws when it is called.
  const wanted = WebAssembly.Module.imports(module).filter(({ module: from }) => !from.startsWith('__wbindgen'));
  assert.deepEqual(wanted.map(({ module: from, name }) => `${from}.${name}`).sort(), ['baidi.now', 'baidi.panicked']);
});

test('a portrait becomes a card that an office accepts', needs, () => {
  for (const round of ['first', 'second']) {
    const started = performance.now();
    const { report, source, card } = baidi.fix(studio, { language: 'en', name: 'Zhang.png' });
    console.log(`${round} card: ${Math.round(performance.now() - started)} ms, ${Math.round(baidi.memory / 2 ** 20)} MiB`);
    const [photo] = report.photos;
    assert.equal(photo.status, 'compliant');
    assert.equal(photo.output, 'Zhang.jpg');
    assert.ok(card.length >= 15_360 && card.length <= 20_000, `${card.length} bytes`);
    assert.equal(photo.jpeg.bytes, card.length);
    assert.deepEqual([...card.slice(0, 3)], [0xff, 0xd8, 0xff]);
    assert.ok(photo.milliseconds.decode > 0, 'stages are timed');
    assert.deepEqual(faults(schema, report), []);
    assert.deepEqual(faults(schema, source), []);
    assert.equal(source.photos[0].status, 'not-compliant');
  }
});

test('the same photo gives the same bytes, and a card is copied', needs, async () => {
  const { card } = baidi.fix(studio);
  const fresh = await Baidi.open(module);
  assert.deepEqual(fresh.fix(studio).card, card);
  const again = baidi.fix(card);
  assert.deepEqual(again.card, card);
  assert.deepEqual(again.report.photos[0].edits.map((edit) => edit.code), ['copied']);
  assert.equal(baidi.check(card).report.photos[0].status, 'compliant');
});

test('reports are in the language asked for, and their codes are not', needs, () => {
  const [zh, en] = ['zh-CN', 'en-GB'].map((language) => baidi.check(studio, { language }).report);
  assert.match(zh.photos[0].findings[0].message, /\p{Script=Han}/u);
  assert.doesNotMatch(en.photos[0].findings[0].message, /\p{Script=Han}/u);
  assert.deepEqual(zh.photos[0].findings.map((f) => f.code), en.photos[0].findings.map((f) => f.code));
});

test('a glance says of the face what a check says', needs, () => {
  const [quick, full] = [baidi.glance(studio), baidi.check(studio)].map(({ report }) => report.photos[0]);
  assert.deepEqual(quick.face, full.face);
  const verdicts = new Map(quick.findings.map(({ rule, verdict }) => [rule, verdict]));
  for (const { rule, verdict } of full.findings) {
    if (['one-face', 'eyes-open', 'gaze', 'yaw', 'pitch', 'roll', 'mouth', 'source-size', 'sharpness', 'exposure', 'black-and-white'].includes(rule)) assert.equal(verdicts.get(rule), verdict, rule);
    if (['ears', 'headwear', 'face-covered'].includes(rule)) assert.equal(verdicts.get(rule), 'unknown', rule);
  }
  assert.equal(baidi.glance(file('web/page/icon.svg')).report.photos[0].status, 'failed');
});

test('pixels handed over as they are keep their places and colours', { skip: needs.skip || !decoder }, () => {
  const [width, height] = [64, 32];
  // Red above on the left, blue below, white on the right.
  const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => {
    const [x, y] = [(i >> 2) % width, Math.floor((i >> 2) / width)];
    return (x >= width / 2 ? [255, 255, 255, 255] : y < height / 2 ? [255, 0, 0, 255] : [0, 0, 255, 255])[i % 4];
  });
  const seen = decoder.decode(baidi.preview(new Uint8Array(bitmap({ width, height, data }))), { useTArray: true, formatAsRGBA: false });
  const at = (x, y) => [...seen.data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)].map((level) => (level > 200 ? 1 : level < 55 ? 0 : level));
  assert.deepEqual([seen.width, seen.height], [width, height]);
  assert.deepEqual([at(8, 4), at(8, 28), at(56, 4)], [[1, 0, 0], [0, 0, 1], [1, 1, 1]]);
});

test('HEIC is read, and shown where a browser could not', needs, () => {
  const heic = file('tests/fixtures/sitter.heic');
  const { report, card } = baidi.fix(heic, { name: 'IMG_2041.HEIC' });
  assert.equal(report.photos[0].source.format, 'heic');
  assert.ok(card.length > 0);
  assert.deepEqual([...baidi.preview(heic).slice(0, 2)], [0xff, 0xd8]);
});

test('what is no portrait is refused in a report, and the next photo is done', needs, () => {
  const broken = studio.slice(0, 9_000);
  const empty = new Uint8Array();
  const text = new TextEncoder().encode('no picture');
  const wall = file('web/page/icon.svg');
  for (const photo of [broken, empty, text, wall]) {
    const { report, source, card, slip } = baidi.fix(photo, { language: 'en', name: 'x.jpg' });
    assert.equal(report.photos[0].status, 'failed');
    assert.ok(report.photos[0].error.message.length > 0);
    assert.equal(card, null);
    assert.equal(source, null);
    assert.match(slip, /<section>/, 'a slip says so');
    assert.deepEqual(faults(schema, report), []);
    assert.equal(baidi.preview(text), null);
  }
  assert.equal(baidi.fix(studio).report.photos[0].status, 'compliant');
});

test('a wrong question is an error of its own', needs, () => {
  for (const question of [{ spec: 'library-card' }, { minBytes: 9_000, maxBytes: 5_000 }, { maxBytes: 10 }, { colour: 'red' }]) {
    assert.throws(() => baidi.fix(studio, question), (error) => error instanceof QuestionError && error.message.length > 0);
  }
});

test('a byte window, a kept background, a spec of one’s own', needs, () => {
  const narrow = baidi.fix(studio, { minBytes: 17_000, maxBytes: 18_000 });
  assert.ok(narrow.card.length >= 17_000 && narrow.card.length <= 18_000);
  const kept = baidi.fix(studio, { keepBackground: true });
  assert.equal(kept.report.photos[0].edits.some((edit) => edit.code === 'background'), false);
  const toml = new TextDecoder().decode(file('src/rules/spec/builtin/one-inch.toml')).replace('name = "one-inch"', 'name = "mine"');
  assert.equal(baidi.fix(studio, { spec: 'mine', toml }).report.spec, 'mine');
});

test('specs are found by what people call them', needs, () => {
  const all = baidi.specs({ language: 'en' });
  assert.ok(all.specs.length >= 39);
  assert.equal(all.specs[0].name, 'shebao');
  assert.deepEqual(all.specs[0].ruler['face-width'], { min: 179, max: 255 });
  assert.ok(all.rules['face-width'].length > 0);
  for (const [wanted, name] of [['社保', 'shebao'], ['驾照', 'driving-licence'], ['US visa', 'visa-us']]) {
    assert.equal(baidi.specs({ wanted }).specs[0].name, name);
  }
  assert.deepEqual(baidi.specs({ wanted: 'qqqq' }).specs, []);
});

test('memory does not grow from photo to photo', needs, () => {
  const after = [];
  for (let i = 0; i < 10; i++) {
    baidi.fix(studio);
    after.push(baidi.memory);
  }
  // What is freed is not always where it fits again: a hundred photos take 3 MiB more than five.
  assert.ok(after.at(-1) - after[0] < 4 * 2 ** 20, `${after}`);
});

test('after a fault the module answers no more, and another does', needs, async () => {
  const doomed = await Baidi.open(module);
  assert.throws(() => doomed.fault(), (error) => error instanceof Fault && /asked for/.test(error.panic));
  assert.throws(() => doomed.check(studio), Fault);
  const next = await Baidi.open(module);
  assert.equal(next.check(studio).report.photos.length, 1);
});

test('names in a ZIP are distinct', () => {
  assert.deepEqual(distinct(['a.jpg', 'A.jpg', 'b', 'b', 'a.jpg']), ['a.jpg', 'A (2).jpg', 'b', 'b (2)', 'a (3).jpg']);
});

test('a ZIP holds its files as they are', () => {
  const bytes = zip([{ name: '张三.jpg', bytes: new TextEncoder().encode('123456789') }], new Date(2026, 0, 2, 3, 4, 6));
  const view = new DataView(bytes.buffer);
  assert.equal(view.getUint32(0, true), 0x04034b50);
  assert.equal(view.getUint32(14, true), 0xcbf43926, 'the CRC-32 of 123456789');
  const end = bytes.length - 22;
  assert.equal(view.getUint32(end, true), 0x06054b50);
  assert.equal(view.getUint32(view.getUint32(end + 16, true), true), 0x02014b50);
});

test('a sheet holds the cards as they are, at their size on paper', () => {
  assert.equal(plan(PAPERS['5in'], { width: 26, height: 32 }).slots.length, 8);
  assert.equal(plan(PAPERS['6in'], { width: 26, height: 32 }).slots.length, 12);
  assert.equal(plan(PAPERS.a4, { width: 26, height: 32 }).slots.length, 60);
  assert.equal(plan(PAPERS['5in'], { width: 90, height: 120 }), null);
  assert.deepEqual(pages(3, 8), [[0, 0, 0, 1, 1, 1, 2, 2]]);
  assert.deepEqual(pages(5, 2), [[0, 1], [2, 3], [4]]);
  const known = facts(studio);
  assert.equal(facts(new TextEncoder().encode('no picture')), null);
  const card = { ...known, bytes: studio };
  const pdf = sheet([card, card], PAPERS['6in'], { width: 26, height: 32 });
  const text = new TextDecoder('latin1').decode(pdf);
  assert.match(text, /^%PDF-1\.4/);
  // What a reader does: the table's place from the end, the objects from the table, the bytes by their length.
  const table = Number(text.match(/startxref\n(\d+)\n%%EOF\n$/)[1]);
  const starts = text.slice(table).match(/\d{10} 00000 n /g).map((line) => parseInt(line, 10));
  starts.forEach((start, i) => assert.ok(text.startsWith(`${i + 1} 0 obj\n`, start), `object ${i + 1}`));
  const [, length] = text.slice(starts[2]).match(/\/Length (\d+) >>\nstream\n/);
  assert.equal(Number(length), studio.length);
  const from = text.indexOf('stream\n', starts[2]) + 7;
  assert.deepEqual(pdf.slice(from, from + studio.length), studio);
  assert.match(text, /\/MediaBox \[0 0 430\.8661 289\.1339\]|\/MediaBox \[0 0 289\.1339 430\.8661\]/, '102 × 152 mm');
  assert.equal(text.match(/73\.7008 0 0 90\.7087 /g).length, 12, '26 × 32 mm, twelve times');
});
