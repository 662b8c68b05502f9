import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role, ScopeKind } from './roles.js';

/** A role that an account has, for the whole scheme or for one business or carers service. */
@Entity('account_role')
export class AccountRole {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'account_id' }) accountId: string;
  @Column('text') role: Role;
  @Column('text', { name: 'scope_kind', nullable: true }) scopeKind: ScopeKind | null;
  @Column('uuid', { name: 'scope_id', nullable: true }) scopeId: string | null;
  @Column('timestamptz', { name: 'granted_at' }) grantedAt: Date;
}
