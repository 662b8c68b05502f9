import { sealedText } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export const documentKinds = ['invoice', 'credit_note', 'receipt'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** A numbered document as it was handed out: what stands on it, and its PDF once somebody asked for it. */
@Entity('payment_document')
export class PaymentDocument {
  @PrimaryColumn('uuid') id: string;
  @Column('text') kind: DocumentKind;
  @Column('text') number: string;
  @Column('uuid', { name: 'invoice_id' }) invoiceId: string;
  @Column('uuid', { name: 'transaction_id' }) transactionId: string;
  @Column('date', { name: 'issued_on' }) issuedOn: LocalDate;
  @Column('timestamptz', { name: 'issued_at' }) issuedAt: Date;
  @Column('integer', { name: 'gross_pence' }) grossPence: number;
  /** JSON of `DocumentContent`; null once it need not be kept. */
  @Column('text', { name: 'content', nullable: true, transformer: sealedText('payment_document.content') })
  content: string | null;
  /** The PDF, sealed (`Sealing.sealBytes`); drawn once, so that it is the same file each time. */
  @Column('bytea', { name: 'pdf', nullable: true, select: false }) pdf: Buffer | null;
}
