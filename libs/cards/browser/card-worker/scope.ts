/**
 * What this worker uses of a service worker's world (W3C Service Workers): TypeScript's own description of it cannot
 * stand beside that of pages.
 */
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

export interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

export interface KeepEvent extends WorkerEvent {
  readonly data: unknown;
}

interface WorkerScope {
  /** What the server writes above the script. */
  readonly built: { version: string; assets: string[] };
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: KeepEvent) => void): void;
}

export const worker = globalThis as unknown as WorkerScope;
