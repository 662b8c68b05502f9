import { type Actor, Audit } from '@carers/audit';
import { parseCardNumber } from '@carers/credentials';
import { Database, keyedHash, type Tx } from '@carers/database';
import { readEmail, readMobile } from '@carers/access';
import { isUuid } from '@carers/kernel';
import { OutsideTerritory, Places, postcodeReadings } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Card } from './card.entity.js';
import { CardholderEvents } from './cardholder-events.js';
import { CardMessages } from './card-messages.js';
import { Cardholder, type ContactChannel } from './cardholder.entity.js';
import { CardholderNotFound } from './cards.problems.js';
import { Credential } from './credential.entity.js';

/** Somebody and the card that counts: the one that runs, or else the last one. */
export interface Held {
  cardholder: Cardholder;
  card: Card;
}

/** The same, or somebody whom only the carers service knows: they never had a card. */
export interface Found {
  cardholder: Cardholder;
  card: Card | null;
}

/** How to reach somebody, and where they live; normalised. */
export interface ContactDetails {
  email: string | null;
  mobile: string | null;
  address: string | null;
  postcode: string;
  contactChannel: ContactChannel;
}

/** Finds cardholders and their cards, and puts their contact details right. */
@Injectable()
export class Cardholders {
  private static readonly mostFound = 50;

  constructor(
    private readonly database: Database,
    private readonly places: Places,
    private readonly audit: Audit,
    private readonly messages: CardMessages,
    private readonly events: CardholderEvents,
  ) {}

  /** Somebody with a card. @throws CardholderNotFound also for people who never had one */
  async find(id: string): Promise<Held> {
    return held(await this.person(id));
  }

  /** Somebody, with or without a card. @throws CardholderNotFound */
  async person(id: string): Promise<Found> {
    const cardholder = isUuid(id) ? await this.database.reader.findOne(Cardholder, { where: { id } }) : null;
    if (!cardholder) throw new CardholderNotFound();
    return this.withLastCard(cardholder);
  }

  /**
   * The people of an account who have or had a card, who joined first first: mostly one; a parent may keep the cards of
   * several children.
   */
  async ofAccount(accountId: string): Promise<Held[]> {
    const where = { accountId, leftAt: IsNull() };
    const cardholders = await this.database.reader.find(Cardholder, { where, order: { joinedAt: 'ASC', id: 'ASC' } });
    const found = await Promise.all(cardholders.map((cardholder) => this.withLastCard(cardholder)));
    return found.filter((each): each is Held => each.card !== null);
  }

  /** The card that counts of a cardholder at hand. @throws CardholderNotFound where they never had one */
  async withCard(cardholder: Cardholder): Promise<Held> {
    return held(await this.withLastCard(cardholder));
  }

  private async withLastCard(cardholder: Cardholder): Promise<Found> {
    const card = await this.database.reader.findOne(Card, {
      where: { cardholderId: cardholder.id },
      order: { issueNumber: 'DESC' },
    });
    return { cardholder, card };
  }

  /** Every card somebody had, the newest first, with its credentials. */
  async cardsOf(cardholderId: string): Promise<{ card: Card; credentials: Credential[] }[]> {
    const cards = await this.database.reader.find(Card, { where: { cardholderId }, order: { issueNumber: 'DESC' } });
    if (cards.length === 0) return [];
    const credentials = await this.database.reader.find(Credential, {
      where: { cardId: In(cards.map(({ id }) => id)) },
      order: { createdAt: 'ASC', medium: 'ASC' },
    });
    return cards.map((card) => ({ card, credentials: credentials.filter(({ cardId }) => cardId === card.id) }));
  }

  /**
   * People by what somebody says on the phone: card number, e-mail address, mobile number, postcode, or (part of) a
   * name; those without a card too. At most 50, by name.
   */
  async search(typed: string): Promise<Found[]> {
    const text = typed.trim();
    if (!text) return [];
    const ids = await this.idsFor(text);
    if (ids.length === 0) return [];
    const cardholders = await this.database.reader.find(Cardholder, {
      where: { id: In(ids) },
      order: { lastName: 'ASC', firstName: 'ASC', id: 'ASC' },
    });
    return Promise.all(cardholders.map((cardholder) => this.withLastCard(cardholder)));
  }

  /**
   * Puts contact details right. The old address hears of it, so that nobody can turn messages away unnoticed. Who
   * moves out of the territory keeps the region: they may look after somebody who lives there.
   *
   * @returns which details changed
   * @throws CardholderNotFound, PostcodeNotValid
   */
  async correct(cardholderId: string, details: ContactDetails, actor: Actor): Promise<string[]> {
    const region = await this.regionOf(details.postcode);
    return this.database.transaction((tx) => this.correctIn(tx, cardholderId, details, region, actor));
  }

