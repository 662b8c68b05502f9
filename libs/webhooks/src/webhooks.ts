import type { Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { sendWebhooks } from './job-names.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import type { WebhookOwner } from './webhook-endpoint.entity.js';
import { WebhookEvent } from './webhook-event.entity.js';

/** Most bytes of an event's data: with what is added around it a message stays under 20 kB. */
const mostBytes = 19_000;

/** Something that happened to an owner's people or things. `data` holds ids, never a name or an address. */
export interface Announcement {
  owner: WebhookOwner;
  /** As `subscriber.registered`. */
  type: string;
  data: object;
}

/** Tells the systems of an owner what happened. */
@Injectable()
export class Webhooks {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Writes an event down, in the transaction of the change, for each endpoint of the owner that asked for its type: it is
   * told if the change is saved, and only then. Nothing is written for an owner without endpoints. An endpoint that is
   * off gets its deliveries when it is on again.
   */
  async announce(tx: Tx, { owner, type, data }: Announcement): Promise<void> {
    await this.announceMany(tx, { owner, type }, [data]);
  }

  /** The same of many people or things at once, in the order given, an event for each. */
  async announceMany(tx: Tx, { owner, type }: Omit<Announcement, 'data'>, datas: readonly object[]): Promise<void> {
    if (datas.some((data) => Buffer.byteLength(JSON.stringify(data)) > mostBytes))
      throw new RangeError(`The data of ${type} is too large.`);
    const endpoints = (await tx.query(
      `SELECT id, $3 = ANY(event_types) AS wanted FROM webhook_endpoint
        WHERE owner_kind = $1 AND owner_id = $2 AND deleted_at IS NULL`,
      [owner.kind, owner.id, type],
    )) as { id: string; wanted: boolean }[];
    if (endpoints.length === 0) return;
    const wanted = endpoints.filter((endpoint) => endpoint.wanted).map(({ id }) => id);
    await this.writeMany(tx, { owner, type }, datas, wanted);
  }

  /** An event for these endpoints, whatever they asked for. */
  async write(tx: Tx, { owner, type, data }: Announcement, endpointIds: readonly string[]): Promise<void> {
    await this.writeMany(tx, { owner, type }, [data], endpointIds);
  }

  private async writeMany(
    tx: Tx,
    { owner, type }: Omit<Announcement, 'data'>,
    datas: readonly object[],
    endpointIds: readonly string[],
  ): Promise<void> {
    const now = this.clock.now();
    const told = { ownerKind: owner.kind, ownerId: owner.id, type, happenedAt: now };
    const events = datas.map((data) => ({ ...told, id: this.ids.next(), data }));
    await tx.insert(WebhookEvent, events);
    if (endpointIds.length === 0) return;
    await tx.insert(
      WebhookDelivery,
      events.flatMap(({ id: eventId }) =>
        endpointIds.map((endpointId) => ({
          id: this.ids.next(),
          eventId,
          endpointId,
          state: 'waiting' as const,
          attempts: 0,
          nextAt: now,
          claimedUntil: null,
          lastAt: null,
          lastStatus: null,
          lastFault: null,
          lastBody: null,
          createdAt: now,
        })),
      ),
    );
    await this.jobs.enqueue(tx, sendWebhooks, { because: type });
  }
}
