import { cardPageAbove, forgetPage, isCardPage, isWord, keepOrForget, keptPage } from './card-worker/kept-pages.js';
import { type FetchEvent, worker } from './card-worker/scope.js';

/**
 * The service worker of a card's page: what was opened once opens again without a connection. The network goes first, so
 * that a card that ended or was replaced is never shown as working to a phone that can know. Everything else of the
 * site passes untouched.
 */

const { version, assets } = worker.built;
/** One for each part of the site, since each gets a new version in its own time. */
const ours = `card-assets ${new URL(worker.registration.scope).pathname} `;
/** A phone with one bar of signal gets the kept page after this many milliseconds. */
const PATIENCE = 4_000;

worker.addEventListener('install', (event) => {
  const stored = caches.open(ours + version).then((cache) => cache.addAll(assets));
  event.waitUntil(stored.then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldAssets().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === 'navigate' && request.method === 'GET' && isCardPage(pathname)) {
    event.respondWith(openCard(event, pathname));
  } else if (request.mode === 'navigate' && request.method === 'POST' && cardPageAbove(pathname)) {
    // "I have lost my card": whatever comes of it, the page is not what it was.
    event.waitUntil(forgetPage(cardPageAbove(pathname)!));
  } else if (request.method === 'GET' && pathname.startsWith('/assets/')) {
    event.respondWith(openAsset(request));
  }
});

worker.addEventListener('message', (event) => {
  const path = (event.data as { keep?: unknown } | null)?.keep;
  if (typeof path === 'string' && isCardPage(path)) event.waitUntil(fetchPage(path).catch(() => undefined));
});

async function openCard(event: FetchEvent, path: string): Promise<Response> {
  const answer = fetch(event.request).then(async (answered) => {
    await keepOrForget(path, answered);
    return answered;
  });
  // It may come after the patience is over: then the next opening is right.
  event.waitUntil(answer.catch(() => undefined));
  const kept = await keptPage(path);
  if (!kept) return answer;
  const first = await Promise.race([answer.catch(() => null), wait(PATIENCE)]);
  return first && isWord(first) ? first : kept;
}

async function fetchPage(path: string): Promise<void> {
  await keepOrForget(path, await fetch(path, { cache: 'no-store', redirect: 'manual' }));
}

/** Their names change with their content, so a copy is as good as the original. */
async function openAsset(request: Request): Promise<Response> {
  const cache = await caches.open(ours + version);
  const kept = await cache.match(request.url, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  // A page newer than this worker has parts that it does not know of.
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

async function dropOldAssets(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(ours) && name !== ours + version).map((name) => caches.delete(name)),
  );
}

function wait(milliseconds: number): Promise<null> {
  return new Promise((done) => setTimeout(done, milliseconds, null));
}
