import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How `Suppressions` knows somebody's postal address and name, so that SQL can count who is left out. E-mail addresses and
 * numbers have their hashes at the cardholder. No row for people without an address.
 */
@Entity('subscriber_post_key')
export class SubscriberPostKey {
  @PrimaryColumn('uuid', { name: 'subscriber_id' }) subscriberId: string;
  @Column('text', { name: 'address_hash' }) addressHash: string;
  @Column('text', { name: 'name_hash' }) nameHash: string;
}
