import { beforeEach, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const origin = 'https://card.example';
const html = (version: number) =>
  `<script src="/assets/till.${version}.js"></script><div data-wasm="/assets/zxing.1.wasm">`;

/** The web as a worker sees it: answers by path, or none at all. */
class Web {
  isThere = true;
  version = 1;
  asked: string[] = [];

  readonly fetch = async (wanted: string | { url: string }): Promise<Response> => {
    const path = new URL(typeof wanted === 'string' ? wanted : wanted.url, origin).pathname;
    this.asked.push(path);
    if (!this.isThere) throw new TypeError('Failed to fetch');
    if (path === '/assets/missing.js') return new Response('', { status: 404 });
    return new Response(path === '/till' ? html(this.version) : `content of ${path}`);
  };
}

/** What is kept on the phone, which outlives each worker. */
class Kept {
  readonly caches = new Map<string, Map<string, Response>>();

  constructor(private readonly web: Web) {}

  readonly keys = async () => [...this.caches.keys()];
  readonly delete = async (name: string) => this.caches.delete(name);
  readonly open = async (name: string) => {
    const cache = this.caches.get(name) ?? new Map<string, Response>();
    this.caches.set(name, cache);
    const pathOf = (url: string) => new URL(url, origin).pathname;
    return {
      match: async (url: string) => cache.get(pathOf(url))?.clone(),
      put: async (url: string, answer: Response) => void cache.set(pathOf(url), answer),
      addAll: async (urls: string[]) => {
        const answers = await Promise.all(urls.map((url) => this.web.fetch(url)));
        if (answers.some(({ ok }) => !ok)) throw new TypeError('Not there');
        urls.forEach((url, index) => cache.set(pathOf(url), answers[index]!));
      },
    };
  };
}

const script = build({
  entryPoints: [fileURLToPath(new URL('../till-worker.ts', import.meta.url))],
  bundle: true,
  write: false,
  format: 'iife',
  target: 'es2020',
}).then(({ outputFiles }) => outputFiles[0]!.text);

/** One version of the worker, as a browser runs it. */
async function workerOf(web: Web, kept: Kept, version: string, assets: string[]) {
  const listeners = new Map<string, (event: object) => void>();
  const realm = vm.createContext({
    built: { version, assets },
    clients: { claim: async () => undefined },
    skipWaiting: async () => undefined,
    addEventListener: (type: string, listener: (event: object) => void) => listeners.set(type, listener),
    caches: kept,
    fetch: web.fetch,
    location: { origin },
    URL,
    Response,
    // Nobody waits for its patience to be over.
    setTimeout: (work: () => void, milliseconds: number) => setTimeout(work, milliseconds).unref(),
  });
  vm.runInContext(await script, realm);
  const lasting = async (type: string) => {
    const work: Promise<unknown>[] = [];
    listeners.get(type)!({ waitUntil: (promise: Promise<unknown>) => work.push(promise) });
    await Promise.all(work);
  };
  return {
    async start(): Promise<void> {
      await lasting('install');
      await lasting('activate');
    },
    /** The text that a page gets for a path; null where the worker lets the request pass. */
    async ask(path: string, mode = 'no-cors', method = 'GET'): Promise<string | null> {
      const work: Promise<unknown>[] = [];
      let answer: Promise<Response> | null = null;
      listeners.get('fetch')!({
        request: { url: origin + path, mode, method },
        waitUntil: (promise: Promise<unknown>) => work.push(promise),
        respondWith: (given: Promise<Response>) => (answer = given),
      });
      const text = answer && (await (answer as Promise<Response>).then((each) => each.text()));
      await Promise.all(work);
      return text;
    },
  };
}

describe('the till’s worker', () => {
  let web: Web;
  let kept: Kept;
  const open = (worker: Awaited<ReturnType<typeof workerOf>>) => worker.ask('/till', 'navigate');

  beforeEach(() => {
    web = new Web();
    kept = new Kept(web);
  });

  it('opens the page with all its parts when nobody answers', async () => {
    const worker = await workerOf(web, kept, 'one', ['/assets/till.1.js', '/assets/font.1.woff2']);
    await worker.start();
    web.isThere = false;
    expect(await open(worker)).toBe(html(1));
    for (const path of ['/assets/till.1.js', '/assets/zxing.1.wasm', '/assets/font.1.woff2', '/till.webmanifest']) {
      expect(await worker.ask(path)).toBe(`content of ${path}`);
    }
  });

  it('is not installed with a part missing, so that the one before goes on', async () => {
    await (await workerOf(web, kept, 'one', ['/assets/till.1.js'])).start();
    const next = await workerOf(web, kept, 'two', ['/assets/missing.js']);
    await expect(next.start()).rejects.toThrow();
    expect([...kept.caches.get('till-parts one')!.keys()]).toContain('/assets/till.1.js');
  });

  it('takes the newest page there is, with parts that fit, although the worker itself is older', async () => {
    const worker = await workerOf(web, kept, 'one', ['/assets/till.1.js']);
    await worker.start();
    web.version = 2;
    expect(await open(worker)).toBe(html(2));
    web.isThere = false;
    expect(await open(worker)).toBe(html(2));
    expect(await worker.ask('/assets/till.2.js')).toBe('content of /assets/till.2.js');
  });

  it('makes room for the next one, and leaves other workers’ things alone', async () => {
    await (await workerOf(web, kept, 'one', [])).start();
    await kept.open('card-assets /my-card two');
    await (await workerOf(web, kept, 'two', [])).start();
    expect(await kept.keys()).toEqual(['card-assets /my-card two', 'till-parts two']);
  });

  it('never touches what the till asks the server, nor other pages', async () => {
    const worker = await workerOf(web, kept, 'one', []);
    await worker.start();
    expect(await worker.ask('/api/v1/validations', 'cors', 'POST')).toBeNull();
    expect(await worker.ask('/api/v1/till/bundle', 'cors')).toBeNull();
    expect(await worker.ask('/till/pair', 'cors', 'POST')).toBeNull();
    expect(await worker.ask('/offers', 'navigate')).toBeNull();
    web.asked = [];
    expect(await worker.ask('/assets/till.1.js')).toBe('content of /assets/till.1.js');
    expect(web.asked).toEqual([]);
  });
});
