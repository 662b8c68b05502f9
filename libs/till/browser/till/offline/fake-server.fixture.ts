import type { TillBundle } from './bundle.js';
import { bundle, jwks, noon, plainList } from './offline.fixture.js';

interface Item {
  scanId: string;
  offerId: string;
  credential?: string;
  occurredAt: string;
}

/** The server's side of the contract, as far as a till that syncs can see it, with the ways in which it fails. */
export class FakeServer {
  now = noon;
  bundle: TillBundle = bundle();
  statuses: Record<number, number> = {};
  listIssuedAt = noon / 1000;
  listETag = '"list-1"';
  deltas: 'answered' | 'gone' = 'answered';
  ended = false;
  /** Whether it still hears of what an ended till did before. */
  hearsEnded = false;
  /** Whether a use can be taken back no more. */
  tooLate = false;
  recorded = new Map<string, string>();
  undone: string[] = [];
  /** What was said with each of them. */
  undoBodies: unknown[] = [];
  /** Paths that were asked for, in order. */
  asked: string[] = [];
  /** Sees each request first, and may answer it, or throw as a lost connection does. */
  instead: (path: string, body: unknown) => Response | null = () => null;
  /** Loses the answer to the next request for a path, after doing what was asked. */
  loseAnswerTo: string | null = null;

  readonly fetch = async (path: string, options: RequestInit): Promise<Response> => {
    this.asked.push(path.split('?')[0]!);
    const body: unknown = typeof options.body === 'string' ? JSON.parse(options.body) : null;
    const answer = this.instead(path, body) ?? this.answer(path, options, body);
    if (this.loseAnswerTo && path.startsWith(this.loseAnswerTo)) {
      this.loseAnswerTo = null;
      throw new TypeError('Failed to fetch');
    }
    answer.headers.set('date', new Date(this.now).toUTCString());
    return answer;
  };

  private answer(path: string, { headers }: RequestInit, body: unknown): Response {
    const given = new Headers(headers);
    const etag = `"${JSON.stringify(this.bundle).length}"`;
    const isHeard = this.hearsEnded && path.startsWith('/api/v1/redemptions/');
    if (given.get('authorization') && this.ended && !isHeard) return problem('till-key-refused', 401);
    if (path === '/api/v1/till/bundle') {
      return given.get('if-none-match') === etag ? empty(304) : json(this.bundle, 200, { etag });
    }
    if (path === '/.well-known/jwks.json') return json(jwks);
    if (path === '/api/v1/status-list') {
      if (given.get('if-none-match') === this.listETag) return empty(304);
      return new Response(plainList(this.listIssuedAt, this.statuses), { headers: { etag: this.listETag } });
    }
    if (path.startsWith('/api/v1/status-list/changes?since=')) {
      return this.deltas === 'gone' ? json({}, 410) : new Response(plainList(this.now / 1000, this.statuses));
    }
    if (path === '/api/v1/redemptions/batch') return this.record((body as { redemptions: Item[] }).redemptions);
    const [, undone] = /^\/api\/v1\/redemptions\/(.+)\/undo$/.exec(path) ?? [];
    if (undone) {
      if (this.tooLate) return problem('too-late-to-undo', 409);
      this.undone.push(undone);
      this.undoBodies.push(body);
      return json({ undone: true });
    }
    return json({}, 404);
  }

  private record(items: Item[]): Response {
    if (items.some(({ scanId }) => scanId === 'unreadable')) return problem('invalid', 422);
    const results = items.map(({ scanId, offerId }) => {
      const known = this.recorded.get(`${scanId} ${offerId}`);
      const redemptionId = known ?? `redemption-${this.recorded.size + 1}`;
      this.recorded.set(`${scanId} ${offerId}`, redemptionId);
      const review = scanId.startsWith('strange');
      const result = review ? 'kept_for_review' : known ? 'recorded_before' : 'recorded';
      return { scanId, offerId, result, redemptionId: review ? null : redemptionId, flags: [] };
    });
    return json({ results });
  }
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

/** A refusal as the server words it (RFC 9457). */
export function problem(type: string, status: number): Response {
  return json({ type: `https://x/problems/${type}` }, status, { 'content-type': 'application/problem+json' });
}

function empty(status: number): Response {
  return new Response(null, { status });
}
