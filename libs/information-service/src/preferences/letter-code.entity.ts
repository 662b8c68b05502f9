import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The code on one letter to one subscriber. With the postcode it opens their preferences; alone it says who got which letter. */
@Entity('letter_code')
export class LetterCode {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'subscriber_id' }) subscriberId: string;
  /** The code as stored, without hyphens: sealed, so that a print run can be made again. */
  @SealedColumn({ name: 'code' }) code: string;
  /** By this it is found. */
  @Column('text', { name: 'code_hash' }) codeHash: string;
  /** Which letter: for instance `delivery` and its id. */
  @Column('text', { name: 'about_kind' }) aboutKind: string;
  @Column('text', { name: 'about_id' }) aboutId: string;
  @Column('timestamptz', { name: 'issued_at' }) issuedAt: Date;
}
