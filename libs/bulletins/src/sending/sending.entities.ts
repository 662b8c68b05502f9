import { SealedColumn } from '@carers/database';
import type { Channel } from '@carers/information-service';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who said yes to a bulletin, and when it goes. */
@Entity('bulletin_sending')
export class BulletinSending {
  @PrimaryColumn('uuid', { name: 'bulletin_id' }) bulletinId: string;
  /** One more with each confirmation: what was planned by an earlier one starts nothing. */
  @Column('integer') turn: number;
  @Column('uuid', { name: 'confirmed_by' }) confirmedBy: string;
  @Column('timestamptz', { name: 'confirmed_at' }) confirmedAt: Date;
  /** How many would have got it when it was confirmed. */
  @Column('integer') people: number;
  @Column('boolean', { name: 'needs_second' }) needsSecond: boolean;
  @Column('uuid', { name: 'approved_by', nullable: true }) approvedBy: string | null;
  @Column('timestamptz', { name: 'approved_at', nullable: true }) approvedAt: Date | null;
  @Column('timestamptz', { name: 'starts_at' }) startsAt: Date;
  @Column('timestamptz', { name: 'started_at', nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
}

export type BatchState = 'waiting' | 'sending' | 'done' | 'failed';

/** Some hundred copies of one bulletin by one channel: the work of one job. */
@Entity('delivery_batch')
export class DeliveryBatch {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'bulletin_id' }) bulletinId: string;
  @Column('text') channel: Channel;
  @Column('integer') number: number;
  @Column('integer') people: number;
  @Column('text') state: BatchState;
  @Column('integer', { name: 'sender_number', nullable: true }) senderNumber: number | null;
  /** One more with each job that is asked for: part of the job's key. */
  @Column('integer') turn: number;
  /** How often it ended with an error of ours. */
  @Column('integer') tries: number;
  @Column('timestamptz', { name: 'due_at' }) dueAt: Date;
  @Column('text', { nullable: true }) error: string | null;
}

/** A worker that sends: it lives as long as the advisory lock of its number. */
@Entity('delivery_sender')
export class DeliverySender {
  @PrimaryColumn('integer') number: number;
  /** Copies of which it is not known at this moment whether they have left. */
  @Column('uuid', { name: 'in_doubt', array: true }) inDoubt: string[];
  @Column('timestamptz') since: Date;
}

/** How a provider is: when it takes the next message, and whether it is away. */
@Entity('delivery_provider')
export class DeliveryProvider {
  @PrimaryColumn('text') provider: string;
  @Column('timestamptz', { name: 'next_at' }) nextAt: Date;
  @Column('timestamptz', { name: 'away_until', nullable: true }) awayUntil: Date | null;
  @Column('text', { name: 'away_error', nullable: true }) awayError: string | null;
  @Column('integer', { name: 'away_times' }) awayTimes: number;
}

export type PrintRunState = 'gathering' | 'printing' | 'ready' | 'sent' | 'failed';

/** The letters of one bulletin as one file for the print house. */
@Entity('print_run')
export class PrintRun {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'bulletin_id' }) bulletinId: string;
  @Column('text') state: PrintRunState;
  /** The moment that stands in the file: with it, the same letters give the same bytes. */
  @Column('timestamptz', { name: 'printed_as_of' }) printedAsOf: Date;
  @Column('integer') letters: number;
  @Column('integer', { nullable: true }) sides: number | null;
  @Column('bigint', { nullable: true }) bytes: number | null;
  /** Of the whole file, in hex. */
  @Column('text', { nullable: true }) sha256: string | null;
  /** The file is kept until then; after, it is made again when somebody asks. */
  @Column('timestamptz', { name: 'file_until', nullable: true }) fileUntil: Date | null;
  @Column('uuid', { name: 'sent_by', nullable: true }) sentBy: string | null;
  @Column('timestamptz', { name: 'sent_at', nullable: true }) sentAt: Date | null;
  @Column('text', { nullable: true }) error: string | null;
}

/** One letter of a print run: all of the person that stands in it, as it was then. */
@Entity('print_letter')
export class PrintLetter {
  @PrimaryColumn('uuid', { name: 'run_id' }) runId: string;
  /** From 1, in the order of postcodes. */
  @PrimaryColumn('integer') number: number;
  @Column('uuid', { name: 'delivery_id' }) deliveryId: string;
  /** JSON of what the letter printer was given. */
  @SealedColumn({ name: 'person' }) person: string;
  @Column('integer', { nullable: true }) pages: number | null;
  @Column('integer', { name: 'first_side', nullable: true }) firstSide: number | null;
}

/** A part of a print run's file, sealed, about a megabyte. */
@Entity('print_piece')
export class PrintPiece {
  @PrimaryColumn('uuid', { name: 'run_id' }) runId: string;
  @PrimaryColumn('integer') number: number;
  @Column('bytea') bytes: Buffer;
}
