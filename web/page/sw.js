// Keeps the page for when there is no network: every file of this version, and nothing else.

const VERSION = 'baidi-@VERSION@';
const FILES = ['@FILES@'];

addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file === 'index.html' ? './' : file, { cache: 'reload' }));
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(fresh)).then(() => skipWaiting()));
});

addEventListener('activate', (event) => {
  const old = (names) => Promise.all(names.filter((name) => name.startsWith('baidi-') && name !== VERSION).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => clients.claim()));
});

addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET' || new URL(event.request.url).origin !== location.origin) return;
  const kept = async () => {
    const cache = await caches.open(VERSION);
    const page = event.request.mode === 'navigate' ? await cache.match('./') : null;
    return page ?? (await cache.match(event.request, { ignoreSearch: true })) ?? fetch(event.request);
  };
  event.respondWith(kept());
});
