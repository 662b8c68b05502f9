import type { SigningKey } from '@carers/credentials';
import { sealedText } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * `next`: published, and signs once it is promoted. `active`: signs; the newest does. `verifying`: checks the cards that
 * it signed. `revoked`: trusted no more, with all that it signed.
 */
export type KeyStatus = 'next' | 'active' | 'verifying' | 'revoked';

/** A key that signs cards, or signed them. The private part is sealed. */
@Entity('card_signing_key')
export class CardSigningKey {
  @PrimaryColumn('text') kid: string;
  /** The key as JSON (`SigningKey` of the credentials lib), private part included where it signs or signed. */
  @Column('text', { name: 'jwk', transformer: sealedText('card-signing-key') }) jwk: string;
  @Column('text') status: KeyStatus;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

/** The status stands in the row, since a rotation changes it; the sealed text keeps what the key was made with. */
export function keyOf({ jwk, status }: CardSigningKey): SigningKey {
  const key = JSON.parse(jwk) as Omit<SigningKey, 'notBefore'> & { notBefore?: string };
  const notBefore = key.notBefore === undefined ? undefined : new Date(key.notBefore);
  // A revoked key is left out before it comes here; should it come all the same, it must not sign.
  return { ...key, notBefore, status: status === 'revoked' ? 'verifying' : status };
}
