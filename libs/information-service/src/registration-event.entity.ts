import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Way } from './purposes.js';

/** What happens to a registration. `changed` is another format, language, topic or pause; `moved` another carers service. */
export type RegistrationFact = 'registered' | 'changed' | 'left' | 'returned' | 'moved';

/** One thing that happened to a registration. Rows are only ever added; the database refuses the rest. */
@Entity('registration_event')
export class RegistrationEvent {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'subscriber_id' }) subscriberId: string;
  /** 1 for the first of a person, one more for each that follows: what tells two of the same moment apart. */
  @Column('integer') number: number;
  @Column('text') fact: RegistrationFact;
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  @Column('uuid', { name: 'region_id' }) regionId: string;
  @Column('timestamptz') at: Date;
  @Column('text') how: Way;
  @Column('text', { name: 'asked_by_kind' }) askedByKind: string;
  @Column('text', { name: 'asked_by_id' }) askedById: string;
  /** What is different now, with `registered` how it began: field → value. Never contact details. */
  @Column('jsonb') changes: Record<string, string | string[] | null>;
}
