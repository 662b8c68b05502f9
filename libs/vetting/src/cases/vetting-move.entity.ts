import { type ActorKind } from '@carers/audit';
import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CaseMove, CaseState } from './case-moves.js';

/** One move of a case: its history, newest last. Rows are only added. */
@Entity('vetting_move')
export class VettingMove {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  /** Counts the moves of the case from 1. */
  @Column('integer') number: number;
  @Column('text') move: CaseMove;
  @Column('text', { name: 'from_state' }) from: CaseState;
  @Column('text', { name: 'to_state' }) to: CaseState;
  @Column('text', { name: 'actor_kind' }) actorKind: ActorKind;
  @Column('text', { name: 'actor_id' }) actorId: string;
  /** A key of the programme's own reasons, where one was chosen. */
  @Column('text', { name: 'reason_key', nullable: true }) reasonKey: string | null;
  @SealedColumn({ name: 'words', nullable: true }) words: string | null;
  @Column('timestamptz', { name: 'moved_at' }) movedAt: Date;
}
