import { Cardholder, CardholderEvents } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { keyOf } from '@carers/suppression';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In } from 'typeorm';
import { Subscriber } from '../subscriber.entity.js';
import { SubscriberEvents } from '../subscriber-events.js';
import { addressOf } from '../welcome.js';

/** People whose addresses are opened at a time: what bounds the memory. */
const batch = 1_000;

/**
 * Keeps the hashes of postal addresses and names, by which an audience is counted without those from whom post came back.
 * Set when somebody registers or gives another address, put right each night and by the first worker that finds some missing. What is sent asks `LastDoor` all the same.
 */
@Injectable()
export class PostKeys implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: SubscriberEvents,
    private readonly cardholders: CardholderEvents,
  ) {}

  onModuleInit(): void {
    for (const event of ['registered', 'changed', 'moved'] as const)
      this.events.onMany(event, async (tx, changes) => {
        const ids = changes.map(({ subscriberId }) => subscriberId);
        for (let from = 0; from < ids.length; from += batch) await this.refresh(tx, ids.slice(from, from + batch));
      });
    this.cardholders.on('corrected', async (tx, { cardholderId }) => {
      const subscriber = await tx.findOneBy(Subscriber, { cardholderId });
      if (subscriber) await this.refresh(tx, [subscriber.id]);
    });
  }

  /** Whether there is somebody with an address whose hash was never worked out. */
  async behind(): Promise<boolean> {
    const [found] = await this.database.query<{ behind: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM subscriber s JOIN cardholder c ON c.id = s.cardholder_id AND c.address IS NOT NULL
                       WHERE NOT EXISTS (SELECT 1 FROM subscriber_post_key k WHERE k.subscriber_id = s.id)) AS behind`,
    );
    return found!.behind;
  }

  /** Puts at most 1,000 people right. */
  async refresh(tx: Tx, subscriberIds: readonly string[]): Promise<void> {
    const subscribers = await tx.find(Subscriber, {
      select: { id: true, cardholderId: true },
      where: { id: In([...subscriberIds]) },
    });
    const people = await tx.find(Cardholder, {
      select: { id: true, firstName: true, lastName: true, address: true, postcode: true },
      where: { id: In(subscribers.map(({ cardholderId }) => cardholderId)) },
    });
    const byId = new Map(people.map((person) => [person.id, person]));
    const keys = subscribers.map(({ id, cardholderId }) => {
      const person = byId.get(cardholderId)!;
      const address = addressOf(person, 'post');
      return {
        id,
        ...(address && keyOf({ channel: 'post', address, name: `${person.firstName} ${person.lastName}` })),
      };
    });
    await tx.query(
      `WITH now AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS k (id uuid, "addressHash" text, "nameHash" text)),
            gone AS (DELETE FROM subscriber_post_key k USING now WHERE k.subscriber_id = now.id AND now."addressHash" IS NULL)
       INSERT INTO subscriber_post_key AS k (subscriber_id, address_hash, name_hash)
       SELECT id, "addressHash", "nameHash" FROM now WHERE "addressHash" IS NOT NULL ORDER BY id
       ON CONFLICT (subscriber_id) DO UPDATE SET address_hash = excluded.address_hash, name_hash = excluded.name_hash
        WHERE (k.address_hash, k.name_hash) <> (excluded.address_hash, excluded.name_hash)`,
      [JSON.stringify(keys)],
    );
  }

  /** Puts everybody right, in batches with a transaction each. */
  async refreshAll(): Promise<void> {
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const ids = await this.database.query<{ id: string }>(
        `SELECT id FROM subscriber WHERE id > $1 ORDER BY id LIMIT ${batch}`,
        [after],
      );
      if (ids.length > 0)
        await this.database.transaction((tx) =>
          this.refresh(
            tx,
            ids.map(({ id }) => id),
          ),
        );
      if (ids.length < batch) return;
      after = ids.at(-1)!.id;
    }
  }
}
