import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A picture of a bulletin, made ready for screens and for paper when it was uploaded. It never changes. */
@Entity('bulletin_picture')
export class BulletinPicture {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'bulletin_id' }) bulletinId: string;
  /** Its name in the text: `picture:3`. */
  @Column('integer') number: number;
  @Column('text') alt: string;
  @Column('bytea', { select: false }) mail: Buffer;
  @Column('integer', { name: 'mail_width' }) mailWidth: number;
  @Column('integer', { name: 'mail_height' }) mailHeight: number;
  @Column('bytea', { select: false }) print: Buffer;
  @Column('integer', { name: 'print_width' }) printWidth: number;
  @Column('integer', { name: 'print_height' }) printHeight: number;
  @Column('uuid', { name: 'added_by' }) addedBy: string;
  @Column('timestamptz', { name: 'added_at' }) addedAt: Date;
}
