import { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Channel } from '../../purposes.js';
import { Subscriber } from '../../subscriber.entity.js';
import { addressOf } from '../../welcome.js';
import type { SubscriberAnswer } from './subscriber-bodies.js';

/** Subscribers as the API shows them. As in the file for officers, an address stands only where there is a yes to it. */
@Injectable()
export class SubscriberAnswers {
  constructor(
    private readonly database: Database,
    private readonly schemes: SchemeService,
  ) {}

  /** In the order of the ids. */
  async of(ids: readonly string[]): Promise<SubscriberAnswer[]> {
    const { reader } = this.database;
    const subscribers = await reader.findBy(Subscriber, { id: In([...ids]) });
    const [holders, yes, { regions }] = await Promise.all([
      reader.findBy(Cardholder, { id: In(subscribers.map(({ cardholderId }) => cardholderId)) }),
      this.database.query<{ id: string; reach: string[] }>(
        `SELECT subscriber_id AS id, array_agg(purpose || ' ' || channel ORDER BY purpose, channel) AS reach
           FROM subscription WHERE active AND subscriber_id = ANY($1::uuid[]) GROUP BY 1`,
        [ids],
      ),
      this.schemes.current(),
    ]);
    const byId = new Map(subscribers.map((each) => [each.id, each]));
    const holderOf = new Map(holders.map((each) => [each.id, each]));
    const slugs = new Map(regions.map(({ id, slug }) => [id, slug]));
    const consentsOf = new Map(yes.map(({ id, reach }) => [id, reach]));
    return ids.flatMap((id) => {
      const subscriber = byId.get(id);
      const holder = subscriber && holderOf.get(subscriber.cardholderId);
      if (!subscriber || !holder) return [];
      return [answerOf(subscriber, holder, consentsOf.get(id) ?? [], slugs.get(subscriber.regionId) ?? '')];
    });
  }
}

function answerOf(subscriber: Subscriber, holder: Cardholder, consents: string[], region: string): SubscriberAnswer {
  const reach = (channel: Channel) =>
    subscriber.leftAt === null && consents.some((each) => each.endsWith(` ${channel}`))
      ? addressOf(holder, channel)
      : null;
  return {
    id: subscriber.id,
    firstName: holder.firstName,
    lastName: holder.lastName,
    region,
    source: { kind: subscriber.sourceKind, code: subscriber.sourceCode },
    registeredAt: subscriber.registeredAt.toISOString(),
    leftAt: subscriber.leftAt?.toISOString() ?? null,
    pausedUntil: subscriber.pausedUntil,
    language: subscriber.locale,
    format: subscriber.format,
    topics: subscriber.topics,
    consents,
    email: reach('email'),
    mobile: reach('text'),
    address: reach('post')?.split('\n') ?? null,
  };
}
