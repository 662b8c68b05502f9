import { Cardholder } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { type Channel, channels, LastDoor, type OpenDoor, Subscriber } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { OnceEach } from './once-each.js';

/** Days after registration on which a message of the series comes, and after which it is too late for it. */
export const welcomeSteps = [
  { key: 'automatic-messages/welcome-3', from: 3, before: 14 },
  { key: 'automatic-messages/welcome-14', from: 14, before: 28 },
] as const;

const atOnce = 500;

/**
 * The messages after the welcome, to people who signed up themselves and said yes to carers information. People who were
 * brought in from another list were welcomed there.
 */
@Injectable()
export class WelcomeSeries {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly lastDoor: LastDoor,
    private readonly messages: Messages,
    private readonly once: OnceEach,
  ) {}

  /** Queues what is due. Running again, at once or tomorrow, queues nothing twice, and makes up for nights that were missed. */
  async night(): Promise<number> {
    let queued = 0;
    for (const step of welcomeSteps) {
      for (let after: string | null = null; ;) {
        const due: string[] = await this.due(step, after);
        if (due.length > 0) queued += await this.database.transaction((tx) => this.queue(tx, step.key, due));
        if (due.length < atOnce) break;
        after = due.at(-1)!;
      }
    }
    return queued;
  }

  private async due({ key, from, before }: (typeof welcomeSteps)[number], after: string | null): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT s.id FROM subscriber s
        WHERE s.left_at IS NULL AND s.source_kind <> 'import'
          AND s.registered_at >= ($1::date - $3::integer + 1)::timestamp AT TIME ZONE 'Europe/London'
          AND s.registered_at < ($1::date - $2::integer + 1)::timestamp AT TIME ZONE 'Europe/London'
          AND ($4::uuid IS NULL OR s.id > $4)
          AND NOT EXISTS (SELECT FROM automatic_message_queued q WHERE q.person_id = s.id AND q.message_key = $5)
        ORDER BY s.id LIMIT ${atOnce}`,
      [this.clock.today(), from, before, after, key],
    );
    return rows.map(({ id }) => id);
  }

  /** Who has no channel open today is asked again tomorrow, while it is time. */
  private async queue(tx: Tx, key: string, due: readonly string[]): Promise<number> {
    const doors = await this.doorsOf(tx, due);
    const mine = await this.once.take(
      tx,
      key,
      [...doors.keys()].map((personId) => ({ personId, occasion: '' })),
    );
    for (const { personId } of mine) {
      const { channel, address, name, locale } = doors.get(personId)!;
      await this.messages.queue(tx, {
        to: { channel, address, name, locale },
        template: key,
        params: { subscriberId: personId },
        about: { kind: 'subscriber', id: personId },
      });
    }
    return mine.length;
  }

  /** Each person's open door: by their own channel first, then the quickest. */
  private async doorsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, OpenDoor>> {
    const chosen = new Map<string, OpenDoor>();
    const subscribers = await tx.findBy(Subscriber, { id: In([...ids]) });
    const holders = await tx.find(Cardholder, {
      select: { id: true, contactChannel: true },
      where: { id: In(subscribers.map(({ cardholderId }) => cardholderId)) },
    });
    const own = new Map(holders.map(({ id, contactChannel }) => [id, contactChannel]));
    const orders = subscribers.map(({ id, cardholderId }) => ({ id, order: orderOf(own.get(cardholderId)!) }));
    for (const place of channels.keys()) {
      const knocks = orders
        .filter(({ id }) => !chosen.has(id))
        .map(({ id, order }) => ({ subscriberId: id, channel: order[place]! }));
      for (const [id, door] of await this.lastDoor.open(tx, 'carers_information', knocks))
        if ('address' in door) chosen.set(id, door);
    }
    return chosen;
  }
}

function orderOf(own: Channel): Channel[] {
  return [...new Set<Channel>([own, 'email', 'post', 'text'])];
}
