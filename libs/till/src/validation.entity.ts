import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CardReason } from './reasons.js';

/** One check of a card at a till, whatever its answer. Written by `validate.statement.ts`. */
@Entity('validation')
export class Validation {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'till_id' }) tillId: string;
  @Column('uuid', { name: 'branch_id' }) branchId: string;
  @Column('uuid', { name: 'scan_id' }) scanId: string;
  @Column('timestamptz') at: Date;
  @Column('uuid', { name: 'card_id', nullable: true }) cardId: string | null;
  @Column('text', { name: 'credential_id', nullable: true }) credentialId: string | null;
  @Column('text') outcome: 'valid' | 'not_valid';
  @Column('text', { nullable: true }) reason: CardReason | null;
  /** Since when nothing here leads to a card. */
  @Column('timestamptz', { name: 'unlinked_at', nullable: true }) unlinkedAt: Date | null;
}
