// The page in a real browser, headless: dropped photos, refused ones, offline, and nothing asked of anybody else. Needs web/dist (`just web`), Chromium (CHROMIUM, or `chromium` on the path) and
// the npm package playwright-core; with axe-core the page is looked at for those who cannot see it. SCREENSHOTS=folder keeps pictures.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Baidi, compile } from '../baidi.js';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const require = createRequire(import.meta.url);
const found = (work) => { try { return work(); } catch { return null; } };
const playwright = found(() => require(process.env.PLAYWRIGHT ?? 'playwright-core'));
const axe = found(() => readFileSync(require.resolve(process.env.AXE ?? 'axe-core'), 'utf8'));
const chromium = process.env.CHROMIUM ?? found(() => execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim());
const dist = existsSync(at('web/dist/index.html'));
const lacks = !dist ? 'no web/dist (just web)' : !playwright ? 'no playwright-core (npm install playwright-core)' : !chromium ? 'no Chromium' : null;
if (lacks) console.log(`skipped: the page in a browser: ${lacks}`);
else if (!axe) console.log('skipped: the look for barriers: no axe-core (npm install axe-core)');
const needs = { skip: lacks !== null, timeout: 180_000 };

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', webmanifest: 'application/manifest+json', gz: 'application/gzip' };
let server, browser, origin, up = true;
before(async () => {
  if (lacks) return;
  server = createServer((request, response) => {
    const name = new URL(request.url, 'http://x').pathname.slice(1) || 'index.html';
    const path = at(`web/dist/${name}`);
    if (!up || !/^[a-z.]+$/.test(name) || !existsSync(path)) {
      response.writeHead(up ? 404 : 503).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[name.split('.').at(-1)] }).end(readFileSync(path));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await playwright.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  server?.close();
});

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

async function opened({ locale = 'en-GB', viewport = DESKTOP, colorScheme = 'light' } = {}) {
  const phone = viewport === PHONE;
  const context = await browser.newContext({ locale, viewport, colorScheme, acceptDownloads: true, hasTouch: phone, isMobile: phone, deviceScaleFactor: phone ? 2 : 1 });
  const asked = [], complaints = [];
  context.on('request', (request) => asked.push(request.url()));
  const page = await context.newPage();
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(origin);
  await page.waitForFunction(() => document.querySelector('#version').textContent !== '', null, { timeout: 60_000 });
  return { context, page, asked, complaints };
}

const give = (page, ...paths) => page.setInputFiles('#files', paths.map(at));
const done = (page, count) => page.waitForFunction((n) => document.querySelectorAll('#photos .photo:is(.compliant, .review, .not-compliant, .failed)').length === n, count, { timeout: 120_000 });

async function picture(page, name) {
  if (!process.env.SCREENSHOTS) return;
  mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true });
}

async function barriers(page) {
  if (!axe) return;
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const grave = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  assert.deepEqual(grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), []);
}

test('a dropped photo becomes a card, and nothing is asked of anybody else', needs, async () => {
  const { context, page, asked, complaints } = await opened();
  const started = performance.now();
  await page.evaluate(async (bytes) => {
    const files = new DataTransfer();
    files.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'Zhang.jpg', { type: 'image/jpeg' }));
    document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: files }));
  }, readFileSync(at('samples/studio-flyaway.jpg')).toString('base64'));
  await done(page, 1);
  console.log(`dropped to shown: ${Math.round(performance.now() - started)} ms`);
  assert.match(await page.textContent('#headline'), /^Compliant/);
  assert.match(await page.textContent('.yours'), /Not compliant.*mended/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('.beside a[download$=".jpg"]')]);
  assert.equal(download.suggestedFilename(), 'Zhang.jpg');
  const card = new Uint8Array(readFileSync(await download.path()));
  assert.ok(card.length >= 15_360 && card.length <= 20_000);
  const baidi = await Baidi.open(await compile(new Uint8Array(readFileSync(at('web/baidi.wasm')))));
  assert.equal(baidi.check(card, { name: 'Zhang.jpg' }).report.photos[0].status, 'compliant');
  assert.ok((await page.locator('.ruler .line').count()) >= 4, 'the ruler is drawn');
  await barriers(page);
  await picture(page, 'desktop-en');
  await page.locator('.slider input').focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('PageUp');
  assert.match(await page.locator('.slider input').getAttribute('aria-valuetext'), /[1-9]/);
  await picture(page, 'desktop-en-slider');
  assert.deepEqual(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:')), []);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a photo may be there before the program is', needs, async () => {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(origin);
  await give(page, 'samples/studio-flyaway.jpg');
  await done(page, 1);
  assert.match(await page.textContent('#headline'), /^Compliant/);
  await context.close();
});

