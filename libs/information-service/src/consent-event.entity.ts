import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Capacity } from './children/consent-decider.entity.js';
import type { Channel, ConsentEvidence, Decision, Purpose, Way } from './purposes.js';

/**
 * One answer to one question, as proof (UK GDPR Article 7(1)): who, to what, by which channel, in which words, when,
 * how, and who asked. Rows are only ever added; the database refuses the rest.
 */
@Entity('consent_event')
export class ConsentEvent {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'subscriber_id' }) subscriberId: string;
  /** 1 for the first of a person, one more for each that follows: what tells two of the same moment apart. */
  @Column('integer') number: number;
  /** The carers service that was allowed, or not, to mail. */
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  @Column('text') purpose: Purpose;
  @Column('text') channel: Channel;
  @Column('text') decision: Decision;
  @Column('text', { name: 'wording_version' }) wordingVersion: string;
  @Column('timestamptz') at: Date;
  @Column('text') how: Way;
  /** `account` for staff or a signed-in carer, `applicant`, `link` for the person at their own preference page, `system`. */
  @Column('text', { name: 'asked_by_kind' }) askedByKind: string;
  @Column('text', { name: 'asked_by_id' }) askedById: string;
  /** Who decided: the person, or somebody in this capacity for a child. */
  @Column('text', { name: 'decided_as', default: 'self' }) decidedAs: 'self' | Capacity;
  @Column('uuid', { name: 'decider_id', nullable: true }) deciderId: string | null;
  /** What proves an answer that was given elsewhere, before it came here; null for those given here. */
  @Column('jsonb', { nullable: true }) evidence: ConsentEvidence | null;
}
