import { AsyncLocalStorage } from 'node:async_hooks';

/** Where a change came from: the HTTP request that asked for it. */
export interface Origin {
  requestId: string;
  address: string;
}

const store = new AsyncLocalStorage<Origin>();

/** Runs `work` (and all it awaits) as coming from this request. */
export function withOrigin<T>(origin: Origin, work: () => T): T {
  return store.run(origin, work);
}

/** The request that the running code serves, if any. */
export function currentOrigin(): Origin | null {
  return store.getStore() ?? null;
}
