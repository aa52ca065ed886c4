// The page as `baidi serve` shows it, in a real browser: cards at native speed, the same reasons, and nothing asked of anybody else. Needs a build with the feature `serve` (BAIDI, or target/release/baidi),
// Chromium and playwright-core, as page.test.js does.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const require = createRequire(import.meta.url);
const found = (work) => { try { return work(); } catch { return null; } };
const playwright = found(() => require(process.env.PLAYWRIGHT ?? 'playwright-core'));
const chromium = process.env.CHROMIUM ?? found(() => execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim());
const baidi = process.env.BAIDI ?? at('target/release/baidi');
const serves = existsSync(baidi) && spawnSync(baidi, ['serve', '--help']).status === 0;
const lacks = !serves ? 'no baidi with the feature serve' : !playwright ? 'no playwright-core (npm install playwright-core)' : !chromium ? 'no Chromium' : null;
if (lacks) console.log(`skipped: the page of baidi serve in a browser: ${lacks}`);
const needs = { skip: lacks !== null, timeout: 180_000 };

let server, browser, link, folder;
before(async () => {
  if (lacks) return;
  server = spawn(baidi, ['serve', '--port', '0', '--lang', 'en'], { stdio: ['ignore', 'pipe', 'ignore'] });
  link = await new Promise((said) => server.stdout.once('data', (data) => said(String(data).split('\n')[0])));
  browser = await playwright.chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
  folder = mkdtempSync(join(tmpdir(), 'baidi-'));
});
after(async () => {
  await browser?.close();
  server?.kill();
  if (folder) rmSync(folder, { recursive: true });
});

async function opened(address, locale = 'en-GB') {
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 900 }, acceptDownloads: true });
  const asked = [], complaints = [];
  context.on('request', (request) => asked.push(request.url()));
  const page = await context.newPage();
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  return { context, page, asked, complaints };
}

const done = (page, count) => page.waitForFunction((n) => document.querySelectorAll('#photos .photo:is(.compliant, .review, .not-compliant, .failed)').length === n, count, { timeout: 120_000 });

async function picture(page, name) {
  if (!process.env.SCREENSHOTS) return;
  mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true });
}

test('the page asks the server, and the card is the one that the program writes', needs, async () => {
  const { context, page, asked, complaints } = await opened(link);
  await page.waitForFunction(() => document.querySelector('#version').textContent !== '');
  assert.match(await page.textContent('footer'), /on this machine/);
  await page.setInputFiles('#files', [at('samples/studio-flyaway.jpg')]);
  await done(page, 1);
  assert.match(await page.textContent('#headline'), /^Compliant/);
  assert.match(await page.textContent('.yours'), /Not compliant.*mended/);
  assert.ok((await page.locator('.ruler .line').count()) >= 4, 'the ruler is drawn');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('.beside a[download$=".jpg"]')]);
  assert.equal(download.suggestedFilename(), 'studio-flyaway.jpg');
  const own = join(folder, 'card.jpg');
  execFileSync(baidi, ['fix', at('samples/studio-flyaway.jpg'), '-o', own]);
  assert.deepEqual(readFileSync(await download.path()), readFileSync(own));
  await picture(page, 'serve-en');
  const origin = new URL(link).origin;
  assert.deepEqual(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:')), []);
  assert.ok(!asked.some((url) => /wasm|worker|engine|sw\.js/.test(url)), 'nothing of the module is loaded');
  assert.ok(!asked.some((url) => url.includes('token')), 'the token is in no address that is asked');
  await page.reload();
  await page.waitForFunction(() => document.querySelector('#version').textContent !== '');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('one bad photo stops nothing, and every format is read by baidi itself', needs, async () => {
  const { context, page, complaints } = await opened(link, 'zh-CN');
  await page.setInputFiles('#files', [
    { name: '坏.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') },
    { name: '李四.heic', mimeType: 'image/heic', buffer: readFileSync(at('tests/fixtures/sitter.heic')) },
    { name: 'sitter.avif', mimeType: 'image/avif', buffer: readFileSync(at('tests/fixtures/sitter.avif')) },
  ]);
  await done(page, 3);
  assert.match(await page.textContent('#headline'), /^无法处理/);
  assert.equal(await page.locator('#photos .failed').count(), 1);
  await page.click('#photos li:nth-child(3) button');
  assert.doesNotMatch(await page.textContent('#result'), /由浏览器解码/);
  await picture(page, 'serve-zh');
  // What the server refuses is no fault of the page; the browser notes the status all the same.
  assert.deepEqual(complaints.filter((text) => !/status of 415/.test(text)), []);
  await context.close();
});

test('without the token the page says what to do', needs, async () => {
  const { context, page } = await opened(new URL(link).origin);
  await page.waitForFunction(() => !document.querySelector('#trouble').hidden);
  assert.match(await page.textContent('#trouble'), /token/);
  await context.close();
});
