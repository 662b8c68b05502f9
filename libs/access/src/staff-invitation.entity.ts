import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role, ScopeKind } from './roles.js';

/** An invitation to take on a role. It gives the role, never a session: whoever accepts still has to sign in. */
@Entity('staff_invitation')
export class StaffInvitation {
  static readonly days = 7;

  @PrimaryColumn('uuid') id: string;
  @SealedColumn({ name: 'email' }) email: string;
  @Column('text', { name: 'email_hash' }) emailHash: string;
  @Column('text') role: Role;
  @Column('text', { name: 'scope_kind', nullable: true }) scopeKind: ScopeKind | null;
  @Column('uuid', { name: 'scope_id', nullable: true }) scopeId: string | null;
  /** Hash of the token in the link; null until the message is made. */
  @Column('text', { name: 'token_hash', nullable: true }) tokenHash: string | null;
  @Column('timestamptz', { name: 'invited_at' }) invitedAt: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt: Date;
  @Column('timestamptz', { name: 'accepted_at', nullable: true }) acceptedAt: Date | null;
  @Column('timestamptz', { name: 'withdrawn_at', nullable: true }) withdrawnAt: Date | null;

  isOpen(at: Date): boolean {
    return this.acceptedAt === null && this.withdrawnAt === null && at < this.expiresAt;
  }
}
