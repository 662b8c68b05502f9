import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the post wrote on a letter that came back. */
export const returnReasons = ['gone_away', 'refused', 'incomplete', 'deceased'] as const;
export type ReturnReason = (typeof returnReasons)[number];

/** What followed: letters to this address stop, the person is held, or nothing, since they have another address by now. */
export type ReturnOutcome = 'post_stopped' | 'held' | 'old_address';

/** A letter that came back. Once for each letter: scanned again, it changes nothing. */
@Entity('returned_letter')
export class ReturnedLetter {
  @PrimaryColumn('uuid', { name: 'letter_code_id' }) letterCodeId: string;
  @Column('uuid', { name: 'subscriber_id' }) subscriberId: string;
  @Column('text') reason: ReturnReason;
  @Column('text') outcome: ReturnOutcome;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt: Date;
  /** The account of the officer. */
  @Column('text', { name: 'recorded_by' }) recordedBy: string;
}
