import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One thing that somebody did, or that happened, to one subject. Rows are only ever added; the database refuses the rest. */
@Entity('audit_event')
export class AuditEvent {
  @PrimaryColumn('uuid') id: string;
  @Column('timestamptz', { name: 'happened_at' }) happenedAt: Date;
  @Column('text', { name: 'actor_kind' }) actorKind: ActorKind;
  @Column('text', { name: 'actor_id', nullable: true }) actorId: string | null;
  @Column('text', { name: 'actor_role', nullable: true }) actorRole: string | null;
  @Column('text') action: string;
  @Column('text', { name: 'subject_kind' }) subjectKind: string;
  @Column('text', { name: 'subject_id' }) subjectId: string;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('jsonb') details: object;
  @Column('text', { name: 'request_id', nullable: true }) requestId: string | null;
  @Column('text', { name: 'from_address', nullable: true }) fromAddress: string | null;
}

/** Who can act: a signed-in person, an applicant on the way to a card, a till, a link in a message, or the system. */
export type ActorKind = 'account' | 'applicant' | 'till' | 'link' | 'system';
