import type { CredentialKind } from '@carers/credentials';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CardHasEnded, CardHasExpired, CardIsSuspended } from './cards.problems.js';

/** Where a card stands. That its time has run out (`expired`) follows from `validUntil` and is not stored. */
export type CardStatus = 'active' | 'suspended' | 'revoked';

/** Where a card stands on a day, as its holder and staff are told. */
export type CardState = CardStatus | 'expired' | 'not_yet_valid';

/** Why a card was revoked: decides what a till is told. */
export type RevocationReason = 'lost' | 'superseded' | 'left' | 'caring_ended' | 'misuse' | 'mistake';

/** The entitlement in the registry: one issue of a card to one cardholder. */
@Entity('card')
export class Card {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'cardholder_id' }) cardholderId: string;
  /** `CC` + 8 characters + check symbol, without spaces. Each issue has its own. */
  @Column('text') number: string;
  /** 1 for the first card of a cardholder, one more for each that follows. */
  @Column('integer', { name: 'issue_number' }) issueNumber: number;
  @Column('text') kind: CredentialKind;
  @Column('text') status: CardStatus;
  @Column('date', { name: 'valid_from' }) validFrom: LocalDate;
  /** The last day on which it may be used. */
  @Column('date', { name: 'valid_until' }) validUntil: LocalDate;
  /** First name as printed and as signed in the credential. */
  @Column('text', { name: 'printed_name' }) printedName: string;
  @Column('timestamptz', { name: 'issued_at' }) issuedAt: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
  @Column('text', { name: 'end_reason', nullable: true }) endReason: RevocationReason | null;

  /** Ends the card for good. @throws CardHasEnded */
  revoke(reason: RevocationReason, at: Date): void {
    if (this.status === 'revoked') throw new CardHasEnded();
    this.status = 'revoked';
    this.endReason = reason;
    this.endedAt = at;
  }

  /** Stops the card for a while. @throws CardHasEnded */
  suspend(): void {
    if (this.status === 'revoked') throw new CardHasEnded();
    this.status = 'suspended';
  }

  /** Lets a suspended card work again. @throws CardHasEnded */
  lift(): void {
    if (this.status === 'revoked') throw new CardHasEnded();
    this.status = 'active';
  }

  /**
   * Goes on until another last day. Its number and what is scanned stay, so what is printed works until the day printed on it.
   * @throws CardHasEnded, CardIsSuspended
   */
  renew(until: LocalDate, kind: CredentialKind): void {
    if (this.status === 'revoked') throw new CardHasEnded();
    if (this.status === 'suspended') throw new CardIsSuspended();
    this.validUntil = until;
    this.kind = kind;
  }

  /**
   * A lost card that may be replaced on a day. One that is suspended may not: a new card would undo the suspension.
   * @throws CardHasEnded, CardIsSuspended, CardHasExpired
   */
  checkReplaceable(day: LocalDate): void {
    const state = this.stateOn(day);
    if (state === 'revoked') throw new CardHasEnded();
    if (state === 'suspended') throw new CardIsSuspended();
    if (state === 'expired') throw new CardHasExpired();
  }

  /** Where it stands on a day. What staff decided weighs more than the calendar. */
  stateOn(day: LocalDate): CardState {
    if (this.status !== 'active') return this.status;
    if (day > this.validUntil) return 'expired';
    return day < this.validFrom ? 'not_yet_valid' : 'active';
  }

  /** Whether it works on a day. */
  worksOn(day: LocalDate): boolean {
    return this.stateOn(day) === 'active';
  }
}
