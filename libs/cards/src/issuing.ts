import { type Actor, Audit } from '@carers/audit';
import { newCardNumber, newCredentialId, printedName } from '@carers/credentials';
import { type Tx, constraintOf } from '@carers/database';
import { addDays, addMonths, ageOn, Chance, Clock, Ids, type LocalDate } from '@carers/kernel';
import { type Policy, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Card } from './card.entity.js';
import type { Cardholder } from './cardholder.entity.js';
import { BirthDateNeeded, CardStillRuns } from './cards.problems.js';
import { Credential, type CredentialMedium } from './credential.entity.js';
import { renewedUntil } from './renewal-days.js';
import { StatusIndexes } from './status-indexes.js';

/** What differs from an ordinary first card. */
export interface IssueOptions {
  test?: boolean;
  /** Last day; by default what the scheme's policy gives from today. */
  validUntil?: LocalDate;
}

/** Makes a card with its number and its credentials. `Cards` decides when. */
@Injectable()
export class Issuing {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
    private readonly audit: Audit,
    private readonly scheme: SchemeService,
    private readonly indexes: StatusIndexes,
  ) {}

  /**
   * One more card for a cardholder, valid from today.
   * @throws CardStillRuns when they have one, also one that was issued in this moment; BirthDateNeeded
   */
  async issueTo(
    tx: Tx,
    cardholder: Cardholder,
    issueNumber: number,
    actor: Actor,
    options: IssueOptions = {},
  ): Promise<Card> {
    if (!cardholder.birthDate) throw new BirthDateNeeded();
    const today = this.clock.today();
    const policy = await this.scheme.policyOn(today);
    const card = tx.create(Card, {
      id: this.ids.next(),
      cardholderId: cardholder.id,
      number: '',
      issueNumber,
      kind: options.test ? 'test' : kindAt(ageOn(cardholder.birthDate, today), policy),
      status: 'active',
      validFrom: today,
      validUntil: options.validUntil ?? addDays(addMonths(today, policy.card.validityMonths), -1),
      printedName: printedName(cardholder.firstName),
      issuedAt: this.clock.now(),
      endedAt: null,
      endReason: null,
    });
    await this.insertWithFreeNumber(tx, card);
    await this.addCredentials(tx, card.id, ['phone', 'printed']);
    await this.audit.record(tx, {
      action: 'card.issued',
      subject: { kind: 'card', id: card.id },
      actor,
      details: { cardholderId: cardholder.id, issueNumber, validUntil: card.validUntil },
    });
    return card;
  }

  /**
   * Lets a card go on for the next time of the policy; its kind is that of the holder's age today.
   * @throws CardHasEnded, CardIsSuspended, BirthDateNeeded
   */
  async renew(tx: Tx, card: Card, { birthDate }: Cardholder, actor: Actor): Promise<void> {
    if (!birthDate) throw new BirthDateNeeded();
    const today = this.clock.today();
    const policy = await this.scheme.policyOn(today);
    const before = card.validUntil;
    const kind = card.kind === 'test' ? 'test' : kindAt(ageOn(birthDate, today), policy);
    card.renew(renewedUntil(card, policy, today), kind);
    await tx.update(Card, { id: card.id }, { validUntil: card.validUntil, kind });
    await this.audit.record(tx, {
      action: 'card.renewed',
      subject: { kind: 'card', id: card.id },
      actor,
      details: { before, validUntil: card.validUntil },
    });
  }

  /** A number is drawn until it is free: with a million cards of 32^8 a second draw is needed once in a million times. */
  private async insertWithFreeNumber(tx: Tx, card: Card): Promise<void> {
    try {
      await this.drawUntilFree(tx, 'uq_card__number', () => {
        card.number = newCardNumber((count) => this.chance.bytes(count));
        return tx.insert(Card, card);
      });
    } catch (error) {
      const taken = constraintOf(error);
      if (taken === 'uq_card__one_live' || taken === 'uq_card__cardholder_issue') throw new CardStillRuns();
      throw error;
    }
  }

  private async addCredentials(tx: Tx, cardId: string, media: readonly CredentialMedium[]): Promise<void> {
    await this.drawUntilFree(tx, 'uq_credential__status_index', async () => {
      // Somebody else may draw the same in this moment, hence the second try.
      const places = await this.indexes.draw(tx, media.length);
      const credentials = media.map((medium, at) => ({
        id: newCredentialId((count) => this.chance.bytes(count)),
        cardId,
        medium,
        status: 'active' as const,
        statusIndex: places[at]!,
        createdAt: this.clock.now(),
        revokedAt: null,
      }));
      await tx.insert(Credential, credentials);
    });
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
}

function kindAt(age: number, { eligibility }: Policy): 'young' | 'adult' {
  return age < eligibility.youngCarerUnder ? 'young' : 'adult';
}
