import type { Cardholder } from '@carers/cards';
import type { Tx } from '@carers/database';
import {
  type ConsentAnswer,
  type Purpose,
  type SourceKind,
  Subscriber,
  topics,
  type Way,
} from '@carers/information-service';
import { ageOn, dateInLondon } from '@carers/kernel';
import type { SchemeInForce } from '@carers/places';
import { type DemoPast, insertAll } from '../demo-past.js';
import { columns, insertColumns } from '../scale/insert-columns.js';
import type { InventedCarer } from './invent-carers.js';

type Channel = ConsentAnswer['channel'];

const adult = 18;

/** Registrations with the carers services as they came in over time, with every yes and no. No welcome is sent again. */
export class Subscriptions {
  private readonly subscribers: Subscriber[] = [];
  private readonly registrations = columns(
    ...['id', 'subscriber_id', 'number', 'fact', 'carers_service_id', 'region_id', 'at', 'how'],
    ...['asked_by_kind', 'asked_by_id', 'changes'],
  );
  private readonly events = columns(
    ...[
      'id',
      'subscriber_id',
      'number',
      'carers_service_id',
      'purpose',
      'channel',
      'decision',
      'wording_version',
      'at',
    ],
    ...['how', 'asked_by_kind', 'asked_by_id'],
  );
  private readonly states = columns('subscriber_id', 'purpose', 'channel', 'active', 'since');

  /** @param wording version of the words of consent, which must be kept already */
  constructor(
    private readonly past: DemoPast,
    private readonly referrers: readonly string[],
    private readonly scheme: SchemeInForce,
    private readonly wording: string,
  ) {}

  /** Registers a cardholder on the day they joined. */
  add(cardholder: Cardholder, { joined }: InventedCarer): void {
    const { past } = this;
    const [sourceKind, sourceCode, how] = this.source();
    const region = this.scheme.regions.find(({ id }) => id === cardholder.regionId)!;
    const subscriber = Object.assign(new Subscriber(), {
      id: past.id(joined),
      cardholderId: cardholder.id,
      carersServiceId: region.carersServiceId,
      regionId: region.id,
      sourceKind,
      sourceCode,
      registeredAt: joined,
      leftAt: null,
      pausedUntil: null,
      format: past.often(8) ? ('large_print' as const) : past.often(3) ? ('easy_read' as const) : ('standard' as const),
      locale: cardholder.locale,
      topics: past.often(30) ? [...new Set([past.chance.pick(topics), past.chance.pick(topics)])] : [],
      linkVersion: 1,
    });
    this.subscribers.push(subscriber);
    const by = ['applicant', cardholder.id] as const;
    const where = [subscriber.carersServiceId, region.id] as const;
    this.registrations.add(past.id(joined), subscriber.id, 1, 'registered', ...where, joined, how, ...by, '{}');
    past.note(
      joined,
      'subscriber.registered',
      'subscriber',
      subscriber.id,
      { kind: 'applicant', id: cardholder.id },
      {
        details: { cardholderId: cardholder.id, carersServiceId: subscriber.carersServiceId, source: sourceKind },
      },
    );
    this.answer(subscriber, cardholder, joined, how);
  }

  async write(tx: Tx): Promise<void> {
    await insertAll(tx, Subscriber, this.subscribers);
    await insertColumns(tx, 'registration_event', this.registrations);
    await insertColumns(tx, 'consent_event', this.events);
    await insertColumns(tx, 'subscription', this.states);
  }

  private source(): [SourceKind, string | null, Way] {
    const drawn = this.past.chance.below(100);
    if (drawn < 48) return ['application', null, 'web'];
    if (drawn < 80) return ['referrer', this.past.chance.pick(this.referrers), drawn < 70 ? 'web' : 'paper'];
    if (drawn < 95) return ['paper', null, 'paper'];
    return ['api', 'hospital-discharge', 'api'];
  }

  /** What they said about each purpose and channel; one in twenty thought better of a yes later. */
  private answer(subscriber: Subscriber, cardholder: Cardholder, joined: Date, how: Way): void {
    const { past } = this;
    // Nobody markets to children, so they are not even asked.
    const grown = ageOn(cardholder.birthDate!, dateInLondon(joined)) >= adult;
    const purposes: Purpose[] = grown ? ['carers_information', 'business_offers'] : ['carers_information'];
    const channels: Channel[] = ['post'];
    if (cardholder.mobile) channels.unshift('text');
    if (cardholder.email) channels.unshift('email');
    const leaves = past.often(5);
    let number = 1;
    const decide = (purpose: Purpose, channel: Channel, decision: string, at: Date, way: Way) =>
      this.events.add(
        ...[
          past.id(at),
          subscriber.id,
          number++,
          subscriber.carersServiceId,
          purpose,
          channel,
          decision,
          this.wording,
          at,
        ],
        ...[way, way === 'link' ? 'link' : 'applicant', cardholder.id],
      );
    for (const purpose of purposes) {
      for (const channel of channels) {
        const likely = purpose === 'business_offers' ? 35 : channel === cardholder.contactChannel ? 82 : 30;
        const given = past.often(likely);
        decide(purpose, channel, given ? 'given' : 'refused', joined, how);
        const withdrawn = given && leaves && purpose === 'business_offers';
        const later = withdrawn ? past.after(joined, 60) : joined;
        if (withdrawn) decide(purpose, channel, 'withdrawn', later, 'link');
        this.states.add(subscriber.id, purpose, channel, given && !withdrawn, later);
      }
    }
  }
}
