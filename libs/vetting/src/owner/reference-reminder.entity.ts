import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a referee was asked once more. There is one row at most, so there is one reminder. */
@Entity('reference_reminder')
export class ReferenceReminder {
  @PrimaryColumn('uuid', { name: 'reference_id' }) referenceId: string;
  @Column('timestamptz', { name: 'reminded_at' }) remindedAt: Date;
}
