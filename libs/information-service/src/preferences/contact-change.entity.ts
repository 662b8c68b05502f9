import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Way } from '../purposes.js';

/** A new e-mail address or mobile number that waits until somebody there says that it is right. */
@Entity('contact_change')
export class ContactChange {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'subscriber_id' }) subscriberId: string;
  @Column('text') channel: 'email' | 'text';
  /** The new one, normalised; null once it is in use, since it stands with the person then. */
  @SealedColumn({ name: 'new_address', nullable: true }) newAddress: string | null;
  @Column('text') how: Way;
  @Column('text', { name: 'asked_by_kind' }) askedByKind: string;
  @Column('text', { name: 'asked_by_id' }) askedById: string;
  @Column('timestamptz', { name: 'requested_at' }) requestedAt: Date;
  @Column('timestamptz', { name: 'confirmed_at', nullable: true }) confirmedAt: Date | null;
}
