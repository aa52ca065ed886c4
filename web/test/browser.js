// What the tests of the page have in common: the browser, and how a photo's end is seen.

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** A file of the repository. */
export const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What `work` gives, or `null`. */
export const found = (work) => { try { return work(); } catch { return null; } };

/** Where the package is, with its `require`. */
export const installed = (name) => found(() => require.resolve(name));

const playwright = found(() => require(process.env.PLAYWRIGHT ?? 'playwright-core'));
const chromium = process.env.CHROMIUM ?? found(() => execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim());

/** Why there is no browser; `null` where there is one. */
export const missing = !playwright ? 'no playwright-core (npm install --prefix web)' : !chromium ? 'no Chromium' : null;

// It asks nobody for anything, so that only the page's own requests are seen.
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A headless browser. */
export const launch = (...more) => playwright.chromium.launch({ executablePath: chromium, args: [...QUIET, ...more] });

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A window of its own at `address`, with what it asked for and what it complained about. */
export async function opened(browser, address, { locale = 'en-GB', viewport = DESKTOP, colorScheme = 'light', ...more } = {}) {
  const phone = viewport === PHONE;
  const context = await browser.newContext({ locale, viewport, colorScheme, acceptDownloads: true, hasTouch: phone, isMobile: phone, deviceScaleFactor: phone ? 2 : 1, ...more });
  const asked = [], complaints = [];
  context.on('request', (request) => asked.push(request.url()));
  const page = await context.newPage();
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  return { context, page, asked, complaints };
}

/** Until the page knows the specs. */
export const ready = (page) => page.waitForFunction(() => document.querySelector('#version').textContent !== '', null, { timeout: 60_000 });

/** Until `count` photos have come to an end. */
export const done = (page, count) => page.waitForFunction((n) => document.querySelectorAll('#photos .photo:is(.compliant, .review, .not-compliant, .failed)').length === n, count, { timeout: 120_000 });

/** Keeps what is seen, where SCREENSHOTS names a folder. */
export async function picture(page, name) {
  if (!process.env.SCREENSHOTS) return;
  mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true });
}
