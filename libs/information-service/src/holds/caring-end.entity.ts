import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody's caring has ended, and their card goes on for the scheme's tail. Nothing stands here of the person who died. */
@Entity('caring_end')
export class CaringEnd {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'subscriber_id' }) subscriberId: string;
  @Column('date', { name: 'ended_on' }) endedOn: LocalDate;
  /** The last day of the card: `endedOn` and the tail of the policy that was in force then. */
  @Column('date', { name: 'card_until' }) cardUntil: LocalDate;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt: Date;
  /** When the message about the card's last day was queued. */
  @Column('timestamptz', { name: 'told_at', nullable: true }) toldAt: Date | null;
  /** When the card was ended, or found to have ended. */
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt: Date | null;
  /** When it was put right: they still care for somebody. */
  @Column('timestamptz', { name: 'taken_back_at', nullable: true }) takenBackAt: Date | null;
}
