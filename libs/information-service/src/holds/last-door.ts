import { sealedText } from '@carers/database';
import { Clock, type LocalDate } from '@carers/kernel';
import { type Reason, Suppressions } from '@carers/suppression';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Channel, Format, Purpose } from '../purposes.js';
import { type HoldReason, holdReasons } from './hold-reasons.js';

/** Somebody who is about to be sent something, by one channel. */
export interface Knock {
  subscriberId: string;
  channel: Channel;
}

/** Where it may go, read a moment ago. */
export interface OpenDoor {
  subscriberId: string;
  cardholderId: string;
  carersServiceId: string;
  channel: Channel;
  /** E-mail address, mobile number (E.164), or postal address: one line a line, the postcode last. */
  address: string;
  /** Of an e-mail address or a number, as `Suppressions` knows it; null for letters. */
  addressHash: string | null;
  firstName: string;
  name: string;
  locale: string;
  format: Format;
  /** For `PreferenceLinks.urlFor`, with the id as `id`. */
  id: string;
  linkVersion: number;
}

/**
 * Why nothing is sent: not known, off the list, in a pause, held as a person, no yes to this, no address, or an address
 * that takes nothing.
 */
export type HeldReason = 'unknown' | 'left' | 'paused' | HoldReason | 'no_consent' | 'no_address' | Reason;

export interface ClosedDoor {
  held: HeldReason;
}

/**
 * The last door before anything leaves for subscribers: consent, pause, leaving, holds on the person and suppressed
 * addresses, all as they are at this moment. Whatever mails subscribers asks here when it sends, not when it plans.
 */
@Injectable()
export class LastDoor {
  /** As many people as one call may ask about. */
  static readonly most = 1000;

  constructor(
    private readonly clock: Clock,
    private readonly suppressions: Suppressions,
  ) {}

  /**
   * Whom this may go to, and where. Two statements, however many people.
   * @param reader a transaction, or `database.reader`
   * @param knocks at most 1,000, each person once
   * @throws RangeError for more
   */
  async open(
    reader: EntityManager,
    purpose: Purpose,
    knocks: readonly Knock[],
  ): Promise<Map<string, OpenDoor | ClosedDoor>> {
    if (knocks.length > LastDoor.most) throw new RangeError(`At most ${LastDoor.most} people at once.`);
    const people = new Map((await this.people(reader, purpose, knocks)).map((row) => [row.id, row]));
    const today = this.clock.today();
    const doors = new Map<string, OpenDoor | ClosedDoor>();
    const asking: OpenDoor[] = [];
    for (const { subscriberId, channel } of knocks) {
      const person = people.get(subscriberId);
      const door: OpenDoor | ClosedDoor = person ? doorOf(person, channel, today) : { held: 'unknown' };
      doors.set(subscriberId, door);
      if ('address' in door) asking.push(door);
    }
    const blocked = await this.suppressions.blockedOf(reader, asking);
    asking.forEach(({ subscriberId }, index) => {
      const reason = blocked[index];
      if (reason) doors.set(subscriberId, { held: reason });
    });
    return doors;
  }

  private async people(reader: EntityManager, purpose: Purpose, knocks: readonly Knock[]): Promise<Person[]> {
    if (knocks.length === 0) return [];
    return reader.query<Person[]>(
      `SELECT s.id, s.cardholder_id AS "cardholderId", s.carers_service_id AS "carersServiceId", s.left_at AS "leftAt",
              s.paused_until AS "pausedUntil", s.format, s.locale, s.link_version AS "linkVersion",
              c.first_name AS "firstName", c.last_name AS "lastName",
              CASE knock.channel WHEN 'email' THEN c.email WHEN 'text' THEN c.mobile ELSE c.address END AS sealed,
              CASE knock.channel WHEN 'post' THEN c.postcode END AS postcode,
              CASE knock.channel WHEN 'email' THEN c.email_hash WHEN 'text' THEN c.mobile_hash END AS "addressHash",
              coalesce(sub.active, false) AS agreed,
              ARRAY(SELECT hold.reason FROM subscriber_hold hold
                     WHERE hold.subscriber_id = s.id AND hold.active) AS holds
         FROM unnest($1::uuid[], $2::text[]) AS knock (id, channel)
         JOIN subscriber s ON s.id = knock.id
         JOIN cardholder c ON c.id = s.cardholder_id
         LEFT JOIN subscription sub
           ON sub.subscriber_id = s.id AND sub.channel = knock.channel AND sub.purpose = $3`,
      [knocks.map(({ subscriberId }) => subscriberId), knocks.map(({ channel }) => channel), purpose],
    );
  }
}

interface Person {
  id: string;
  cardholderId: string;
  carersServiceId: string;
  leftAt: Date | null;
  pausedUntil: LocalDate | null;
  format: Format;
  locale: string;
  linkVersion: number;
  firstName: string;
  lastName: string;
  /** The address of the channel, as it lies in the database. */
  sealed: string | null;
  postcode: string | null;
  addressHash: string | null;
  agreed: boolean;
  holds: HoldReason[];
}

function doorOf(person: Person, channel: Channel, today: LocalDate): OpenDoor | ClosedDoor {
  const hold = holdReasons.find((reason) => person.holds.includes(reason));
  if (hold) return { held: hold };
  if (person.leftAt) return { held: 'left' };
  if (person.pausedUntil !== null && person.pausedUntil > today) return { held: 'paused' };
  if (!person.agreed) return { held: 'no_consent' };
  const address = addressIn(person, channel);
  if (!address) return { held: 'no_address' };
  const { id, cardholderId, carersServiceId, addressHash, firstName, lastName, locale, format, linkVersion } = person;
  const name = `${firstName} ${lastName}`;
  return {
    subscriberId: id, id, cardholderId, carersServiceId, channel, address, addressHash, firstName, name, locale, format,
    linkVersion,
  }; // prettier-ignore
}

/** Opened only once it is clear that something may go there: opening costs time. */
function addressIn({ sealed, postcode }: Person, channel: Channel): string | null {
  if (!sealed) return null;
  if (channel === 'email') return unsealed('email', sealed);
  if (channel === 'text') return unsealed('mobile', sealed);
  return `${unsealed('address', sealed)}\n${unsealed('postcode', postcode!)}`;
}

function unsealed(column: string, value: string): string {
  return sealedText(column).from(value) as string;
}
