import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a message was queued for somebody: its key is what makes it once. */
@Entity('automatic_message_queued')
export class AutomaticMessageQueued {
  /** Subscriber or cardholder. */
  @PrimaryColumn('uuid', { name: 'person_id' }) personId: string;
  @PrimaryColumn('text', { name: 'message_key' }) messageKey: string;
  /** What it was about, where it may come again: the last day of a card, the number of one. */
  @PrimaryColumn('text') occasion: string;
  @Column('timestamptz', { name: 'queued_at' }) queuedAt: Date;
}
