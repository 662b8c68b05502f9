import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a payer was reminded of an instalment. The key lets each kind of reminder go out once. */
@Entity('invoice_reminder')
export class InvoiceReminder {
  @PrimaryColumn('uuid', { name: 'invoice_id' }) invoiceId: string;
  @PrimaryColumn('integer') instalment: number;
  @PrimaryColumn('text') kind: string;
  @Column('timestamptz', { name: 'sent_at' }) sentAt: Date;
}
