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

/** Whether an answer is the server's own refusal (RFC 9457), and no page of whoever stands between it and the till. */
export function isProblem(response: Response): boolean {
  return !response.ok && (response.headers.get('content-type') ?? '').startsWith('application/problem+json');
}

/** Whether an answer holds JSON: the page of a network that wants people to log in does not. Reads it to the end. */
export async function isJson(response: Response): Promise<boolean> {
  return response.json().then(
    () => true,
    () => false,
  );
}

/** The type of the problem in an answer; empty where it holds none. */
async function problemOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as { type?: unknown } | null;
  return typeof body?.type === 'string' ? body.type : '';
}
