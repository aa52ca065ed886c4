// The page in a real browser, headless: dropped photos, refused ones, offline, and nothing asked of anybody else. Needs web/dist (`just web`), Chromium (CHROMIUM, or `chromium` on the path) and
// the npm package playwright-core; with axe-core the page is looked at for those who cannot see it. SCREENSHOTS=folder keeps pictures.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Baidi, compile } from '../baidi.js';
import { PAPERS, plan } from '../page/sheet.js';
import { DESKTOP, PHONE, at, done, installed, launch, missing, opened as open, picture, ready } from './browser.js';
import { filmed, staged } from './film.js';
import { host } from './host.js';
import { decoder, judged, whiteBehind } from './reader.js';

const axe = installed(process.env.AXE ?? 'axe-core');
const lacks = !existsSync(at('web/dist/index.html')) ? 'no web/dist (just web)' : missing;
if (lacks) console.log(`skipped: the page in a browser: ${lacks}`);
else if (!axe) console.log('skipped: the look for barriers: no axe-core (npm install --prefix web)');
if (!decoder) console.log('skipped: cards read by another decoder: no jpeg-js (npm install --prefix web)');
const needs = { skip: lacks !== null, timeout: 180_000 };

let server, browser, origin;
before(async () => {
  if (lacks) return;
  server = await host();
  ({ origin } = server);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

async function opened(options) {
  const window = await open(browser, origin, options);
  await ready(window.page);
  return window;
}

/** What the default spec asks of a file, from its TOML. */
const SHEBAO = { width: 358, height: 441, dpi: 350, bytes: [15_360, 20_000] };

/** The files in a ZIP, which are stored as they are. */
function unpacked(bytes) {
  const files = [];
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50;) {
    const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    at = from + bytes.readUInt32LE(at + 18);
    files.push(bytes.subarray(from, at));
  }
  return files;
}

const give = (page, ...paths) => page.setInputFiles('#files', paths.map(at));

async function barriers(page) {
  if (!axe) return;
  await page.evaluate(readFileSync(axe, 'utf8'));
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
  if (decoder) whiteBehind(judged(card, SHEBAO));
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
  // The sheet has every card's own bytes, as they are in the ZIP.
  const [print] = await Promise.all([page.waitForEvent('download'), page.click('#sheet')]);
  assert.equal(print.suggestedFilename(), 'baidi.pdf');
  const pdf = readFileSync(await print.path());
  const cards = unpacked(bytes);
  for (const card of cards) {
    if (decoder) judged(card, SHEBAO);
    assert.ok(pdf.includes(card));
  }
  assert.equal(pdf.toString('latin1').match(/ Do Q/g).length, plan(PAPERS['6in'], { width: 26, height: 32 }).slots.length);
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

test('by day and by night, in both languages, on phone and desktop nothing stands in anybody’s way', { ...needs, timeout: 600_000 }, async () => {
  for (const [name, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    for (const locale of ['zh-CN', 'en-GB']) {
      for (const colorScheme of ['light', 'dark']) {
        const { context, page, complaints } = await opened({ locale, viewport, colorScheme });
        await give(page, 'samples/blue-tilted.jpg', 'web/page/icon.svg');
        await done(page, 2);
        await picture(page, `all-${name}-${locale.slice(0, 2)}-${colorScheme}`);
        await page.locator('details').evaluateAll((all) => all.forEach((one) => { one.open = true; }));
        await barriers(page);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${locale}: nothing sticks out to the right`);
        await page.click('#photos li:nth-child(2) button');
        await barriers(page);
        assert.deepEqual(complaints, []);
        await context.close();
      }
    }
  }
});

test('it works without a network after the first visit', needs, async () => {
  const { context, page } = await opened();
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await page.waitForFunction(async () => (await caches.keys()).length === 1);
  await page.reload();
  server.up = false;
  try {
    await page.reload();
    await ready(page);
    await give(page, 'samples/studio-flyaway.jpg');
    await done(page, 1);
    assert.match(await page.textContent('#headline'), /^Compliant/);
  } finally {
    server.up = true;
  }
  await context.close();
});

test('the camera says what is wrong, and takes the picture when everything holds', needs, async () => {
  const seen = async (film, look) => {
    try {
      await staged(film, origin, async (page) => {
        await page.click('#camera');
        await look(page);
      });
    } finally {
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
