import { SealedColumn } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { isEnded, type LeadStage, nextStages } from './lead-stages.js';
import { LeadStageForbids } from '../recruiting.problems.js';

export type LeadSource = 'public' | 'cardholder' | 'staff';

/** How a suggested business (a `lead` of kind `suggestion`) is followed up. */
@Entity('recruiting_lead')
export class RecruitingLead {
  @PrimaryColumn('uuid', { name: 'lead_id' }) leadId: string;
  @Column('uuid', { name: 'region_id', nullable: true }) regionId: string | null;
  @Column('text', { nullable: true }) postcode: string | null;
  /** Who suggested it first. */
  @Column('text') source: LeadSource;
  /** Whom to ask for there, as somebody wrote it: a name, number or web address. */
  @SealedColumn({ name: 'ask_for', nullable: true }) askFor: string | null;
  @Column('text') stage: LeadStage;
  @Column('timestamptz', { name: 'stage_since' }) stageSince: Date;
  /** When to get back to them. */
  @Column('date', { name: 'next_on', nullable: true }) nextOn: LocalDate | null;
  @Column('uuid', { name: 'assignee_id', nullable: true }) assigneeId: string | null;
  /** The business that it became. */
  @Column('uuid', { name: 'business_id', nullable: true }) businessId: string | null;
  /** The lead that it turned out to be the same as. Its supporters count there; nothing is moved, so it can be undone. */
  @Column('uuid', { name: 'merged_into', nullable: true }) mergedInto: string | null;
  /** Cardholders who suggested it, those of leads merged into it included. */
  @Column('integer') supporters: number;
  /** How often people without a card, or staff for somebody, suggested it. */
  @Column('integer') others: number;
  @Column('timestamptz', { name: 'last_asked_at' }) lastAskedAt: Date;
  /** Since when nothing here is about a person. */
  @Column('timestamptz', { name: 'forgotten_at', nullable: true }) forgottenAt: Date | null;

  /** Puts it at another stage; what has ended has no next date. @throws LeadStageForbids */
  goTo(stage: LeadStage, nextOn: LocalDate | null, at: Date): void {
    if (stage !== this.stage && !nextStages(this.stage).includes(stage)) throw new LeadStageForbids();
    if (stage !== this.stage) this.stageSince = at;
    this.stage = stage;
    this.nextOn = isEnded(stage) ? null : nextOn;
  }

  /** It joined as this business. */
  join(businessId: string, at: Date): void {
    this.stage = 'joined';
    this.stageSince = at;
    this.nextOn = null;
    this.businessId = businessId;
  }

  /** It was another one after all. @throws LeadStageForbids unless it has joined */
  unjoin(at: Date): void {
    if (this.stage !== 'joined') throw new LeadStageForbids();
    this.stage = 'interested';
    this.stageSince = at;
    this.businessId = null;
  }
}
