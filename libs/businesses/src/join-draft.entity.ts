import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A registration on its way: what was answered so far. Found by the hash of a token that only its browser and link know. */
@Entity('join_draft')
export class JoinDraft {
  @PrimaryColumn('uuid') id: string;
  /** SHA-256 of the token, as 64 hex digits: 160 random bits need no slow hash. */
  @Column('text', { name: 'token_hash' }) tokenHash: string;
  /** The answers as JSON. Sealed, since they name a person and how to reach them. */
  @SealedColumn({ name: 'answers' }) answers: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'changed_at' }) changedAt: Date;
  /** After this the draft is gone. */
  @Column('timestamptz', { name: 'expires_at' }) expiresAt: Date;
  /** What became of it, once it was sent: sending again changes nothing. */
  @Column('uuid', { name: 'business_id', nullable: true }) businessId: string | null;
  @Column('uuid', { name: 'lead_id', nullable: true }) leadId: string | null;
}
