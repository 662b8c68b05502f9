import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a credit note takes back at one rate of VAT. */
@Entity('credit_note_line')
export class CreditNoteLine {
  @PrimaryColumn('uuid', { name: 'document_id' }) documentId: string;
  @Column('uuid', { name: 'invoice_id' }) invoiceId: string;
  @PrimaryColumn('integer', { name: 'vat_rate' }) vatRate: number;
  @Column('integer', { name: 'net_pence' }) netPence: number;
  @Column('integer', { name: 'vat_pence' }) vatPence: number;
}
