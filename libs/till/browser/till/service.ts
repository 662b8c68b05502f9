import type { StoredTill } from './key-store.js';

/** An offer in the answer to a check; see the API's description. */
export interface OfferLine {
  id: string;
  title: string;
  terms: string;
  kind: string;
  minimumSpendPence: number | null;
  usable: boolean;
  reason: string | null;
  remaining: number | null;
  nextUsableAt: string | null;
}

export interface CheckAnswer {
  outcome: 'valid' | 'not_valid';
  reason: string | null;
  card: { firstName: string; validUntil: string } | null;
  offers: OfferLine[];
}

export interface Used {
  id: string;
  savingPence: number | null;
}

export type UndoReason = 'mistake' | 'wrong_offer' | 'customer_changed_mind';

/** The phone could not reach us, or we took too long. */
export class NoConnection extends Error {}

/** The key is no till's any more. */
export class KeyRefused extends Error {}

/** Any other refusal, with the problem details of the API. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: { type?: string; reason?: string; nextUsableAt?: string },
  ) {
    super(problem.type);
  }
}

const patience = 10_000;

/** The till's questions to the server. Each may be asked again after NoConnection: nothing is counted twice. */
export class TillService {
  constructor(private readonly key: string) {}

  /** @param text what was scanned, or what was typed */
  check(scanId: string, text: string, scanned: boolean): Promise<CheckAnswer> {
    const what = scanned ? { credential: text } : { cardNumber: text };
    return this.ask<CheckAnswer>('POST', '/api/v1/validations', { scanId, ...what });
  }

  use(scanId: string, offerId: string, basketPence: number | null): Promise<Used> {
    const basket = basketPence === null ? {} : { basketPence };
    return this.ask<Used>('POST', '/api/v1/redemptions', { scanId, offerId, ...basket });
  }

  undo(id: string, reason: UndoReason): Promise<Used> {
    return this.ask<Used>('POST', `/api/v1/redemptions/${id}/undo`, { reason });
  }

  /** Which till this is, and whether it may check cards at present. */
  who(): Promise<{ name: string; branch: string; business: string; working: boolean }> {
    return this.ask('GET', '/api/v1/till');
  }

  private ask<T>(method: string, path: string, body?: object): Promise<T> {
    return send<T>(method, path, body, { authorization: `Bearer ${this.key}` });
  }
}

/** Makes this phone a till with a pairing code. */
export async function pair(code: string): Promise<StoredTill> {
  const { key, till } = await send<{ key: string; till: Omit<StoredTill, 'key'> }>('POST', '/till/pair', { code });
  return { key, name: till.name, branch: till.branch, business: till.business };
}

async function send<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const response = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
      signal: stop.signal,
      cache: 'no-store',
      credentials: 'omit',
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json().catch(() => ({}))) as T & { type?: string };
    if (response.ok) return answer;
    if (answer.type?.endsWith('/till-key-refused')) throw new KeyRefused();
    throw new Refused(response.status, answer);
  } catch (error) {
    if (error instanceof Refused || error instanceof KeyRefused) throw error;
    throw new NoConnection();
  } finally {
    clearTimeout(timer);
  }
}

/** A random UUID. `crypto.randomUUID` is missing where the page came by plain http. */
export function newScanId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
