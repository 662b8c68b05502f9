import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What officers write to businesses about. The words around their own are in the catalogue, under `vetting:letters`. */
export const letterKinds = [
  'ask_more',
  'visit',
  'advice',
  'warning',
  'approved',
  'refused',
  'sent_back',
  'suspended',
  'lifted',
  'removed',
  'upheld',
  'overturned',
  'complaint',
  'file_refused',
  'other',
] as const;
export type LetterKind = (typeof letterKinds)[number];

/** Kinds that officers begin themselves. The others go with what they tell of: nobody writes of a decision that nobody made. */
export const chosenLetters = ['ask_more', 'visit', 'complaint', 'other'] as const satisfies readonly LetterKind[];

/** A letter or mail to a business, kept on its file for as long as the file: what was sent is gone sooner. */
@Entity('vetting_letter')
export class VettingLetter {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  @Column('text') kind: LetterKind;
  @Column('text') channel: 'email' | 'letter';
  /** The officer's own words. */
  @SealedColumn({ name: 'words' }) words: string;
  @Column('uuid', { name: 'message_id' }) messageId: string;
  /** Account id; `system` where the file itself led to it. */
  @Column('text', { name: 'sent_by' }) sentBy: string;
  @Column('timestamptz', { name: 'sent_at' }) sentAt: Date;
}
