import type { Actor } from '@carers/audit';
import { BusinessTerms } from '@carers/businesses';
import type { Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Invoice, type PaymentChange, type PaymentEvent, PaymentEvents } from '@carers/payments';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CaseEvents } from '../cases/case-events.js';
import { CaseLedger } from '../cases/case-ledger.js';
import { type CaseMove, moves } from '../cases/case-moves.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { CaseFees } from './case-fees.js';
import { CaseYear, type YearFee } from './case-year.entity.js';
import { CaseYears } from './case-years.js';
import { aboutCase } from './fee-invoices.js';

const payments: Actor = { kind: 'system', id: 'payments' };

const heard: readonly PaymentEvent[] = [
  'paid',
  'part_paid',
  'overdue',
  'failed',
  'disputed',
  'dispute_won',
  'dispute_lost',
  'refunded',
  'credited',
];

/** Why an application fee that was paid is open again. */
const reversed: Partial<Record<PaymentEvent, string>> = {
  failed: 'vetting:because.fee-failed',
  disputed: 'vetting:because.fee-disputed',
  dispute_lost: 'vetting:because.fee-disputed',
  refunded: 'vetting:because.fee-refunded',
};

/** Lets fees follow the case, and the case follow its fees. */
@Injectable()
export class FeeListener implements OnModuleInit {
  constructor(
    private readonly clock: Clock,
    private readonly caseEvents: CaseEvents,
    private readonly paymentEvents: PaymentEvents,
    private readonly ledger: CaseLedger,
    private readonly cases: VettingCases,
    private readonly fees: CaseFees,
    private readonly years: CaseYears,
    private readonly terms: BusinessTerms,
  ) {}

  onModuleInit(): void {
    this.caseEvents.on('moved', async (tx, { case: moved, move, actor }) => {
      if (move === 'submit') await this.fees.ask(tx, moved, actor);
      if (move === 'approve' || move === 'overturn') await this.fees.begin(tx, moved, actor);
      if (move === 'withdraw' || move === 'remove') await this.fees.end(tx, moved, actor);
    });
    for (const event of heard) this.paymentEvents.on(event, (tx, change) => this.hear(tx, event, change));
  }

  private async hear(tx: Tx, event: PaymentEvent, change: PaymentChange): Promise<void> {
    if (change.about.kind !== aboutCase) return;
    const moving = await this.ledger.locked(tx, change.about.id);
    const year = await tx.findOneBy(CaseYear, { invoiceId: change.invoiceId });
    if (year) await this.ofYear(tx, event, change, year);
    else await this.ofApplication(tx, event, change, moving.id);
  }

  /** An application fee opens the way to the review, and closes it again while nothing is decided. */
  private async ofApplication(tx: Tx, event: PaymentEvent, change: PaymentChange, caseId: string): Promise<void> {
    const invoice = await tx.findOneByOrFail(Invoice, { id: change.invoiceId });
    // What a bank holds for a dispute, or nobody waits for any more, is not paid.
    const settled = feeOf(invoice, this.clock.today()) === 'paid';
    if (settled) await this.moveIfPossible(tx, caseId, 'fee_paid', 'vetting:because.fee-paid');
    else if (reversed[event]) await this.moveIfPossible(tx, caseId, 'fee_reversed', reversed[event]);
  }

  private async moveIfPossible(tx: Tx, caseId: string, move: CaseMove, reasonKey: string): Promise<void> {
    const { state } = await this.ledger.locked(tx, caseId);
    if (moves[move].from.includes(state)) await this.cases.move(tx, caseId, move, { reasonKey }, payments);
  }

  private async ofYear(tx: Tx, event: PaymentEvent, change: PaymentChange, year: CaseYear): Promise<void> {
    const invoice = await tx.findOneByOrFail(Invoice, { id: change.invoiceId });
    year.fee = feeOf(invoice, this.clock.today());
    await tx.save(year);
    if (event === 'paid' || event === 'part_paid') await this.agreedByPaying(tx, year, invoice);
    const vettingCase = await this.ledger.locked(tx, year.caseId);
    await this.years.settle(tx, vettingCase, year);
    await this.caseEvents.announce(tx, 'year_changed', { case: vettingCase, year, actor: payments });
  }

  /** Who pays agrees to the terms that the invoice names, if they still hold. */
  private async agreedByPaying(tx: Tx, year: CaseYear, { businessId, termsVersion }: Invoice): Promise<void> {
    if (year.termsVersion || !termsVersion || termsVersion !== (await this.terms.current(tx)).version) return;
    await this.terms.accept(tx, businessId, termsVersion, null);
    await this.years.agree(tx, year, termsVersion, 'paying');
  }
}

/** How the fee of a year stands by its invoice. */
export function feeOf(
  invoice: Pick<Invoice, 'disputedPence' | 'duePence' | 'overdueSince' | 'paidPence' | 'state'>,
  today: string,
): YearFee {
  if (invoice.disputedPence > 0) return 'disputed';
  // Written off: nobody asks for it any more, and it was never paid.
  if (invoice.state === 'written_off') return 'overdue';
  if (invoice.duePence <= 0) return 'paid';
  if (invoice.overdueSince !== null && invoice.overdueSince <= today) return 'overdue';
  return invoice.paidPence > 0 ? 'part_paid' : 'due';
}
