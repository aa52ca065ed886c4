// Awkward and hostile files, given to the module: none ends it, and each gets the answer that the program gives. Needs web/baidi.wasm, the program (BAIDI_PROGRAM, or target/release/baidi)
// and the shared files (BAIDI_SHARED, or ../shared).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { Baidi, compile } from '../baidi.js';
import { at } from './browser.js';

const wasm = at('web/baidi.wasm');
const program = process.env.BAIDI_PROGRAM ?? at('target/release/baidi');
const folder = join(process.env.BAIDI_SHARED ?? at('../shared'), 'nasty');
const missing = [wasm, program, folder].find((place) => !existsSync(place));
if (missing) console.log(`skipped: no ${missing}`);

/** What became of a photo, in a word: its error's code, or its size and the verdict on its face. */
const outcome = ({ error, source, findings }) =>
  error ? error.code : `${source.width}×${source.height} ${findings.find(({ rule }) => rule === 'one-face').verdict}`;

/** What the program says of each of `files`. */
function told(files) {
  const work = mkdtempSync(join(tmpdir(), 'baidi-nasty-'));
  try {
    const report = join(work, 'report.json');
    try {
      execFileSync(program, ['check', ...files, '--report', report, '--quiet'], { stdio: 'ignore' });
    } catch (ended) {
      // some photos break rules, and some cannot be read
      if (![1, 2].includes(ended.status)) throw new Error(`the program ended with ${ended.status}`);
    }
    return new Map(JSON.parse(readFileSync(report, 'utf8')).photos.map((photo) => [photo.input, outcome(photo)]));
  } finally {
    rmSync(work, { recursive: true });
  }
}

test('no hostile file ends the module, and each gets the program’s answer', { skip: Boolean(missing) }, async () => {
  const files = ['derived', 'found'].flatMap((part) => readdirSync(join(folder, part)).map((name) => join(folder, part, name))).filter((file) => statSync(file).isFile());
  const [native, module] = [told(files), await compile(new Uint8Array(readFileSync(wasm)))];
  let baidi = await Baidi.open(module);
  const other = [];
  for (const file of files) {
    const [photo] = baidi.check(new Uint8Array(readFileSync(file)), { name: file, slip: false }).report.photos;
    const [here, there] = [outcome(photo), native.get(file)];
    // the browser decodes AVIF; the module says that it cannot
    if (here !== there && !(here === 'unsupported-format' && /avif/i.test(photo.error.message))) other.push(`${file}: ${here}, the program: ${there}`);
    // as the page does
    if (baidi.memory > 400 * 2 ** 20) baidi = await Baidi.open(module);
  }
  console.log(`${files.length} files, ${other.length} answered otherwise`);
  assert.deepEqual(other, []);
});
