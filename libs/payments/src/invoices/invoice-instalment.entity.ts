import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A part of an invoice and its day; an invoice without instalments has one, the whole. */
@Entity('invoice_instalment')
export class InvoiceInstalment {
  @PrimaryColumn('uuid', { name: 'invoice_id' }) invoiceId: string;
  @PrimaryColumn('integer') place: number;
  @Column('date', { name: 'due_on' }) dueOn: LocalDate;
  @Column('integer') pence: number;
}
