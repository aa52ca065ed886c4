// The page as `baidi serve` shows it, in a real browser: cards at native speed, the same reasons, and nothing asked of anybody else. Needs a build with the feature `serve` (BAIDI, or target/release/baidi),
// Chromium and playwright-core, as page.test.js does.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { at, done, launch, missing, opened as open, picture, ready } from './browser.js';

const baidi = process.env.BAIDI ?? at('target/release/baidi');
const serves = existsSync(baidi) && spawnSync(baidi, ['serve', '--help']).status === 0;
const lacks = !serves ? 'no baidi with the feature serve' : missing;
if (lacks) console.log(`skipped: the page of baidi serve in a browser: ${lacks}`);
const needs = { skip: lacks !== null, timeout: 180_000 };

let server, browser, link, folder;
before(async () => {
  if (lacks) return;
  server = spawn(baidi, ['serve', '--port', '0', '--lang', 'en'], { stdio: ['ignore', 'pipe', 'ignore'] });
  link = await new Promise((said) => server.stdout.once('data', (data) => said(String(data).split('\n')[0])));
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'baidi-'));
});
after(async () => {
  await browser?.close();
  server?.kill();
  if (folder) rmSync(folder, { recursive: true });
});

/** The paper's size, the cards' places and the marks of a PDF, as they are drawn. */
const drawn = (pdf) => [...pdf.matchAll(/MediaBox \[([^\]]+)\]|((?:[\d.-]+ ){6})cm|([\d.-]+ [\d.-]+) [ml]\s/g)]
  .flatMap(([, ...some]) => some.find(Boolean).trim().split(/\s+/).map(Number));

const opened = (address, locale) => open(browser, address, { locale });

test('the page asks the server, and the card is the one that the program writes', needs, async () => {
  const { context, page, asked, complaints } = await opened(link);
  await ready(page);
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
  // The page draws its sheets itself: everything lies where the program puts it.
  const [print] = await Promise.all([page.waitForEvent('download'), page.click('#sheet')]);
  const theirs = join(folder, 'sheet.pdf');
  execFileSync(baidi, ['sheet', own, '--paper', '6in', '--spec', 'shebao', '-o', theirs]);
  const [here, there] = [await print.path(), theirs].map((path) => drawn(readFileSync(path, 'latin1')));
  assert.ok(there.length > 400, `${there.length} numbers`);
  assert.equal(here.length, there.length);
  here.forEach((number, i) => assert.ok(Math.abs(number - there[i]) < 0.001, `${number} for ${there[i]}`));
  await picture(page, 'serve-en');
  const origin = new URL(link).origin;
  assert.deepEqual(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:')), []);
  assert.ok(!asked.some((url) => /wasm|worker|engine|sw\.js/.test(url)), 'nothing of the module is loaded');
  assert.ok(!asked.some((url) => url.includes('token')), 'the token is in no address that is asked');
  await page.reload();
  await ready(page);
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
