import { type Actor, Audit } from '@carers/audit';
import { insertMany, type Tx, keyedHash } from '@carers/database';
import { Clock, Ids, type LocalDate } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { Card, type RevocationReason } from './card.entity.js';
import { CardholderEvents } from './cardholder-events.js';
import { Cardholder, type CaringRole, type ContactChannel } from './cardholder.entity.js';
import { CardHasEnded, CardholderNotFound, CardNotFound, CardStillRuns } from './cards.problems.js';
import { Credential } from './credential.entity.js';
import { type IssueOptions, Issuing } from './issuing.js';

/** What the registry needs to know of a carer. Contact details normalised: lower-case e-mail, E.164 mobile. */
export interface NewCardholder {
  firstName: string;
  lastName: string;
  birthDate: LocalDate;
  email: string | null;
  mobile: string | null;
  contactChannel: ContactChannel;
  /** Address without the postcode, one line a line. */
  address: string | null;
  postcode: string;
  regionId: string;
  caringRoles: CaringRole[];
  /** A week; nobody must say. */
  hoursOfCaring?: number | null;
  locale?: string;
  accountId?: string | null;
}

/** A carer who wants no card: all that a card would need may be missing but a name and where they live. */
export type NewPerson = Omit<NewCardholder, 'birthDate'> & { birthDate: LocalDate | null };

/** What somebody says of their caring when they renew. */
export type Caring = Required<Pick<NewCardholder, 'caringRoles' | 'hoursOfCaring'>>;

/** A card just issued. */
export interface IssuedCard {
  cardholder: Cardholder;
  card: Card;
}

/** What may differ between what was known of somebody and what they say when they ask for a card. */
const contactFields = ['email', 'mobile', 'address', 'postcode', 'contactChannel'] as const;

