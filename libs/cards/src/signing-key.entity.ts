import { sealedText } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that signs cards, or signed them. The private part is sealed. */
@Entity('card_signing_key')
export class CardSigningKey {
  @PrimaryColumn('text') kid: string;
  /** The key as JSON (`SigningKey` of the credentials lib), private part included where it signs or signed. */
  @Column('text', { name: 'jwk', transformer: sealedText('card-signing-key') }) jwk: string;
  @Column('text') status: 'active' | 'verifying';
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
