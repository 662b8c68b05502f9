import { Camera } from './camera.js';
import type { Fetch } from './offline/api.js';
import { openStore } from './offline/device-store.js';
import { readSignedList } from './offline/list.js';
import { LoneTill } from './offline/lone-till.js';
import { Sync } from './offline/sync.js';
import { TillClock } from './offline/till-clock.js';
import { Uploads } from './offline/uploads.js';
import { TillPage } from './page.js';
import { Sounds } from './sounds.js';
import { Standing } from './standing.js';

/** The parts of the till that are there whether or not this phone is one. */
export async function makeParts() {
  const page = new TillPage();
  const store = await openStore();
  const clock = new TillClock();
  const fetch: Fetch = (path, options) => globalThis.fetch(path, options);
  const uploads = new Uploads(store, fetch, clock.raw, oneTabOnly);
  const alone = new LoneTill(store, clock, readSignedList);
  const [video, preview] = ['[data-reader-video]', '[data-preview]'].map((name) => page.find<HTMLVideoElement>(name));
  return {
    page,
    store,
    clock,
    alone,
    sync: new Sync(store, fetch, clock, uploads, readSignedList),
    standing: new Standing(page, alone, clock),
    sounds: new Sounds(),
    camera: new Camera(video!, preview!, { script: page.root.dataset['reader']!, wasm: page.root.dataset['wasm']! }),
  };
}

export type Parts = Awaited<ReturnType<typeof makeParts>>;

/** Where the browser has locks, two tabs never send the same queue at once; else the server counts a scan once. */
function oneTabOnly<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (!navigator.locks) return work();
  return navigator.locks.request('carers-till-upload', work) as Promise<Answer>;
}