/** The registry: who holds which card. Callers open the transaction; what they cause commits with it. */
@Injectable()
export class Cards {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly issuing: Issuing,
    private readonly settings: Settings,
    private readonly events: CardholderEvents,
  ) {}

  /** Enters a new cardholder and issues their first card, valid from today for as long as the scheme's policy says. */
  async issue(tx: Tx, person: NewCardholder, actor: Actor, options: IssueOptions = {}): Promise<IssuedCard> {
    const cardholder = await this.enter(tx, person);
    const card = await this.issuing.issueTo(tx, cardholder, 1, actor, options);
    return { cardholder, card };
  }

  /** Enters a carer who gets no card: for the carers service, which knows them by the same record as cardholders. */
  async enterWithoutCard(tx: Tx, person: NewPerson): Promise<Cardholder> {
    return this.enter(tx, person);
  }

  /**
   * Issues the first card to somebody who was known without one. What they said for the card takes the place of what
   * was known of them.
   * @throws CardholderNotFound, CardStillRuns when there was a card before
   */
  async issueFirst(
    tx: Tx,
    cardholderId: string,
    person: NewCardholder,
    actor: Actor,
    options: IssueOptions = {},
  ): Promise<IssuedCard> {
    const known = await this.lockedHolder(tx, cardholderId);
    if (await tx.existsBy(Card, { cardholderId })) throw new CardStillRuns();
    const { locale, accountId, regionId: regionBefore } = known;
    const changed = contactFields.filter((field) => known[field] !== person[field]);
    const cardholder = Object.assign(known, columnsOf({ locale, accountId, ...person }));
    await tx.save(cardholder);
    if (changed.length > 0) {
      await this.events.announce(tx, 'corrected', {
        cardholderId,
        changed: [...changed],
        regionBefore,
        region: person.regionId,
        actor,
      });
    }
    const card = await this.issuing.issueTo(tx, cardholder, 1, actor, options);
    return { cardholder, card };
  }

  /**
   * Issues the next card to somebody whose last one was revoked.
   * @throws CardholderNotFound, CardStillRuns
   */
  async issueAgain(tx: Tx, cardholderId: string, actor: Actor, options: IssueOptions = {}): Promise<IssuedCard> {
    const cardholder = await this.lockedHolder(tx, cardholderId);
    const issued = await tx.countBy(Card, { cardholderId });
    const card = await this.issuing.issueTo(tx, cardholder, issued + 1, actor, options);
    return { cardholder, card };
  }

  /**
   * Stops a card that was lost or stolen, with all its credentials and links, and issues the next one for the rest of
   * its time. The old one is refused everywhere from now on.
   * @throws CardNotFound, CardHasEnded, CardIsSuspended, CardHasExpired
   */
  async replaceLost(tx: Tx, cardId: string, actor: Actor, why?: string): Promise<IssuedCard> {
    const old = await this.locked(tx, cardId);
    old.checkReplaceable(this.clock.today());
    const cardholder = await this.lockedHolder(tx, old.cardholderId);
    await this.revokeCard(tx, old, 'lost', actor, why);
    cardholder.linkVersion += 1;
    await tx.update(Cardholder, { id: cardholder.id }, { linkVersion: cardholder.linkVersion });
    const card = await this.issuing.issueTo(tx, cardholder, old.issueNumber + 1, actor, {
      test: old.kind === 'test',
      validUntil: old.validUntil,
    });
    return { cardholder, card };
  }

  /**
   * Lets the card that somebody has go on for the next time of the scheme's policy. It stays the one card they have: nothing is
   * switched off, and nothing new has to be carried before the last day of the old time.
   * @throws CardholderNotFound, CardHasEnded where they have none, CardIsSuspended
   */
  async renew(tx: Tx, cardholderId: string, caring: Caring, actor: Actor): Promise<IssuedCard> {
    const cardholder = await this.lockedHolder(tx, cardholderId);
    const where = { cardholderId, status: Not('revoked' as const) };
    const card = await tx.findOne(Card, { where, lock: { mode: 'pessimistic_write' } });
    if (!card) throw new CardHasEnded();
    await this.issuing.renew(tx, card, cardholder, actor);
    Object.assign(cardholder, caring);
    await tx.update(Cardholder, { id: cardholderId }, caring);
    return { cardholder, card };
  }

  /** Ends a card for good. @throws CardNotFound, CardHasEnded */
  async revoke(tx: Tx, cardId: string, reason: RevocationReason, actor: Actor, why?: string): Promise<void> {
    await this.revokeCard(tx, await this.locked(tx, cardId), reason, actor, why);
  }

  /** Stops a card until it is lifted. @throws CardNotFound, CardHasEnded */
  async suspend(tx: Tx, cardId: string, actor: Actor, why: string): Promise<void> {
    const card = await this.locked(tx, cardId);
    card.suspend();
    await tx.update(Card, { id: card.id }, { status: card.status });
    await this.audit.record(tx, {
      action: 'card.suspended',
      subject: { kind: 'card', id: card.id },
      actor,
      reason: why,
    });
  }

  /** Lets a suspended card work again. @throws CardNotFound, CardHasEnded */
  async lift(tx: Tx, cardId: string, actor: Actor, why: string): Promise<void> {
    const card = await this.locked(tx, cardId);
    card.lift();
    await tx.update(Card, { id: card.id }, { status: card.status });
    await this.audit.record(tx, { action: 'card.lifted', subject: { kind: 'card', id: card.id }, actor, reason: why });
  }

  /** The same for many at once, in the same order: for lists. */
  async enterManyWithoutCard(tx: Tx, people: readonly NewPerson[]): Promise<Cardholder[]> {
    const cardholders = people.map((person) => this.entered(tx, person));
    await insertMany(tx, Cardholder, cardholders);
    return cardholders;
  }

  private async enter(tx: Tx, person: NewPerson): Promise<Cardholder> {
    const cardholder = this.entered(tx, person);
    await tx.insert(Cardholder, cardholder);
    return cardholder;
  }

  private entered(tx: Tx, person: NewPerson): Cardholder {
    return tx.create(Cardholder, {
      ...columnsOf(person),
      id: this.ids.next(),
      locale: person.locale ?? this.settings.defaultLocale,
      accountId: person.accountId ?? null,
      linkVersion: 1,
      joinedAt: this.clock.now(),
      leftAt: null,
      erasedAt: null,
    });
  }

  private async revokeCard(tx: Tx, card: Card, reason: RevocationReason, actor: Actor, why?: string): Promise<void> {
    const now = this.clock.now();
    card.revoke(reason, now);
    await tx.update(Card, { id: card.id }, { status: card.status, endReason: reason, endedAt: now });
    await tx.update(Credential, { cardId: card.id, status: 'active' }, { status: 'revoked', revokedAt: now });
    await this.audit.record(tx, {
      action: 'card.revoked',
      subject: { kind: 'card', id: card.id },
      actor,
      reason: why ?? null,
      details: { reason },
    });
  }

  private async locked(tx: Tx, cardId: string): Promise<Card> {
    const card = await tx.findOne(Card, { where: { id: cardId }, lock: { mode: 'pessimistic_write' } });
    if (!card) throw new CardNotFound();
    return card;
  }

  private async lockedHolder(tx: Tx, id: string): Promise<Cardholder> {
    const cardholder = await tx.findOne(Cardholder, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!cardholder || cardholder.leftAt) throw new CardholderNotFound();
    return cardholder;
  }
}

/** A person with the hashes by which they are found. */
function columnsOf(person: NewPerson) {
  const { birthDate, email, mobile, postcode } = person;
  return {
    ...person,
    hoursOfCaring: person.hoursOfCaring ?? null,
    birthDateHash: birthDate ? keyedHash(birthDate, 'birth-date') : null,
    emailHash: email ? keyedHash(email, 'email') : null,
    mobileHash: mobile ? keyedHash(mobile, 'mobile') : null,
    postcodeHash: keyedHash(postcode, 'postcode'),
  };
}
