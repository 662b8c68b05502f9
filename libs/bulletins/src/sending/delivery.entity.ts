import type { Channel, HeldReason } from '@carers/information-service';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * `waiting → claimed → sent → delivered | bounced`, or `failed` (refused for good), `unknown` (twice in doubt: a person
 * looks), `held` (not sent, and why). A letter goes `waiting → to_print → printed`.
 */
export const deliveryStates = [
  'waiting',
  'claimed',
  'sent',
  'failed',
  'unknown',
  'held',
  'to_print',
  'printed',
  'bounced',
  'delivered',
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/**
 * Why a copy was not sent: what the last door says, no way to reach them at all, the bulletin was cancelled, or it would
 * be a letter to somebody who asked for a recording.
 */
export type HeldWhy = HeldReason | 'cancelled' | 'audio';

/** One copy of one bulletin for one person. There is never a second: bulletin and person are unique together. */
@Entity('delivery')
export class Delivery {
  /** Also the reference that a provider gets, and the left part of the Message-ID. */
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'bulletin_id' }) bulletinId: string;
  @Column('uuid', { name: 'subscriber_id' }) subscriberId: string;
  @Column('uuid', { name: 'batch_id', nullable: true }) batchId: string | null;
  /** Null only for somebody who can be reached by none. */
  @Column('text', { nullable: true }) channel: Channel | null;
  /**
   * The address that it was handed over to, as `Suppressions` knows it: what comes back later is about this one, and not
   * about one that its person gave since. Null for letters, and of people who were erased.
   */
  @Column('text', { name: 'address_hash', nullable: true }) addressHash: string | null;
  @Column('text') state: DeliveryState;
  @Column('text', { name: 'held', nullable: true }) held: HeldWhy | null;
  /** Why a letter ought not to have gone, where that came up when the print house had it. */
  @Column('text', { name: 'too_late', nullable: true }) tooLate: HeldWhy | 'new_address' | null;
  /** The worker that has claimed it. */
  @Column('integer', { name: 'sender_number', nullable: true }) senderNumber: number | null;
  /** How often a provider put it off. */
  @Column('integer') tries: number;
  /** How often it was not known whether it had left. */
  @Column('integer') doubts: number;
  @Column('timestamptz', { name: 'next_try_at', nullable: true }) nextTryAt: Date | null;
  @Column('timestamptz', { name: 'sent_at', nullable: true }) sentAt: Date | null;
  /** When it was known to have arrived, or not. */
  @Column('timestamptz', { name: 'settled_at', nullable: true }) settledAt: Date | null;
  @Column('text', { name: 'provider_reference', nullable: true }) providerReference: string | null;
  /** What the provider said, without addresses. */
  @Column('text', { nullable: true }) error: string | null;
  /** Segments of a text, pages of a letter. */
  @Column('integer', { nullable: true }) units: number | null;
  @Column('numeric', { name: 'cost_pence', nullable: true }) costPence: string | null;
}
