import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What came back about one thing that was sent. It counts once, though a mailbox be read again years later. */
@Entity('address_report')
export class AddressReport {
  @PrimaryColumn('text', { name: 'about_kind' }) aboutKind: string;
  @PrimaryColumn('text', { name: 'about_id' }) aboutId: string;
  @PrimaryColumn('text') kind: 'hard' | 'soft' | 'complaint';
  @Column('timestamptz') at: Date;
}
