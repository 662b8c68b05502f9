import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One line of an invoice: what, how many, at what price, with what VAT. */
@Entity('invoice_line')
export class InvoiceLineRow {
  @PrimaryColumn('uuid', { name: 'invoice_id' }) invoiceId: string;
  @PrimaryColumn('integer') place: number;
  @Column('text') description: string;
  @Column('integer') quantity: number;
  @Column('integer', { name: 'unit_net_pence' }) unitNetPence: number;
  /** In hundredths of a per cent: 2000 is 20 %. */
  @Column('integer', { name: 'vat_rate' }) vatRate: number;
  @Column('integer', { name: 'net_pence' }) netPence: number;
  @Column('integer', { name: 'vat_pence' }) vatPence: number;
}
