import { KeyRefused, NoConnection } from '../service.js';

/** `fetch`, or something like it. */
export type Fetch = (path: string, options: RequestInit) => Promise<Response>;

const patience = 15_000;

/**
 * Asks the server for something that a till keeps.
 * @throws NoConnection when it cannot be reached or is not itself, KeyRefused when the till has ended
 */
export async function ask(fetch: Fetch, path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(patience),
      ...options,
    });
  } catch {
    throw new NoConnection();
  }
  if (response.status === 401 && (await problemOf(response)).endsWith('/till-key-refused')) throw new KeyRefused();
  if (response.status >= 500 || response.status === 429 || response.status === 401) throw new NoConnection();
  return response;
}

/** The type of the problem in an answer; empty where it holds none. */
async function problemOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as { type?: unknown } | null;
  return typeof body?.type === 'string' ? body.type : '';
}
