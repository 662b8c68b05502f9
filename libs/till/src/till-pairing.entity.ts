import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An invitation for one phone to become a till of a branch: a short code, used once, for ten minutes. */
@Entity('till_pairing')
export class TillPairing {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'branch_id' }) branchId: string;
  /** What the till will be called, as "Counter". */
  @Column('text') name: string;
  @Column('text', { name: 'code_hash' }) codeHash: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt: Date;
  @Column('uuid', { name: 'till_id', nullable: true }) tillId: string | null;
  @Column('timestamptz', { name: 'used_at', nullable: true }) usedAt: Date | null;
}
