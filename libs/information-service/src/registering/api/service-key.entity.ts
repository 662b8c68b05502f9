import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a key may be used for. */
export const serviceScopes = ['read', 'write'] as const;
export type ServiceScope = (typeof serviceScopes)[number];

/** A system of a carers service that may work on its list. */
@Entity('service_key')
export class ServiceKey {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  /** What the system is called, in the officer's words. */
  @Column('text') name: string;
  @Column('jsonb') scopes: ServiceScope[];
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt: Date | null;
}

/** The secret of a key: one, and while it is being rotated two, of which the older ends by itself. */
@Entity('service_secret')
export class ServiceSecret {
  /** SHA-256 of the secret; the secret itself is shown once and kept nowhere. It has 160 random bits. */
  @PrimaryColumn('text', { name: 'key_hash' }) keyHash: string;
  @Column('uuid', { name: 'service_key_id' }) serviceKeyId: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  /** When a rotated secret stops working; null for the present one. */
  @Column('timestamptz', { name: 'ends_at', nullable: true }) endsAt: Date | null;
  /** To the minute. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt: Date | null;
}
