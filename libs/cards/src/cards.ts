import { type Actor, Audit } from '@carers/audit';
import { newCardNumber, newCredentialId, printedName } from '@carers/credentials';
import { type Tx, constraintOf, keyedHash } from '@carers/database';
import { addDays, addMonths, ageOn, Chance, Clock, Ids, type LocalDate } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Card, type RevocationReason } from './card.entity.js';
import { Cardholder, type CaringRole, type ContactChannel } from './cardholder.entity.js';
import { CardNotFound } from './cards.problems.js';
import { Credential, type CredentialMedium } from './credential.entity.js';

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
  locale?: string;
  accountId?: string | null;
}

/** A card just issued. */
export interface IssuedCard {
  cardholder: Cardholder;
  card: Card;
}

/** The registry: who holds which card. Callers open the transaction; what they cause commits with it. */
@Injectable()
export class Cards {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
    private readonly audit: Audit,
    private readonly scheme: SchemeService,
  ) {}

  /** Enters a new cardholder and issues their first card, valid from today for as long as the scheme's policy says. */
  async issue(tx: Tx, person: NewCardholder, actor: Actor, options: { test?: boolean } = {}): Promise<IssuedCard> {
    const cardholder = await this.enter(tx, person);
    const card = await this.issueTo(tx, cardholder, 1, actor, options);
    return { cardholder, card };
  }

  /**
   * Stops a card that was lost or stolen, with all its credentials and links, and issues the next one for the rest of
   * its time. The old one is refused everywhere from now on.
   * @throws CardNotFound, CardHasEnded
   */
  async replaceLost(tx: Tx, cardId: string, actor: Actor): Promise<IssuedCard> {
    const old = await this.locked(tx, cardId);
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: old.cardholderId });
    await this.revokeCard(tx, old, 'lost', actor);
    cardholder.linkVersion += 1;
    await tx.update(Cardholder, { id: cardholder.id }, { linkVersion: cardholder.linkVersion });
    const card = await this.issueTo(tx, cardholder, old.issueNumber + 1, actor, {
      test: old.kind === 'test',
      validUntil: old.validUntil,
    });
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

  private async enter(tx: Tx, person: NewCardholder): Promise<Cardholder> {
    const cardholder = tx.create(Cardholder, {
      ...person,
      id: this.ids.next(),
      birthDateHash: keyedHash(person.birthDate, 'birth-date'),
      emailHash: person.email ? keyedHash(person.email, 'email') : null,
      mobileHash: person.mobile ? keyedHash(person.mobile, 'mobile') : null,
      postcodeHash: keyedHash(person.postcode, 'postcode'),
      locale: person.locale ?? 'en-GB',
      accountId: person.accountId ?? null,
      linkVersion: 1,
      joinedAt: this.clock.now(),
      leftAt: null,
    });
    await tx.insert(Cardholder, cardholder);
    return cardholder;
  }

  private async issueTo(
    tx: Tx,
    cardholder: Cardholder,
    issueNumber: number,
    actor: Actor,
    options: { test?: boolean; validUntil?: LocalDate },
  ): Promise<Card> {
    const today = this.clock.today();
    const policy = await this.scheme.policyOn(today);
    const young = ageOn(cardholder.birthDate, today) < policy.eligibility.youngCarerUnder;
    const card = tx.create(Card, {
      id: this.ids.next(),
      cardholderId: cardholder.id,
      number: '',
      issueNumber,
      kind: options.test ? 'test' : young ? 'young' : 'adult',
      status: 'active',
      validFrom: today,
      validUntil: options.validUntil ?? addDays(addMonths(today, policy.card.validityMonths), -1),
      printedName: printedName(cardholder.firstName),
      issuedAt: this.clock.now(),
      endedAt: null,
      endReason: null,
    });
    await this.insertWithFreeNumber(tx, card);
    await this.addCredential(tx, card.id, 'phone');
    await this.addCredential(tx, card.id, 'printed');
    await this.audit.record(tx, {
      action: 'card.issued',
      subject: { kind: 'card', id: card.id },
      actor,
      details: { cardholderId: cardholder.id, issueNumber, validUntil: card.validUntil },
    });
    return card;
  }

  /** A number is drawn until it is free: with a million cards of 32^8 a second draw is needed once in a million times. */
  private async insertWithFreeNumber(tx: Tx, card: Card): Promise<void> {
    await this.drawUntilFree(tx, 'uq_card__number', () => {
      card.number = newCardNumber((count) => this.chance.bytes(count));
      return tx.insert(Card, card);
    });
  }

  private async addCredential(tx: Tx, cardId: string, medium: CredentialMedium): Promise<void> {
    await this.drawUntilFree(tx, 'uq_credential__status_index', () =>
      tx.insert(Credential, {
        id: newCredentialId((count) => this.chance.bytes(count)),
        cardId,
        medium,
        status: 'active',
        statusIndex: this.chance.below(2 ** 31 - 1),
        createdAt: this.clock.now(),
        revokedAt: null,
      }),
    );
  }

  /** Tries an insert with values drawn anew while they collide. A savepoint keeps the transaction usable. */
  private async drawUntilFree(tx: Tx, constraint: string, insert: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await tx.query('SAVEPOINT draw');
      try {
        await insert();
        await tx.query('RELEASE SAVEPOINT draw');
        return;
      } catch (error) {
        await tx.query('ROLLBACK TO SAVEPOINT draw');
        if (constraintOf(error) !== constraint || attempt >= 10) throw error;
      }
    }
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
}
