// A camera made of a drawn sitter.

import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { at, launch, opened, ready } from './browser.js';

/** A film of one frame on a camera's format, 1280 × 720: the sitter in the middle, or moved `aside` by so many pixels. Gives its path. */
export async function filmed(sample, aside) {
  const browser = await launch();
  const page = await browser.newPage();
  const bytes = await page.evaluate(async ([data, aside]) => {
    const sitter = new Image();
    sitter.src = `data:image/jpeg;base64,${data}`;
    await sitter.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280, 720];
    const context = canvas.getContext('2d');
    context.fillStyle = '#b0b4b8';
    context.fillRect(0, 0, 1280, 720);
    const width = (sitter.width * 720) / sitter.height;
    context.drawImage(sitter, (1280 - width) / 2 + aside, 0, width, 720);
    return canvas.toDataURL('image/jpeg', 0.95).split(',')[1];
  }, [readFileSync(at(`samples/${sample}`)).toString('base64'), aside]);
  await browser.close();
  const path = join(tmpdir(), `baidi-${process.pid}-${sample}-${aside}.mjpeg`);
  writeFileSync(path, Buffer.from(bytes, 'base64'));
  return path;
}

/** Opens the page at `address` in a browser whose camera shows `film`, and hands both to `look`. */
export async function staged(film, address, look) {
  const browser = await launch('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`);
  try {
    const { page } = await opened(browser, address, { permissions: ['camera'] });
    await ready(page);
    await look(page, browser);
  } finally {
    await browser.close();
  }
}