  /**
   * The same for some details, in the transaction of a caller.
   * @param region of the postcode, as `regionOf` says; not looked at when the postcode stays
   * @returns which details changed
   * @throws CardholderNotFound
   */
  async correctIn(
    tx: Tx,
    cardholderId: string,
    details: Partial<ContactDetails>,
    region: string | null,
    actor: Actor,
  ): Promise<(keyof ContactDetails)[]> {
    const before = await this.locked(tx, cardholderId);
    const changed = (Object.keys(details) as (keyof ContactDetails)[]).filter((key) => before[key] !== details[key]);
    if (changed.length === 0) return [];
    const moved = changed.includes('postcode');
    const now = { ...before, ...details };
    await tx.update(
      Cardholder,
      { id: cardholderId },
      {
        ...details,
        emailHash: now.email ? keyedHash(now.email, 'email') : null,
        mobileHash: now.mobile ? keyedHash(now.mobile, 'mobile') : null,
        postcodeHash: keyedHash(now.postcode, 'postcode'),
        ...(moved && region && { regionId: region }),
      },
    );
    await this.audit.record(tx, {
      action: 'cardholder.details-corrected',
      subject: { kind: 'cardholder', id: cardholderId },
      actor,
      details: { changed },
    });
    if (changed.some((key) => key === 'email' || key === 'mobile')) await this.messages.tellOfNewContact(tx, before);
    await this.events.announce(tx, 'corrected', {
      cardholderId,
      changed,
      regionBefore: before.regionId,
      region: moved ? region : before.regionId,
      actor,
    });
    return changed;
  }

  /** Writes down that staff read somebody's record. */
  async noteRead(cardholderId: string, actor: Actor, reason: string | null): Promise<void> {
    await this.audit.note({
      action: 'person.viewed',
      subject: { kind: 'cardholder', id: cardholderId },
      actor,
      reason,
    });
  }

  /** The same for a list of a search: everybody in it was looked at. */
  async noteFound(cardholderIds: readonly string[], actor: Actor, reason: string | null): Promise<void> {
    if (cardholderIds.length === 0) return;
    const entries = cardholderIds.map((id) => ({
      action: 'person.found',
      subject: { kind: 'cardholder', id },
      actor,
      reason,
    }));
    await this.database.transaction((tx) => this.audit.recordAll(tx, entries));
  }

  private async idsFor(text: string): Promise<string[]> {
    const number = parseCardNumber(text);
    if (number) return this.ids('SELECT cardholder_id AS id FROM card WHERE number = $1', number);
    if (isUuid(text)) return this.ids('SELECT id FROM cardholder WHERE id = $1', text);
    const email = text.includes('@') ? readEmail(text) : null;
    if (email) return this.ids(byHash('email_hash'), keyedHash(email.address, 'email'));
    const mobile = /^[+\d][\d\s()-]{6,}$/.test(text) ? readMobile(text) : null;
    if (mobile) return this.ids(byHash('mobile_hash'), keyedHash(mobile.address, 'mobile'));
    const [postcode] = postcodeReadings(text);
    if (postcode) {
      const found = await this.ids(byHash('postcode_hash'), keyedHash(postcode, 'postcode'));
      if (found.length > 0) return found;
    }
    return this.byName(text);
  }

  /** Each word anywhere in the name, accents and capitals aside: "zoe bar" finds Zoë Barton. */
  private async byName(text: string): Promise<string[]> {
    const words = text.split(/\s+/).slice(0, 5);
    const conditions = words.map((_, index) => `plain_name LIKE '%' || plain_text($${index + 1}) || '%'`);
    return this.ids(
      `SELECT id FROM cardholder WHERE ${conditions.join(' AND ')} AND left_at IS NULL
       ORDER BY last_name, first_name, id LIMIT ${Cardholders.mostFound}`,
      ...words.map((word) => word.replace(/[\\%_]/g, '\\$&')),
    );
  }

  private async ids(statement: string, ...values: string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(statement, values);
    return rows.map(({ id }) => id);
  }

  /** The region of a postcode; null outside the territory. @throws PostcodeNotValid */
  async regionOf(postcode: string): Promise<string | null> {
    try {
      return (await this.places.find(postcode)).regionId;
    } catch (problem) {
      if (problem instanceof OutsideTerritory) return null;
      throw problem;
    }
  }

  private async locked(tx: Tx, id: string): Promise<Cardholder> {
    const cardholder = await tx.findOne(Cardholder, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!cardholder || cardholder.leftAt) throw new CardholderNotFound();
    return cardholder;
  }
}

function held({ cardholder, card }: Found): Held {
  if (!card) throw new CardholderNotFound();
  return { cardholder, card };
}

function byHash(column: string): string {
  return `SELECT id FROM cardholder WHERE ${column} = $1 AND left_at IS NULL ORDER BY id LIMIT 50`;
}
