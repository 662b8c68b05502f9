import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export const tieKinds = ['family', 'friend', 'money', 'work', 'customer', 'other'] as const;

/** How an officer is tied to a business. */
export type TieKind = (typeof tieKinds)[number];

/** An officer's word that they are tied to a business. While it stands they have no part in its cases. */
@Entity('conflict_declaration')
export class ConflictDeclaration {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('uuid', { name: 'account_id' }) accountId: string;
  @Column('text') kind: TieKind;
  @SealedColumn({ name: 'words', nullable: true }) words: string | null;
  @Column('timestamptz', { name: 'declared_at' }) declaredAt: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
}
