import { type FetchEvent, worker } from './till-worker/scope.js';

/**
 * The service worker of the till: it opens without a connection, as whole as with one. The page goes by the network
 * first, its parts by what is kept, for their names change with their content. What the till knows of cards and offers
 * is none of its business: the page keeps that itself.
 */

const page = '/till';
/** Asked for with the page, under names that stay. */
const beside = ['/till.webmanifest', '/brand-mark.svg', '/brand-icon.svg'];
const { version, assets } = worker.built;
const family = 'till-parts ';
const ours = family + version;
/** A till with one bar of signal opens with the kept page after this many milliseconds. */
const patience = 3_000;

worker.addEventListener('install', (event) => {
  event.waitUntil(keepAll().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOld().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== 'GET') return;
  if (request.mode === 'navigate' && pathname === page) event.respondWith(openPage(event));
  else if (pathname.startsWith('/assets/')) event.respondWith(openPart(request));
  else if (beside.includes(pathname)) event.respondWith(openBeside(request));
});

/** All or nothing: a worker that could not keep everything is not installed. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(ours);
  await cache.addAll(assets);
  await Promise.all(beside.map(async (path) => cache.put(path, await fetchWhole(path))));
  await keepPage(await fetchWhole(page));
}

/**
 * Keeps a page together with every part that it names, so that the two always fit: a server may be a version ahead of
 * this worker.
 */
async function keepPage(answer: Response): Promise<void> {
  const cache = await caches.open(ours);
  const names = new Set((await answer.clone().text()).match(/\/assets\/[\w.-]+/g));
  const missing: string[] = [];
  for (const name of names) if (!(await cache.match(name, { ignoreVary: true }))) missing.push(name);
  await cache.addAll(missing);
  await cache.put(page, answer);
}

/** Without cookies: what is kept must be the same whoever opened it. */
async function fetchWhole(path: string): Promise<Response> {
  const answer = await fetch(path, { cache: 'no-store', credentials: 'omit', redirect: 'error' });
  if (!answer.ok) throw new TypeError(`${path} answered ${answer.status}`);
  return answer;
}

async function openPage(event: FetchEvent): Promise<Response> {
  const fresh = fetchWhole(page);
  // It may come after the patience is over: then the next opening has it.
  event.waitUntil(fresh.then((answer) => keepPage(answer.clone())).catch(() => undefined));
  const kept = await matchKept(page);
  if (!kept) return fetch(event.request);
  return (await Promise.race([fresh.catch(() => null), wait(patience)])) ?? kept;
}

async function openPart(request: Request): Promise<Response> {
  return (await matchKept(request.url)) ?? fetch(request);
}

async function openBeside(request: Request): Promise<Response> {
  const fresh = await fetch(request).catch(() => null);
  return fresh?.ok ? fresh : ((await matchKept(request.url)) ?? Response.error());
}

async function matchKept(url: string): Promise<Response | undefined> {
  return (await caches.open(ours)).match(url, { ignoreVary: true });
}

async function dropOld(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(family) && name !== ours);
  await Promise.all(names.map((name) => caches.delete(name)));
}

function wait(milliseconds: number): Promise<null> {
  return new Promise((done) => setTimeout(done, milliseconds, null));
}
