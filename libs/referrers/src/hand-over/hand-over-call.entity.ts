import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What became of a call that ended nothing. */
export const callOutcomes = ['no_answer', 'call_later'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

/** One call to a carer who was handed over. */
@Entity('hand_over_call')
export class HandOverCall {
  @PrimaryColumn('uuid', { name: 'hand_over_id' }) handOverId: string;
  /** 1 for the first. */
  @PrimaryColumn('integer') number: number;
  @Column('timestamptz') at: Date;
  @Column('text', { name: 'account_id' }) accountId: string;
  @Column('text') outcome: CallOutcome;
}
