// `web/dist` as any server of static files shows it.

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { at } from './browser.js';

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', webmanifest: 'application/manifest+json', gz: 'application/gzip' };

/** A server on a port of its own; with `up` false it answers nothing but 503. */
export async function host() {
  const server = createServer((request, response) => {
    const name = new URL(request.url, 'http://x').pathname.slice(1) || 'index.html';
    const path = at(`web/dist/${name}`);
    if (!shown.up || !/^[a-z.]+$/.test(name) || !existsSync(path)) {
      response.writeHead(shown.up ? 404 : 503).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[name.split('.').at(-1)] }).end(readFileSync(path));
  });
  const shown = { up: true, origin: null, close: () => server.close() };
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  shown.origin = `http://127.0.0.1:${server.address().port}`;
  return shown;
}
