import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A sign-in on one device. The cookie holds the secret; here is only its hash. */
@Entity('session')
export class AccountSession {
  @PrimaryColumn('uuid') id: string;
  /** SHA-256 of the id in the cookie, hex. */
  @Column('text', { name: 'token_hash' }) tokenHash: string;
  @Column('uuid', { name: 'account_id' }) accountId: string;
  @Column('timestamptz', { name: 'started_at' }) startedAt: Date;
  @Column('timestamptz', { name: 'last_seen_at' }) lastSeenAt: Date;
  @Column('timestamptz', { name: 'second_factor_at', nullable: true }) secondFactorAt: Date | null;
  /** What sort of device it was, so that people can tell their sign-ins apart. */
  @Column('text') device: Device;
}

export type Device = 'phone' | 'tablet' | 'computer' | 'unknown';
