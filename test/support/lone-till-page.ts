import {
  generateSigningKey,
  nodeSigner,
  packStatuses,
  signCredential,
  signStatusList,
  type StatusListContent,
  toJwks,
} from '@carers/credentials';
import { projectRoot } from '@carers/kernel';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { offlineBundle } from './offline-bundle.js';

/** A million cards of two credentials each, in a list at most half full; one in a hundred is stopped. */
const places = 2 ** 22;
const stopped = 20_000;
const apart = 200;
const day = 86_400_000;

/** The till that works alone, as browsers get it, with what it keeps in IndexedDB. */
const entry = `
  import { openStore } from './libs/till/browser/till/offline/device-store.ts';
  import { readSignedList } from './libs/till/browser/till/offline/list.ts';
  import { LoneTill } from './libs/till/browser/till/offline/lone-till.ts';
  import { TillClock } from './libs/till/browser/till/offline/till-clock.ts';
  globalThis.opened = async (kept) => {
    const store = await openStore();
    await store.put(kept);
    const till = new LoneTill(store, new TillClock(), readSignedList);
    await till.load();
    globalThis.check = async (texts) => {
      const answers = [];
      for (const text of texts) {
        const began = performance.now();
        const { outcome, reason } = await till.check({ id: crypto.randomUUID(), text, scanned: true });
        answers.push({ answer: reason ?? outcome, ms: performance.now() - began });
      }
      return answers;
    };
  };
`;

/** What a check said, and how long it took. */
export interface TimedCheck {
  /** `valid`, or the reason why not. */
  answer: string;
  /** Milliseconds from the scanned text to the answer. */
  ms: number;
}

/** A paired till in a real browser without a server, with the status list of a million cards. */
export class LoneTillPage {
  private constructor(
    private readonly page: Page,
    private readonly sign: (statusIndex: number) => Promise<string>,
  ) {}

  /** Opens the page, keeps keys, list and offers on the device as a sync does, and reads them from there. */
  static async open(browser: Browser): Promise<LoneTillPage> {
    const key = generateSigningKey();
    const signer = nodeSigner(key);
    const now = Date.now();
    const list: StatusListContent = {
      url: 'https://card.example/list',
      bytes: packStatuses(
        places,
        Array.from({ length: stopped }, (_, at) => [1 + at * apart, 1] as const),
      ),
      issuedAt: new Date(now),
      expiresAt: new Date(now + day),
      ttl: 900,
    };
    const whole = await signStatusList(list, signer);
    const kept = {
      keys: toJwks([key]),
      list: { whole, etag: null, issuedAt: Math.floor(now / 1000), changes: null, asOf: now },
      bundle: { body: offlineBundle(now), etag: null },
      synced: now,
    };
    const page = await browser.newPage();
    // An address of this machine's own, which browsers trust with keys and storage; nothing is asked of a network.
    await page.route('**/*', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Till' }),
    );
    await page.goto('http://127.0.0.1/till');
    await page.addScriptTag({ content: await script() });
    await page.evaluate(`opened(${JSON.stringify(kept)})`);
    return new LoneTillPage(page, (statusIndex) =>
      signCredential(
        {
          credentialId: statusIndex.toString(16).padStart(16, '0'),
          expiresAt: new Date(now + 400 * day),
          statusIndex,
          firstName: 'Margaret',
          kind: 'adult',
        },
        signer,
      ),
    );
  }

  /** Texts of cards from all over the list: good ones, or stopped ones. */
  async cards(count: number, kind: 'good' | 'stopped' = 'good'): Promise<string[]> {
    const first = kind === 'good' ? 2 : 1;
    const step = Math.floor(stopped / count) * apart;
    return Promise.all(Array.from({ length: count }, (_, at) => this.sign(first + at * step)));
  }

  /** Checks one text after the other. */
  async check(texts: readonly string[]): Promise<TimedCheck[]> {
    return this.page.evaluate(`check(${JSON.stringify(texts)})`);
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}

async function script(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: projectRoot, loader: 'js' },
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]!.text;
}
