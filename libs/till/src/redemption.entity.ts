import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a use was told from: the till as it happened, a till that was offline, or a chain's settlement file. */
export type RedemptionSource = 'online' | 'offline' | 'settlement';

/** An offer used by a cardholder, after an accepted validation. Written by the database function `till_record`. */
@Entity('redemption')
export class Redemption {
  @PrimaryColumn('uuid') id: string;
  /** Null for a use that a chain's settlement file told of. */
  @Column('uuid', { name: 'till_id', nullable: true }) tillId: string | null;
  @Column('uuid', { name: 'branch_id' }) branchId: string;
  @Column('uuid', { name: 'scan_id' }) scanId: string;
  @Column('uuid', { name: 'offer_id' }) offerId: string;
  @Column('integer', { name: 'offer_revision' }) offerRevision: number;
  /** Null once the link to a person has run out. */
  @Column('uuid', { name: 'card_id', nullable: true }) cardId: string | null;
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt: Date;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt: Date;
  @Column('integer', { name: 'basket_pence', nullable: true }) basketPence: number | null;
  @Column('integer', { name: 'saving_pence', nullable: true }) savingPence: number | null;
  /** Counters of `offer_counter` that this use was added to. */
  @Column('text', { array: true }) counted: string[];
  @Column('text') source: RedemptionSource;
  /** `not_checked`: of a phone's card, whose rotating code nobody could check. */
  @Column('text', { name: 'code_check', nullable: true }) codeCheck: 'not_checked' | null;
  /** Why staff look at it, in words for machines. */
  @Column('text', { array: true }) flags: string[];
  @Column('timestamptz', { name: 'undone_at', nullable: true }) undoneAt: Date | null;
  @Column('text', { name: 'undo_reason', nullable: true }) undoReason: string | null;
  /** Since when nothing here leads to a card. */
  @Column('timestamptz', { name: 'unlinked_at', nullable: true }) unlinkedAt: Date | null;
}
