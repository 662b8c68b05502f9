import { Column, Entity, PrimaryColumn } from 'typeorm';

/** For whom a text is written: Easy Read has short sentences and a picture beside each thought. */
export const editions = ['standard', 'easy_read'] as const;
export type Edition = (typeof editions)[number];

/** A bulletin's text in one language and form. */
@Entity('bulletin_version')
export class BulletinVersion {
  @PrimaryColumn('uuid', { name: 'bulletin_id' }) bulletinId: string;
  @PrimaryColumn('text') locale: string;
  @PrimaryColumn('text') edition: Edition;
  @Column('text') title: string;
  @Column('text') markdown: string;
  /** The text message; null for title and address. */
  @Column('text', { name: 'short_text', nullable: true }) shortText: string | null;
  /** One more with each change: who saves names the one they began with. */
  @Column('integer') revision: number;
  @Column('uuid', { name: 'updated_by' }) updatedBy: string;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}