test('one bad photo stops nothing, and the reason stands in the first line', needs, async () => {
  const { context, page, complaints } = await opened({ locale: 'zh-CN', viewport: PHONE });
  await page.setInputFiles('#files', [
    { name: '坏.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') },
    { name: '王五.jpg', mimeType: 'image/jpeg', buffer: readFileSync(at('samples/blue-tilted.jpg')) },
    { name: '李四.heic', mimeType: 'image/heic', buffer: readFileSync(at('tests/fixtures/sitter.heic')) },
    { name: 'astronaut.png', mimeType: 'image/png', buffer: readFileSync(at('samples/astronaut.png')) },
    { name: 'sitter.avif', mimeType: 'image/avif', buffer: readFileSync(at('tests/fixtures/sitter.avif')) },
  ]);
  await done(page, 5);
  assert.match(await page.textContent('#headline'), /^无法处理/);
  await barriers(page);
  await picture(page, 'phone-zh-refused');
  assert.equal(await page.locator('#photos .failed').count(), 1);
  await page.click('#photos li:nth-child(2) button');
  await picture(page, 'phone-zh');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out to the right');
  await barriers(page);
  await page.click('#photos li:nth-child(4) button');
  await picture(page, 'phone-zh-astronaut');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#zip')]);
  const bytes = readFileSync(await download.path());
  assert.equal(bytes.readUInt16LE(bytes.length - 12), 4, 'four cards');
  const [slips] = await Promise.all([page.waitForEvent('download'), page.click('#slips')]);
  const html = readFileSync(await slips.path(), 'utf8');
  assert.equal(html.match(/<section>/g).length, 2, 'one for each photo that has to be taken again');
  assert.equal(html.match(/<main>|<\/main>|<\/html>/g).length, 3);
  await page.click('#language');
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  await done(page, 5);
  assert.match(await page.textContent('#count'), /^5 of 5 done/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a spec is found by what people call it, and every photo is done anew', needs, async () => {
  const { context, page } = await opened({ colorScheme: 'dark' });
  await give(page, 'samples/studio-flyaway.jpg');
  await done(page, 1);
  await page.fill('#wanted', 'US visa');
  await page.waitForFunction(() => document.querySelector('#spec').value === 'visa-us');
  await page.waitForFunction(() => document.querySelector('.pane img')?.width && document.querySelector('.pane img').naturalWidth === 600, null, { timeout: 60_000 });
  await barriers(page);
  await picture(page, 'desktop-en-dark');
  await context.close();
});

test('it works without a network after the first visit', needs, async () => {
  const { context, page } = await opened();
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await page.waitForFunction(async () => (await caches.keys()).length === 1);
  await page.reload();
  up = false;
  try {
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#version').textContent !== '', null, { timeout: 60_000 });
    await give(page, 'samples/studio-flyaway.jpg');
    await done(page, 1);
    assert.match(await page.textContent('#headline'), /^Compliant/);
  } finally {
    up = true;
  }
  await context.close();
});

test('the camera says what is wrong, and takes the picture when everything holds', needs, async () => {
  // A film of one frame: a drawn sitter on a camera's format, in the middle or at its edge.
  const filmed = async (sample, shift) => {
    const page = await browser.newPage();
    const bytes = await page.evaluate(async ([data, shift]) => {
      const sitter = new Image();
      sitter.src = `data:image/jpeg;base64,${data}`;
      await sitter.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [1280, 720];
      const context = canvas.getContext('2d');
      context.fillStyle = '#b0b4b8';
      context.fillRect(0, 0, 1280, 720);
      const width = (sitter.width * 720) / sitter.height;
      context.drawImage(sitter, (1280 - width) / 2 + shift, 0, width, 720);
      return canvas.toDataURL('image/jpeg', 0.95).split(',')[1];
    }, [readFileSync(at(`samples/${sample}`)).toString('base64'), shift]);
    await page.close();
    const path = join(tmpdir(), `baidi-${process.pid}-${shift}.mjpeg`);
    writeFileSync(path, Buffer.from(bytes, 'base64'));
    return path;
  };
  const seen = async (film, look) => {
    const staged = await playwright.chromium.launch({ executablePath: chromium, args: ['--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`] });
    try {
      const context = await staged.newContext({ locale: 'en-GB', viewport: DESKTOP, permissions: ['camera'] });
      const page = await context.newPage();
      await page.goto(origin);
      await page.waitForFunction(() => document.querySelector('#version').textContent !== '');
      await page.click('#camera');
      await look(page);
    } finally {
      await staged.close();
      rmSync(film);
    }
  };
  await seen(await filmed('studio-flyaway.jpg', -520), async (page) => {
    await page.waitForFunction(() => document.querySelector('.sentence').textContent.includes('to your left'), null, { timeout: 20_000 });
    await page.waitForTimeout(4_000);
    const { frames, first } = await page.evaluate(() => ({ ...document.querySelector('#booth').dataset }));
    console.log(`camera: first sentence ${first} ms after the first frame; ${frames} frames in 4 s and a little`);
    await barriers(page);
    await picture(page, 'camera-en');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#photos .photo').count(), 0);
  });
  await seen(await filmed('studio-flyaway.jpg', 0), async (page) => {
    await done(page, 1);
    assert.match(await page.textContent('#headline'), /^Compliant/);
    assert.equal(await page.locator('#booth').evaluate((dialog) => dialog.open), false);
  });
});

test('after a fault a new worker does the next photo', needs, async () => {
  const { context, page } = await opened();
  const kinds = await page.evaluate(async () => {
    const { Engine } = await import('./engine.js');
    const engine = new Engine();
    const fault = await engine.call('fault').catch((error) => [error.kind, error.panic]);
    const specs = await engine.call('specs', { question: { language: 'en' } });
    return { fault, specs: specs.specs.length, restarts: engine.restarts };
  });
  assert.equal(kinds.fault[0], 'panic');
  assert.match(kinds.fault[1], /asked for/);
  assert.equal(kinds.restarts, 1);
  assert.ok(kinds.specs >= 39);
  await context.close();
});
