import { Database, type Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { ConsentEvent } from './consent-event.entity.js';
import { registrationOf, subscriptionsOf } from './derived-state.js';
import { RegistrationEvent } from './registration-event.entity.js';
import { Subscriber } from './subscriber.entity.js';
import { Subscription } from './subscription.entity.js';

/** One thing that is kept otherwise than the ledgers say. */
export interface Difference {
  subscriberId: string;
  /** `leftAt`, `topics` …, or purpose and channel. */
  what: string;
}

/** What a run found. */
export interface Rederived {
  people: number;
  differences: number;
}

const batch = 500;
const first = '00000000-0000-0000-0000-000000000000';

/**
 * Works out the present state of everybody again from the two ledgers. People who were erased are left out: of them the
 * ledgers stay, and the state went.
 */
@Injectable()
export class Rederiving {
  constructor(private readonly database: Database) {}

  /**
   * Goes through everybody, a few hundred at a time, in flat memory.
   * @param repair whether to write what the ledgers say; each batch is a transaction
   * @param told of each difference
   */
  async run(repair: boolean, told: (difference: Difference) => void = () => undefined): Promise<Rederived> {
    const result: Rederived = { people: 0, differences: 0 };
    for (let after = first; ;) {
      const rows = await this.database.query<{ id: string }>(
        `SELECT s.id FROM subscriber s JOIN cardholder h ON h.id = s.cardholder_id
          WHERE s.id > $1 AND h.erased_at IS NULL ORDER BY s.id LIMIT ${batch}`,
        [after],
      );
      const ids = rows.map(({ id }) => id);
      // Looked at twice where something differs: under a lock nobody changes their mind in between.
      let found = await this.differencesOf(this.database.reader, ids);
      if (found.length > 0) {
        const doubtful = [...new Set(found.map(({ subscriberId }) => subscriberId))];
        found = await this.database.transaction(async (tx) => {
          await tx.find(Subscriber, {
            where: { id: In(doubtful) },
            lock: { mode: 'pessimistic_write' },
            order: { id: 'ASC' },
          });
          const certain = await this.differencesOf(tx, doubtful);
          if (repair) await this.repair(tx, [...new Set(certain.map(({ subscriberId }) => subscriberId))]);
          return certain;
        });
      }
      found.forEach(told);
      result.people += ids.length;
      result.differences += found.length;
      if (ids.length < batch) return result;
      after = ids.at(-1)!;
    }
  }

  private async differencesOf(reader: EntityManager, ids: readonly string[]): Promise<Difference[]> {
    const { consents, facts } = await ledgersOf(reader, ids);
    const kept = await reader.findBy(Subscription, { subscriberId: In([...ids]) });
    const subscribers = await reader.findBy(Subscriber, { id: In([...ids]) });
    return subscribers.flatMap((subscriber) => {
      const { id } = subscriber;
      const derived = registrationOf(facts.get(id) ?? []);
      const wrong = Object.entries(derived)
        .filter(([field, value]) => !same(subscriber[field as keyof typeof derived], value))
        .map(([field]) => field);
      const expected = new Map(
        subscriptionsOf(consents.get(id) ?? [], facts.get(id) ?? []).map((row) => [nameOf(row), row]),
      );
      const present = new Map(kept.filter((row) => row.subscriberId === id).map((row) => [nameOf(row), row]));
      const names = [...new Set([...expected.keys(), ...present.keys()])];
      const otherwise = names.filter((name) => {
        const [one, other] = [expected.get(name), present.get(name)];
        return one?.active !== other?.active || one?.since.getTime() !== other?.since.getTime();
      });
      return [...wrong, ...otherwise].map((what) => ({ subscriberId: id, what }));
    });
  }

  private async repair(tx: Tx, ids: readonly string[]): Promise<void> {
    const { consents, facts } = await ledgersOf(tx, ids);
    for (const id of ids) {
      const derived = registrationOf(facts.get(id) ?? []);
      if (Object.keys(derived).length > 0) await tx.update(Subscriber, { id }, derived);
      await tx.delete(Subscription, { subscriberId: id });
      const rows = subscriptionsOf(consents.get(id) ?? [], facts.get(id) ?? []);
      if (rows.length > 0) await tx.insert(Subscription, rows);
    }
  }
}

async function ledgersOf(reader: EntityManager, ids: readonly string[]) {
  const sought = { where: { subscriberId: In([...ids]) }, order: { number: 'ASC' } } as const;
  const consents = Map.groupBy(await reader.find(ConsentEvent, sought), ({ subscriberId }) => subscriberId);
  const facts = Map.groupBy(await reader.find(RegistrationEvent, sought), ({ subscriberId }) => subscriberId);
  return { consents, facts };
}

function nameOf({ purpose, channel }: Pick<Subscription, 'purpose' | 'channel'>): string {
  return `${purpose} ${channel}`;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
