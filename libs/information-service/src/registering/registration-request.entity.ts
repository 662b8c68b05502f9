import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A form that was sent, or a request of another system: what makes a second sending the same as the first. */
@Entity('registration_request')
export class RegistrationRequest {
  /** Where it came in: a form's name, or the id of a service's key. */
  @PrimaryColumn('text') door: string;
  @PrimaryColumn('text', { name: 'key_hash' }) keyHash: string;
  @Column('text', { name: 'request_hash' }) requestHash: string;
  /** Who was registered by it; null while that is under way. */
  @Column('uuid', { name: 'subscriber_id', nullable: true }) subscriberId: string | null;
  @Column('timestamptz') at: Date;
}
