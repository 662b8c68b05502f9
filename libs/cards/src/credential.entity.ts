import type { ListedStatus } from '@carers/credentials';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a credential is carried. Phone and print can be stopped one without the other. */
export type CredentialMedium = 'phone' | 'printed' | 'plastic';

/** One scannable token of a card. The token itself is signed anew whenever it is shown, so none is stored. */
@Entity('credential')
export class Credential {
  /** Sixteen hexadecimal characters, in the token as `cti`. */
  @PrimaryColumn('text') id: string;
  @Column('uuid', { name: 'card_id' }) cardId: string;
  @Column('text') medium: CredentialMedium;
  @Column('text') status: 'active' | 'revoked';
  /** Its place in the status list: random, so that a place tells nothing about when the card was issued. */
  @Column('integer', { name: 'status_index' }) statusIndex: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt: Date | null;
  /** What the status list says: 0 valid, 1 invalid, 2 suspended. Like the next two it is kept by triggers. */
  @Column({ type: 'integer', name: 'listed_status', insert: false, update: false }) listedStatus: ListedStatus;
  /** The card's last day. Later the credential is refused as expired, and need not be listed. */
  @Column({ type: 'date', name: 'listed_until', insert: false, update: false }) listedUntil: LocalDate;
  /** By the database's clock; null where the listed status never changed. */
  @Column({ type: 'timestamptz', name: 'listed_changed_at', nullable: true, insert: false, update: false })
  listedChangedAt: Date | null;
}
