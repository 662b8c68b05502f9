import {
  cardPageAbove,
  forgetPage,
  isCardPage,
  isWord,
  keepOrForget,
  keptPage,
  keptPaths,
  renewPage,
} from './card-worker/kept-pages.js';
import { type FetchEvent, worker } from './card-worker/scope.js';

/**
 * The service worker of a card's page: what was opened once opens again without a connection. The network goes first, so
 * that a card that ended or was replaced is never shown as working to a phone that can know. Everything else of the
 * site passes untouched.
 */

const { version, assets } = worker.built;
/** One for each part of the site, since each gets a new version in its own time. */
const scope = new URL(worker.registration.scope).pathname;
const ours = `card-assets ${scope} `;
/** A phone with one bar of signal gets the kept page after this many milliseconds. */
const PATIENCE = 4_000;

worker.addEventListener('install', (event) => {
  const stored = caches.open(ours + version).then((cache) => cache.addAll(assets));
  event.waitUntil(stored.then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(worker.clients.claim());
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
  if (typeof path === 'string' && isCardPage(path)) event.waitUntil(renewPage(path));
});

async function openCard(event: FetchEvent, path: string): Promise<Response> {
  const answer = fetch(event.request).then(async (answered) => {
    // A phone that is full keeps nothing, and still shows the card.
    await keepOrForget(path, answered).catch(() => undefined);
    return answered;
  });
  // It may come after the patience is over: then the next opening is right.
  event.waitUntil(answer.then(dropOldAssets).catch(() => undefined));
  const kept = await keptPage(path);
  if (!kept) return answer;
  const first = await Promise.race([answer.catch(() => null), wait(PATIENCE)]);
  return first && isWord(first) ? first : kept;
}

/** Their names change with their content, so a copy is as good as the original. */
async function openAsset(request: Request): Promise<Response> {
  const kept = await caches.match(request.url, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  // A page newer than this worker has parts that it does not know of.
  if (answer.ok) await keepAsset(request.url, answer.clone()).catch(() => undefined);
  return answer;
}

async function keepAsset(url: string, answer: Response): Promise<void> {
  await (await caches.open(ours + version)).put(url, answer);
}

/** Pages kept by an older worker need that one's parts: those go when every page has been asked for anew. */
async function dropOldAssets(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(ours) && name !== ours + version);
  if (!old.length) return;
  const renewed = await Promise.all((await keptPaths(scope)).map(renewPage));
  if (!renewed.includes(false)) await Promise.all(old.map((name) => caches.delete(name)));
}

function wait(milliseconds: number): Promise<null> {
  return new Promise((done) => setTimeout(done, milliseconds, null));
}
