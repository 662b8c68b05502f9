/** What a paired phone is: its key, and the names by which people know the till. */
export interface StoredTill {
  key: string;
  name: string;
  branch: string;
  business: string;
}

/** One card before the till: what was scanned, or the number that was typed. */
export interface Scan {
  /** A UUID: by it the server knows the same scan again. */
  id: string;
  text: string;
  scanned: boolean;
}

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
  /**
   * The medium decides whether there is a moving code; null for a number that was typed, and none where it cannot be
   * known: a till alone sees a text without a code, but not whether one was cut off.
   */
  card: { firstName: string; validUntil: string; medium?: 'phone' | 'printed' | 'plastic' | null } | null;
  offers: OfferLine[];
}

export interface Used {
  /** Null where only this till knows of it yet. */
  id: string | null;
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

/** How long the server may take where there is nobody else to ask, in milliseconds. */
export const patience = 10_000;

/** The till's questions to the server. Each may be asked again after NoConnection: nothing is counted twice. */
export class TillService {
  constructor(private readonly key: string) {}

  /** @param wait milliseconds after which there was no connection */
  check({ id, text, scanned }: Scan, wait = patience): Promise<CheckAnswer> {
    const what = scanned ? { credential: text } : { cardNumber: text };
    return this.ask<CheckAnswer>('/api/v1/validations', { scanId: id, ...what }, wait);
  }

  use(scanId: string, offerId: string, basketPence: number | null, wait = patience): Promise<Used> {
    const basket = basketPence === null ? {} : { basketPence };
    return this.ask<Used>('/api/v1/redemptions', { scanId, offerId, ...basket }, wait);
  }

  undo(id: string, reason: UndoReason, wait = patience): Promise<Used> {
    return this.ask<Used>(`/api/v1/redemptions/${id}/undo`, { reason }, wait);
  }

  private ask<T>(path: string, body: object, wait: number): Promise<T> {
    return send<T>(path, body, wait, { authorization: `Bearer ${this.key}` });
  }
}

/** Makes this phone a till with a pairing code. */
export async function pair(code: string): Promise<StoredTill> {
  const { key, till } = await send<{ key: string; till: Omit<StoredTill, 'key'> }>('/till/pair', { code }, patience);
  return { key, name: till.name, branch: till.branch, business: till.business };
}

async function send<T>(path: string, body: object, wait: number, headers: Record<string, string> = {}): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      signal: stop.signal,
      cache: 'no-store',
      credentials: 'omit',
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as (T & { type?: unknown }) | null;
    // The page of a web filter, or of a network that wants people to log in, is no answer of the server.
    if (typeof answer !== 'object' || answer === null) throw new NoConnection();
    if (response.ok) return answer;
    const { type } = answer;
    if (typeof type !== 'string') throw new NoConnection();
    if (type.endsWith('/till-key-refused')) throw new KeyRefused();
    throw new Refused(response.status, { ...answer, type });
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
