import { type Actor, Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { sendWebhooks } from './job-names.js';
import type { AttemptFault, DeliveryState } from './webhook-delivery.entity.js';
import { testType } from './webhook-endpoints.js';
import { WebhookNotFound } from './webhooks.problems.js';

/** One delivery as staff see it. */
export interface DeliveryLine {
  id: string;
  eventId: string;
  type: string;
  sequence: number;
  happenedAt: Date;
  state: DeliveryState;
  attempts: number;
  nextAt: Date;
  lastAt: Date | null;
  lastStatus: number | null;
  lastFault: AttemptFault | null;
  lastBody: string | null;
  createdAt: Date;
}

/** How an endpoint does. */
export interface DeliveryCounts {
  waiting: number;
  delivered: number;
  failed: number;
}

/** What became of each event on its way to one endpoint, and sending again by hand. */
@Injectable()
export class WebhookDeliveries {
  private static readonly pageSize = 50;
  /** Most events that one request sends again; more are sent by asking again. */
  private static readonly mostReplayed = 100_000;

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async counts(endpointId: string): Promise<DeliveryCounts> {
    const rows = await this.database.query<{ state: DeliveryState; count: number }>(
      'SELECT state, count(*)::int AS count FROM webhook_delivery WHERE endpoint_id = $1 GROUP BY state',
      [endpointId],
    );
    const of = (state: DeliveryState) => rows.find((row) => row.state === state)?.count ?? 0;
    return { waiting: of('waiting'), delivered: of('delivered'), failed: of('failed') };
  }

  /**
   * A page of deliveries, newest first.
   * @param after where the page before ended, as its `next`; a text that is none gives the first page
   */
  async list(
    endpointId: string,
    { state, after }: { state?: DeliveryState; after?: string } = {},
  ): Promise<{ lines: DeliveryLine[]; next: string | null }> {
    const [time = '', id = ''] = (after ?? '').split('_');
    const from = Date.parse(time) >= 0 && isUuid(id) ? [new Date(time), id] : null;
    const size = WebhookDeliveries.pageSize;
    const values: unknown[] = [endpointId];
    const stated = state ? `AND d.state = $${values.push(state)}` : '';
    const beyond = from ? `AND (d.created_at, d.id) < ($${values.push(from[0])}, $${values.push(from[1])}::uuid)` : '';
    const lines = await this.database.query<DeliveryLine & Record<string, unknown>>(
      `SELECT d.id, d.event_id AS "eventId", e.type, e.sequence, e.happened_at AS "happenedAt", d.state, d.attempts,
              d.next_at AS "nextAt", d.last_at AS "lastAt", d.last_status AS "lastStatus", d.last_fault AS "lastFault",
              d.last_body AS "lastBody", d.created_at AS "createdAt"
         FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id
        WHERE d.endpoint_id = $1 ${stated} ${beyond}
        ORDER BY d.created_at DESC, d.id DESC LIMIT ${size + 1}`,
      values,
    );
    const last = lines.length > size ? lines[size - 1]! : null;
    return { lines: lines.slice(0, size), next: last && `${last.createdAt.toISOString()}_${last.id}` };
  }

  /** Sends one event to the endpoint again, with the same id. @throws WebhookNotFound */
  async replay(endpointId: string, deliveryId: string, actor: Actor): Promise<void> {
    const again = await this.again(endpointId, 'd.id = $3', isUuid(deliveryId) ? deliveryId : null, actor);
    if (again === 0) throw new WebhookNotFound();
  }

  /**
   * Sends everything since a moment again that the endpoint asks for now, in the order it happened: what was delivered
   * (a receiver that lost it can take it again), what was given up, and what was never meant for it at the time.
   * @returns how many events
   */
  async replaySince(endpointId: string, since: Date, actor: Actor): Promise<number> {
    return this.again(endpointId, 'e.happened_at >= $3 AND e.type = ANY(o.event_types)', since, actor, {
      missed: true,
    });
  }

  /** Sends what was given up again. @returns how many events */
  async replayFailed(endpointId: string, actor: Actor): Promise<number> {
    return this.again(endpointId, "d.state = 'failed' AND $3::text IS NULL", null, actor);
  }

  private async again(
    endpointId: string,
    which: string,
    value: unknown,
    actor: Actor,
    { missed = false } = {},
  ): Promise<number> {
    const now = this.clock.now();
    return this.database.transaction(async (tx) => {
      // A millisecond apart, so that they go out in the order they happened. One that is under way stays as it is.
      const [row] = (await tx.query(
        `WITH chosen AS (
           SELECT e.id, row_number() OVER (ORDER BY e.sequence) AS place
             FROM webhook_endpoint o
             JOIN webhook_event e ON e.owner_kind = o.owner_kind AND e.owner_id = o.owner_id
             LEFT JOIN webhook_delivery d ON d.event_id = e.id AND d.endpoint_id = o.id
            WHERE o.id = $1 AND (d.id IS NOT NULL OR ${missed ? 'true' : 'false'}) AND ${which}
              AND (d.id IS NOT NULL OR e.type <> '${testType}')
            ORDER BY e.sequence LIMIT ${WebhookDeliveries.mostReplayed}),
         put AS (
           INSERT INTO webhook_delivery (id, event_id, endpoint_id, state, attempts, next_at, created_at)
           SELECT gen_random_uuid(), id, $1, 'waiting', 0, $2::timestamptz + place * interval '1 microsecond', $2
             FROM chosen
           ON CONFLICT ON CONSTRAINT uq_webhook_delivery__once DO UPDATE
             SET state = 'waiting', attempts = 0, next_at = excluded.next_at, claimed_until = NULL
           WHERE webhook_delivery.claimed_until IS NULL OR webhook_delivery.claimed_until <= $2
           RETURNING 1)
         SELECT count(*)::int AS count FROM put`,
        [endpointId, now, value],
      )) as { count: number }[];
      if (row!.count === 0) return 0;
      await this.audit.record(tx, {
        action: 'webhook.sent-again',
        subject: { kind: 'webhook-endpoint', id: endpointId },
        actor,
        details: { events: row!.count, ...(value instanceof Date ? { since: value.toISOString() } : {}) },
      });
      await this.jobs.enqueue(tx, sendWebhooks, { because: 'again by hand' });
      return row!.count;
    });
  }
}
