import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody who can sign in. Contact details are sealed; the hashes beside them are how they are found. */
@Entity('account')
export class Account {
  @PrimaryColumn('uuid') id: string;
  @SealedColumn({ name: 'email', nullable: true }) email: string | null;
  @Column('text', { name: 'email_hash', nullable: true }) emailHash: string | null;
  /** E.164, as in `+447700900123`. */
  @SealedColumn({ name: 'mobile', nullable: true }) mobile: string | null;
  @Column('text', { name: 'mobile_hash', nullable: true }) mobileHash: string | null;
  @SealedColumn({ name: 'name' }) name: string;
  @Column('text') locale: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'disabled_at', nullable: true }) disabledAt: Date | null;
  /** Base32 (RFC 4648), as an authenticator app takes it. */
  @SealedColumn({ name: 'totp_secret', nullable: true }) totpSecret: string | null;
  @Column('timestamptz', { name: 'totp_confirmed_at', nullable: true }) totpConfirmedAt: Date | null;
  /** The newest 30-second step whose code was used: no code works twice (RFC 6238, section 5.2). */
  @Column('bigint', { name: 'totp_last_step', nullable: true }) totpLastStep: number | null;
}
