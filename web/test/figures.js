// The figures of web/README.md, printed: `just web-figures`. Bytes of the page; the first card after opening it, the further ones and the process's peak with a drawn portrait of 12 megapixels;
// the camera's sentences. Each is the best of ROUNDS (5) rounds, and beside what a clock says stands the processor's own time, since nobody has the machine alone.

import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { Baidi, compile } from '../baidi.js';
import { bitmap } from '../page/bitmap.js';
import { at, done, launch, missing, opened, ready } from './browser.js';
import { filmed, staged } from './film.js';
import { host } from './host.js';
import { decoder } from './reader.js';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const least = (numbers) => Math.round(Math.min(...numbers));
const MiB = (bytes) => (bytes / 2 ** 20).toFixed(1);
if (missing) throw new Error(missing);

const wasm = readFileSync(at('web/baidi.wasm'));
const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } }).length;
const others = readdirSync(at('web/dist')).filter((name) => !name.endsWith('.gz')).map((name) => readFileSync(at(`web/dist/${name}`)));
const packed = (pack) => others.reduce((sum, bytes) => sum + pack(bytes), pack(wasm));
console.log(`module: ${wasm.length} bytes, ${gzipSync(wasm, { level: 9 }).length} with gzip, ${brotli(wasm)} with brotli`);
console.log(`page with everything: ${packed((bytes) => gzipSync(bytes, { level: 9 }).length)} bytes with gzip, ${packed(brotli)} with brotli`);

/** What the kernel says of a process, in bytes: `VmHWM` is the most it ever had, Chromium's own program and what it shares with other processes included; `RssAnon` what is its own now. */
const said = (pid, name) => Number(readFileSync(`/proc/${pid}/status`, 'latin1').match(new RegExp(`${name}:\\s+(\\d+) kB`))[1]) * 1024;

/** The processor's time of processes, in milliseconds: the kernel counts in hundredths of a second. */
const used = (pids) => pids.reduce((sum, pid) => {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ').slice(11, 13).map(Number);
  return sum + 10 * (user + system);
}, 0);

/** The processes that show pages. */
async function shown(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id).filter((id) => existsSync(`/proc/${id}`));
}

const server = await host();
try {
  const drawing = await launch();
  // The sample, four times as large each way, on a phone's format.
  const drawn = await (await drawing.newPage()).evaluate(async (data) => {
    const sitter = new Image();
    sitter.src = `data:image/jpeg;base64,${data}`;
    await sitter.decode();
    const canvas = new OffscreenCanvas(3000, 4000);
    canvas.getContext('2d').drawImage(sitter, 0, 0, 3000, 4000);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }, readFileSync(at('samples/studio-flyaway.jpg')).toString('base64'));
  await drawing.close();
  const photo = Buffer.from(drawn, 'base64');
  if (process.env.PHOTO) writeFileSync(process.env.PHOTO, photo);
  const file = (name) => ({ name, mimeType: 'image/jpeg', buffer: photo });

  const baidi = await Baidi.open(await compile(new Uint8Array(wasm)));
  const film = await filmed('studio-flyaway.jpg', 0);
  const frame = new Uint8Array(bitmap(decoder.decode(readFileSync(film), { useTArray: true, formatAsRGBA: true })));
  rmSync(film);
  for (const [name, work] of [
    ['a card of 12 MP', () => baidi.fix(new Uint8Array(photo))],
    ['a frame of 1280 × 720 in full', () => baidi.check(frame, { slip: false })],
    ['a glance at it', () => baidi.glance(frame)],
  ]) {
    const [wall, cpu] = [[], []];
    for (let round = 0; round < 4 + 2 * ROUNDS; round++) {
      const [started, used] = [performance.now(), process.cpuUsage()];
      work();
      const { user, system } = process.cpuUsage(used);
      wall.push(performance.now() - started);
      cpu.push((user + system) / 1000);
    }
    console.log(`${name} in Node: ${least(wall)} ms, ${least(cpu)} ms of the processor`);
  }
  console.log(`the module's memory: ${MiB(baidi.memory)} MiB`);

  const [cold, coldUsed, further, furtherUsed, peak, own] = [[], [], [], [], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const browser = await launch();
    const started = performance.now();
    const { page } = await opened(browser, server.origin);
    await page.setInputFiles('#files', [file('one.jpg')]);
    await done(page, 1);
    cold.push(performance.now() - started);
    const pages = await shown(browser);
    coldUsed.push(used(pages));
    let most = 0;
    const looking = setInterval(() => { most = Math.max(most, ...pages.map((pid) => said(pid, 'RssAnon'))); }, 20);
    for (let n = 2; n <= 4; n++) {
      const [before, usedBefore] = [performance.now(), used(pages)];
      await page.setInputFiles('#files', [file(`${n}.jpg`)]);
      await done(page, n);
      further.push(performance.now() - before);
      furtherUsed.push(used(pages) - usedBefore);
    }
    clearInterval(looking);
    own.push(most);
    peak.push(Math.max(...pages.map((pid) => said(pid, 'VmHWM'))));
    await browser.close();
  }
  console.log(`12 MP in Chromium: ${least(cold)} ms from opening the page to the card (${least(coldUsed)} of the processor), ${least(further)} ms for each further one (${least(furtherUsed)} of the processor)`);
  console.log(`peak of the tab: ${MiB(Math.min(...own))} MiB of its own, as a browser's task manager counts; ${MiB(Math.min(...peak))} MiB with what its process shares with others`);
  const browser = await launch();
  await browser.newPage();
  const empty = await shown(browser);
  console.log(`an empty tab: ${MiB(Math.max(...empty.map((pid) => said(pid, 'RssAnon'))))} MiB of its own, ${MiB(Math.max(...empty.map((pid) => said(pid, 'VmHWM'))))} MiB with the rest`);
  await browser.close();

  // One who sits too far to the side, and one who sits right but tilts the head: the second is looked at in full.
  for (const [name, film] of [['at the edge', await filmed('studio-flyaway.jpg', -520)], ['tilted', await filmed('blue-tilted.jpg', 0)]]) {
    const [first, rate, alone] = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      await staged(film, server.origin, async (page, browser) => {
        await page.click('#camera');
        await page.waitForFunction(() => document.querySelector('#booth').dataset.first, null, { timeout: 20_000 });
        const frames = () => page.evaluate(() => [Number(document.querySelector('#booth').dataset.frames), performance.now()]);
        const pages = await shown(browser);
        const usedBefore = used(pages);
        const [from, since] = await frames();
        await page.waitForTimeout(4_000);
        const [to, until] = await frames();
        rate.push(((to - from) / (until - since)) * 1000);
        alone.push(((to - from) / (used(pages) - usedBefore)) * 1000);
        first.push(Number(await page.evaluate(() => document.querySelector('#booth').dataset.first)));
      });
    }
    console.log(`camera, sitter ${name}: first sentence ${least(first)} ms after the first frame, then up to ${Math.max(...rate).toFixed(1)} a second, ${Math.max(...alone).toFixed(1)} for a second of the processor`);
    rmSync(film);
  }
} finally {
  server.close();
}
