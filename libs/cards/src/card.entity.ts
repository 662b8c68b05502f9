import type { CredentialKind } from '@carers/credentials';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CardHasEnded } from './cards.problems.js';

/** Where a card stands. That its time has run out (`expired`) follows from `validUntil` and is not stored. */
export type CardStatus = 'active' | 'suspended' | 'revoked';

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

  /** Whether it works on a day. */
  worksOn(day: LocalDate): boolean {
    return this.status === 'active' && this.validFrom <= day && day <= this.validUntil;
  }
}
