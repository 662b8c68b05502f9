import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { Clock, idToken, readIdToken } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Way } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';

/** Whose preferences were opened, and how: what `consent_event.how` keeps. */
export interface Opened {
  subscriber: Subscriber;
  how: Extract<Way, 'link' | 'letter_code'>;
}

/** Behind the code of a letter the page stays open for so long, in minutes: it may be a screen that others use. */
const minutesByLetter = 60;

/**
 * Links by which somebody reaches their preferences without a password. The secret part is an HMAC of subscriber and
 * version (128 bits), so none is stored. It opens the preferences and nothing else: neither the card nor an account.
 */
@Injectable()
export class PreferenceLinks {
  /** A key object: Node takes four times as long to begin with the bytes of a key. */
  private readonly key: KeyObject;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.key = createSecretKey(createHmac('sha256', settings.sessionSecret).update('preference links').digest());
  }

  /** The address of somebody's preference page. */
  urlFor(subscriber: Pick<Subscriber, 'id' | 'linkVersion'>): string {
    return `${this.settings.publicUrl}/preferences/${this.tokenFor(subscriber)}`;
  }

  /** The same for a cardholder; null when they are on no list. */
  async forCardholder(cardholderId: string): Promise<string | null> {
    const subscriber = await this.database.reader.findOneBy(Subscriber, { cardholderId });
    return subscriber && this.urlFor(subscriber);
  }

  /** The preference pages of everybody whose card is with an account: one person may look after several cards. */
  async forAccount(accountId: string): Promise<{ firstName: string; path: string }[]> {
    const { reader } = this.database;
    const cardholders = await reader.find(Cardholder, { where: { accountId }, order: { joinedAt: 'ASC', id: 'ASC' } });
    const subscribers = await reader.findBy(Subscriber, { cardholderId: In(cardholders.map(({ id }) => id)) });
    return cardholders.flatMap(({ id, firstName }) => {
      const subscriber = subscribers.find(({ cardholderId }) => cardholderId === id);
      return subscriber ? [{ firstName, path: `/preferences/${this.tokenFor(subscriber)}` }] : [];
    });
  }

  /** The last part of the address. */
  tokenFor({ id, linkVersion }: Pick<Subscriber, 'id' | 'linkVersion'>): string {
    return idToken(id, this.seal(id, linkVersion));
  }

  /** The same for somebody who typed the code of a letter: it says so, and ends after an hour. */
  letterTokenFor({ id, linkVersion }: Pick<Subscriber, 'id' | 'linkVersion'>): string {
    const until = Buffer.alloc(4);
    until.writeUInt32BE(this.minute() + minutesByLetter);
    return idToken(id, until, this.seal(id, linkVersion, until.readUInt32BE()));
  }

  /** Whose preferences a link opens; null when it was altered or has ended. */
  async open(token: string): Promise<Subscriber | null> {
    return (await this.opened(token))?.subscriber ?? null;
  }

  /** The same, and how they came. */
  async opened(token: string): Promise<Opened | null> {
    const read = readIdToken(token, 16, 20);
    if (!read) return null;
    const subscriber = await this.database.reader.findOneBy(Subscriber, { id: read.id });
    if (!subscriber) return null;
    const until = read.proof.length > 16 ? read.proof.readUInt32BE() : null;
    const right = timingSafeEqual(read.proof.subarray(-16), this.seal(read.id, subscriber.linkVersion, until));
    if (!right || (until !== null && until < this.minute())) return null;
    return { subscriber, how: until === null ? 'link' : 'letter_code' };
  }

  private minute(): number {
    return Math.floor(this.clock.now().getTime() / 60_000);
  }

  /** @param until minute in which a letter's way ends; null for the links of messages */
  private seal(id: string, version: number, until: number | null = null): Buffer {
    const plain = until === null ? `${id} ${version}` : `${id} ${version} letter ${until}`;
    return createHmac('sha256', this.key).update(plain).digest().subarray(0, 16);
  }
}
