import { SealedColumn } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { InvoiceInstalment } from './invoice-instalment.entity.js';

/** `open` while something is owed; otherwise how that ended. */
export type InvoiceState = 'open' | 'paid' | 'credited' | 'written_off';
export const invoiceStates = ['open', 'paid', 'credited', 'written_off'] as const;

/** The sums of an invoice that the ledger changes. */
export type InvoiceSum = 'creditedPence' | 'writtenOffPence' | 'receivedPence' | 'refundedPence' | 'disputedPence';

/**
 * Money that a business owes and why. What was issued stays as it is (the database sees to it); the sums follow the
 * ledger: `due = gross − credited − written off − received + refunded`, below zero where too much was paid.
 */
@Entity('invoice')
export class Invoice {
  @PrimaryColumn('uuid') id: string;
  /** As `CC-INV-2026-000001`. */
  @Column('text') number: string;
  @Column('text') once: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  /** What is paid for, as `trader-vetting.annual`: who issued it knows. */
  @Column('text') purpose: string;
  @Column('text', { name: 'about_kind' }) aboutKind: string;
  @Column('text', { name: 'about_id' }) aboutId: string;
  @SealedColumn({ name: 'payer_name' }) payerName: string;
  /** One line per line. */
  @SealedColumn({ name: 'payer_address' }) payerAddress: string;
  @SealedColumn({ name: 'payer_email' }) payerEmail: string;
  /** The terms that paying agrees to, where it does. */
  @Column('text', { name: 'terms_version', nullable: true }) termsVersion: string | null;
  @Column('date', { name: 'issued_on' }) issuedOn: LocalDate;
  @Column('timestamptz', { name: 'issued_at' }) issuedAt: Date;
  @Column('integer', { name: 'net_pence' }) netPence: number;
  @Column('integer', { name: 'vat_pence' }) vatPence: number;
  @Column('integer', { name: 'gross_pence' }) grossPence: number;
  @Column('integer', { name: 'credited_pence' }) creditedPence: number;
  @Column('integer', { name: 'written_off_pence' }) writtenOffPence: number;
  @Column('integer', { name: 'received_pence' }) receivedPence: number;
  /** Given back, and taken back by lost disputes. */
  @Column('integer', { name: 'refunded_pence' }) refundedPence: number;
  /** Received, but held while a dispute runs. */
  @Column('integer', { name: 'disputed_pence' }) disputedPence: number;
  /** Below zero where too much was paid. */
  @Column('integer', { name: 'due_pence' }) duePence: number;
  @Column('text') state: InvoiceState;
  /** The day of the first instalment that is not covered; of the last, where all are. */
  @Column('date', { name: 'due_on' }) dueOn: LocalDate;
  @Column('date', { name: 'overdue_since', nullable: true }) overdueSince: LocalDate | null;

  /** What it is about, as its issuer named it. */
  get about(): { kind: string; id: string } {
    return { kind: this.aboutKind, id: this.aboutId };
  }

  /** Received and not given back. */
  get paidPence(): number {
    return this.receivedPence - this.refundedPence;
  }

  /** What is still to be paid; never below zero. */
  get owedPence(): number {
    return Math.max(this.duePence, 0);
  }

  /** What was paid too much; never below zero. */
  get overpaidPence(): number {
    return Math.max(-this.duePence, 0);
  }

  /** What can be given back: received, not yet given back, and not held by a dispute. */
  get refundablePence(): number {
    return this.paidPence - this.disputedPence;
  }

  /** Follows an entry of the ledger. @param instalments of this invoice, by place */
  change(sum: InvoiceSum, pence: number, instalments: readonly InvoiceInstalment[]): void {
    this[sum] += pence;
    this.duePence =
      this.grossPence - this.creditedPence - this.writtenOffPence - this.receivedPence + this.refundedPence;
    this.state = this.stateNow();
    const waiting = uncovered(instalments, this.grossPence - this.duePence);
    this.dueOn = (waiting[0] ?? instalments.at(-1)!).dueOn;
    if (this.overdueSince && (this.state !== 'open' || this.dueOn > this.overdueSince)) this.overdueSince = null;
  }

  private stateNow(): InvoiceState {
    if (this.duePence > 0) return 'open';
    if (this.writtenOffPence > 0) return 'written_off';
    return this.paidPence > 0 || this.creditedPence === 0 ? 'paid' : 'credited';
  }
}

/** The instalments that `covered` pence do not reach, each with what is missing of it. Money covers the first ones first. */
export function uncovered(
  instalments: readonly InvoiceInstalment[],
  covered: number,
): { place: number; dueOn: LocalDate; pence: number }[] {
  let left = covered;
  return instalments.flatMap(({ place, dueOn, pence }) => {
    const missing = Math.min(pence, Math.max(pence - left, 0));
    left -= pence;
    return missing > 0 ? [{ place, dueOn, pence: missing }] : [];
  });
}
