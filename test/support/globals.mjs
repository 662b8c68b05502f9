// What spec files import from `@jest/globals`: the runner's own, with a time limit for each test and hook, and with an
// eye on promises whose failure nobody looks at.
import { bind } from 'jest-each';

const { describe, expect, jest } = globalThis;

/** Longer than a slow machine needs, in milliseconds: a test that hangs is found all the same. */
const patience = 120_000;

const unseen = new Map();
process.on('unhandledRejection', (reason, promise) => unseen.set(promise, reason));
process.on('rejectionHandled', (promise) => unseen.delete(promise));

/** The same, that fails when it takes too long or leaves a failure behind. */
const watched = (work, limit = patience) =>
  work &&
  (async () => {
    let timer;
    const late = new Promise((_, fail) => {
      timer = setTimeout(() => fail(new Error(`It took longer than ${limit / 1000} s.`)), limit);
    });
    unseen.clear();
    // Also what throws at once has to stop the clock.
    await Promise.race([Promise.resolve().then(work), late]).finally(() => clearTimeout(timer));
    const [failure] = unseen.values();
    if (failure) throw failure;
  });

const limited = (begin) => (name, work, limit) => begin(name, watched(work, limit), limit);
const hook = (begin) => (work, limit) => begin(watched(work, limit), limit);

const it = limited(globalThis.it);
it.only = limited(globalThis.it.only);
it.skip = globalThis.it.skip;
it.each = bind(it);
it.only.each = bind(it.only);
it.skip.each = globalThis.it.skip.each;

const [beforeAll, afterAll] = [globalThis.beforeAll, globalThis.afterAll].map(hook);
const [beforeEach, afterEach] = [globalThis.beforeEach, globalThis.afterEach].map(hook);

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, it as test, jest };
