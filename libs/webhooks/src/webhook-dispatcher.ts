import { Database } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Chance, Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { sendWebhooks } from './job-names.js';
import { restAfter, waitAfter } from './retries.js';
import { type Answer, Sender } from './sender.js';
import { headersFor, payloadOf } from './signing.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { WebhookEvent } from './webhook-event.entity.js';

/** One attempt that this process has taken on. */
interface Claim {
  id: string;
  eventId: string;
  endpointId: string;
  /** Which attempt it is: who comes back late, after the claim ran out, finds another number and writes nothing. */
  attempts: number;
}

/**
 * Sends what is due. Each delivery is claimed before the request and answered for after it, in transactions of their
 * own: who dies in between leaves it due again in a minute, with the same id. At least once, never lost.
 */
@Injectable()
export class WebhookDispatcher {
  /** Requests under way at a time in this process, and to one endpoint: a slow one holds up itself, not the others. */
  private static readonly most = 20;
  private static readonly mostToOne = 4;
  /** How long a claim holds: longer than any attempt can take. */
  private static readonly claimMs = 60_000;
  /** How often to look for new work while some requests are slow. */
  private static readonly lookAgainMs = 250;
  /** After so long a run ends, for the queue counts a job that never ends as dead. */
  private static readonly longestRunMs = 120_000;

  constructor(
    private readonly database: Database,
    private readonly sender: Sender,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  /** Sends until nothing is due and every answer is in. @returns how many attempts were made */
  async run(): Promise<number> {
    const underWay = new Set<Promise<void>>();
    const failures: unknown[] = [];
    const ends = performance.now() + WebhookDispatcher.longestRunMs;
    let made = 0;
    for (;;) {
      const late = performance.now() > ends;
      const claims = late ? [] : await this.claim(WebhookDispatcher.most - underWay.size);
      for (const claim of claims) {
        const attempt: Promise<void> = this.attempt(claim)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => underWay.delete(attempt));
        underWay.add(attempt);
      }
      made += claims.length;
      if (underWay.size === 0) {
        if (late) await this.jobs.enqueueAlone(sendWebhooks, { because: 'more' });
        if (failures.length > 0) throw failures[0];
        return made;
      }
      await soonerOf(underWay, late ? null : WebhookDispatcher.lookAgainMs);
    }
  }

  /** Takes what is due, the oldest of each endpoint first, and moves it on so that nobody else does. */
  private async claim(free: number): Promise<Claim[]> {
    if (free <= 0) return [];
    const now = this.clock.now();
    const until = new Date(now.getTime() + WebhookDispatcher.claimMs);
    return this.database.transaction(
      async (tx) =>
        (await tx.query(
          `WITH due AS MATERIALIZED (
             SELECT d.id FROM webhook_endpoint e
              CROSS JOIN LATERAL (
                SELECT id, next_at FROM webhook_delivery
                 WHERE endpoint_id = e.id AND state = 'waiting' AND next_at <= $1
                 ORDER BY next_at, id
                 LIMIT greatest(0, ${WebhookDispatcher.mostToOne} - (
                   SELECT count(*) FROM webhook_delivery busy
                    WHERE busy.endpoint_id = e.id AND busy.state = 'waiting' AND busy.claimed_until > $1))
                 FOR UPDATE SKIP LOCKED) d
              WHERE e.off_reason IS NULL AND e.deleted_at IS NULL
                AND (e.resting_until IS NULL OR e.resting_until <= $1)
              ORDER BY d.next_at, d.id LIMIT $3),
           claimed AS (
             UPDATE webhook_delivery d SET next_at = $2, claimed_until = $2, attempts = d.attempts + 1
               FROM due WHERE d.id = due.id
             RETURNING d.id, d.event_id AS "eventId", d.endpoint_id AS "endpointId", d.attempts)
           SELECT * FROM claimed`,
          [now, until, free],
        )) as Claim[],
    );
  }

  private async attempt(claim: Claim): Promise<void> {
    const { reader } = this.database;
    const [event, endpoint] = await Promise.all([
      reader.findOneBy(WebhookEvent, { id: claim.eventId }),
      reader.findOneBy(WebhookEndpoint, { id: claim.endpointId }),
    ]);
    // Forgotten or deleted between the claim and now: nobody waits for it.
    if (!event || !endpoint || endpoint.deletedAt) return;
    const now = this.clock.now();
    const payload = payloadOf(event);
    const answer = await this.sender.post(
      endpoint.url,
      headersFor(event, payload, endpoint.secretsAt(now), now),
      payload,
    );
    await this.keep(claim, answer);
  }

  private async keep(claim: Claim, answer: Answer): Promise<void> {
    const now = this.clock.now();
    const wait = answer.fault ? waitAfter(claim.attempts, this.chance, answer.retryAfter) : null;
    const state = !answer.fault ? 'delivered' : wait === null || answer.fault === 'gone' ? 'failed' : 'waiting';
    const nextAt = new Date(now.getTime() + (wait ?? 0));
    await this.database.transaction(async (tx) => {
      const [endpoint] = (await tx.query(
        'SELECT failures_in_row AS failures FROM webhook_endpoint WHERE id = $1 FOR UPDATE',
        [claim.endpointId],
      )) as { failures: number }[];
      const [kept] = (await tx.query(
        `WITH kept AS (
           UPDATE webhook_delivery SET state = $3, next_at = $4, claimed_until = NULL, last_at = $5, last_status = $6,
                  last_fault = $7, last_body = $8
            WHERE id = $1 AND attempts = $2 AND state = 'waiting' RETURNING 1)
         SELECT count(*)::int AS rows FROM kept`,
        [claim.id, claim.attempts, state, nextAt, now, answer.status, answer.fault, answer.body],
      )) as { rows: number }[];
      if (kept!.rows === 0 || !endpoint) return;
      const failures = answer.fault ? endpoint.failures + 1 : 0;
      const rest = restAfter(failures);
      await tx.query(
        `UPDATE webhook_endpoint SET failures_in_row = $2, resting_until = $3,
                off_reason = CASE WHEN $4 THEN coalesce(off_reason, 'gone') ELSE off_reason END
          WHERE id = $1`,
        [claim.endpointId, failures, rest ? new Date(now.getTime() + rest) : null, answer.fault === 'gone'],
      );
      // The sweep finds all others: it comes every minute.
      if (state === 'waiting' && wait! < 60_000) {
        await this.jobs.enqueue(tx, sendWebhooks, { because: 'again' }, { startAfter: nextAt });
      }
    });
  }
}

/** Resolves when one is done, or after so many milliseconds. */
async function soonerOf(underWay: ReadonlySet<Promise<void>>, ms: number | null): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const pause = ms === null ? [] : [new Promise<void>((done) => (timer = setTimeout(done, ms)))];
  await Promise.race([...underWay, ...pause]);
  clearTimeout(timer);
}
