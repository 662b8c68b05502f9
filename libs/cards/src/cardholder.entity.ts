import { SealedColumn, sealedText } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What somebody is to the people they look after. Several may apply; young ones follow from the date of birth. */
export type CaringRole = 'adult_carer' | 'parent_carer' | 'young_carer' | 'young_adult_carer' | 'former_carer';

/** By which channel a cardholder wants to hear about the card. */
export type ContactChannel = 'email' | 'text' | 'post';

/**
 * A carer whom the scheme knows: to whom it has given a card, or who is registered with the carers service without one.
 * Who registers without a card may leave out the date of birth; a card needs it.
 */
@Entity('cardholder')
export class Cardholder {
  @PrimaryColumn('uuid') id: string;
  @Column('text', { name: 'first_name' }) firstName: string;
  @Column('text', { name: 'last_name' }) lastName: string;
  /** Both without accents and capitals, by which people are found. Kept by the database; read by SQL only. */
  @Column({ type: 'text', name: 'plain_name', insert: false, update: false, select: false }) plainName: string;
  @SealedColumn({ name: 'birth_date', nullable: true }) birthDate: LocalDate | null;
  @Column('text', { name: 'birth_date_hash', nullable: true }) birthDateHash: string | null;
  @SealedColumn({ name: 'email', nullable: true }) email: string | null;
  @Column('text', { name: 'email_hash', nullable: true }) emailHash: string | null;
  /** E.164, as +447700900123. */
  @SealedColumn({ name: 'mobile', nullable: true }) mobile: string | null;
  @Column('text', { name: 'mobile_hash', nullable: true }) mobileHash: string | null;
  @Column('text', { name: 'contact_channel' }) contactChannel: ContactChannel;
  /** Lines of the address without the postcode, one a line. */
  @Column('text', { name: 'address', nullable: true, transformer: sealedText('address') }) address: string | null;
  @SealedColumn({ name: 'postcode' }) postcode: string;
  @Column('text', { name: 'postcode_hash' }) postcodeHash: string;
  @Column('uuid', { name: 'region_id' }) regionId: string;
  @Column('jsonb', { name: 'caring_roles' }) caringRoles: CaringRole[];
  /** About how many hours a week, 1 to 168; null where they did not say. */
  @Column('smallint', { name: 'hours_of_caring', nullable: true }) hoursOfCaring: number | null;
  @Column('text') locale: string;
  @Column('uuid', { name: 'account_id', nullable: true }) accountId: string | null;
  /** Part of the secret in links to the card: raising it ends the old ones. */
  @Column('integer', { name: 'link_version' }) linkVersion: number;
  @Column('timestamptz', { name: 'joined_at' }) joinedAt: Date;
  @Column('timestamptz', { name: 'left_at', nullable: true }) leftAt: Date | null;
  /** When everything that says who they were was taken away. */
  @Column('timestamptz', { name: 'erased_at', nullable: true }) erasedAt: Date | null;
}
