import type { Purpose } from '@carers/information-service';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BulletinState } from '../sending/bulletin-moves.js';
import type { FrozenContent } from './frozen-content.js';

/** One mailing of a carers service. Its words are in `BulletinVersion`; sending moves its state. */
@Entity('bulletin')
export class Bulletin {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  /** Which consent it needs. */
  @Column('text') purpose: Purpose;
  /** What it is called in lists. */
  @Column('text') title: string;
  /** The end of its public page's address. */
  @Column('text') slug: string;
  @Column('text') state: BulletinState;
  /** Whom it goes to, as a `SubscriberFilter`; null until somebody chose. */
  @Column('jsonb', { nullable: true }) segment: object | null;
  @Column('uuid', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
  /** All that copies are made from, as it was when it was confirmed; not read with lists. */
  @Column('jsonb', { nullable: true, select: false }) frozen: FrozenContent | null;
  @Column('timestamptz', { name: 'frozen_at', nullable: true }) frozenAt: Date | null;

  /** Whether its words may be changed: not once somebody said yes to them. */
  get isOpen(): boolean {
    return this.state === 'draft';
  }

  /** Whether everybody may read it on the web: from when the first copies leave. */
  get isPublic(): boolean {
    return this.state === 'sending' || this.state === 'paused' || this.state === 'sent';
  }
}
