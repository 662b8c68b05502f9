import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** In which capacity somebody answers for a child. */
export const capacities = ['parent', 'guardian', 'young_carers_worker', 'teacher', 'other'] as const;
export type Capacity = (typeof capacities)[number];

/** An adult who decides for a child what it is sent. Consent events hold the id; who it was can be taken away. */
@Entity('consent_decider')
export class ConsentDecider {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'subscriber_id' }) subscriberId: string;
  @Column('text') capacity: Capacity;
  @SealedColumn({ name: 'name', nullable: true }) name: string | null;
  /** How to reach them, as they gave it. */
  @SealedColumn({ name: 'contact', nullable: true }) contact: string | null;
  @Column('timestamptz', { name: 'decided_at' }) decidedAt: Date;
  /** When the child, old enough by then, was asked to decide for themselves. */
  @Column('timestamptz', { name: 'child_asked_at', nullable: true }) childAskedAt: Date | null;
}
