import { type Actor, Audit } from '@carers/audit';
import { BusinessTerms } from '@carers/businesses';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Invoices } from '@carers/payments';
import { Injectable } from '@nestjs/common';
import { CaseEvents } from '../cases/case-events.js';
import { CaseLedger } from '../cases/case-ledger.js';
import { CaseParts } from '../cases/case-parts.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { Programmes } from '../programmes/programmes.js';
import { CaseHasMovedOn, NothingToAgree, NotTheirMove } from '../vetting.problems.js';
import { CaseYear } from './case-year.entity.js';
import { CaseYears } from './case-years.js';
import { FeeInvoices } from './fee-invoices.js';
import { Quotation } from './quotation.service.js';
import type { Quote, SetPrice } from './quotation.js';

const system: Actor = { kind: 'system', id: 'vetting-fees' };

/** What a case costs, what was paid, and the terms that go with paying. */
@Injectable()
export class CaseFees {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
    private readonly programmes: Programmes,
    private readonly quotation: Quotation,
    private readonly invoices: Invoices,
    private readonly feeInvoices: FeeInvoices,
    private readonly years: CaseYears,
    private readonly cases: VettingCases,
    private readonly terms: BusinessTerms,
    private readonly events: CaseEvents,
  ) {}

  /** What a case costs by the list in force today. */
  async quoteFor(vettingCase: VettingCase): Promise<Quote> {
    return this.quotation.forCase(await this.programmes.version(vettingCase.programmeId), vettingCase);
  }

  /** The years of an approved case, newest first. */
  async yearsOf(caseId: string): Promise<CaseYear[]> {
    return this.database.reader.find(CaseYear, { where: { caseId }, order: { year: 'DESC' }, take: 100 });
  }

  /** The year that a case is in today, or the one that comes if it has been asked for; null before an approval. */
  async presentYear(caseId: string): Promise<CaseYear | null> {
    const years = await this.yearsOf(caseId);
    return years.find(({ startsOn }) => startsOn <= this.clock.today()) ?? years.at(-1) ?? null;
  }

  /**
   * Sets the price where the list leaves it to staff, in pence before VAT. If the case waits for it, the invoice goes out.
   * @throws CaseNotFound, NotTheirMove, TiedToBusiness, CaseHasMovedOn after the fee was asked for
   */
  async setQuotation(tx: Tx, caseId: string, price: SetPrice, actor: Actor): Promise<void> {
    const vettingCase = await this.ledger.locked(tx, caseId);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    const asked = vettingCase.state === 'fee_due' && (await this.feeInvoices.applicationAsked(tx, caseId));
    if (!['draft', 'fee_due'].includes(vettingCase.state) || asked) throw new CaseHasMovedOn(null, vettingCase.state);
    const { application, annual } = price;
    if (![application, annual].every((pence) => Number.isSafeInteger(pence) && pence >= 0 && pence <= 10_000_000))
      throw new RangeError('Not a price.');
    vettingCase.quoted = { application, annual };
    await tx.save(vettingCase);
    await this.audit.record(tx, {
      action: 'vetting.quoted',
      subject: { kind: 'vetting_case', id: caseId },
      actor,
      details: { application, annual },
    });
    if (vettingCase.state === 'fee_due') await this.ask(tx, vettingCase, actor);
  }

  /** The application fee falls due: an invoice, or straight on where there is nothing to pay. Without a price it waits. */
  async ask(tx: Tx, vettingCase: VettingCase, actor: Actor): Promise<void> {
    const programme = await this.programmes.version(vettingCase.programmeId);
    const quote = this.quotation.forCase(programme, vettingCase);
    if (quote.byQuotation) return;
    if (quote.application.totalPence === 0) {
      await this.cases.move(tx, vettingCase.id, 'fee_paid', { reasonKey: 'vetting:because.nothing-to-pay' }, system);
      return;
    }
    await this.feeInvoices.application(tx, vettingCase, programme, quote, actor);
  }

  /**
   * The business agrees to the present terms for the year that is being renewed.
   * @param version the one that they read
   * @throws CaseNotFound, NotTheirMove, NothingToAgree, TermsChanged
   */
  async agreeTerms(tx: Tx, caseId: string, version: string, actor: Actor): Promise<void> {
    const vettingCase = await this.ledger.locked(tx, caseId);
    if ((await this.parts.of(tx, actor, vettingCase.businessId)) !== 'owner') throw new NotTheirMove();
    const year = await this.years.newest(tx, caseId);
    if (!year) throw new NothingToAgree();
    if (year.termsVersion === version) return;
    await this.terms.accept(tx, vettingCase.businessId, version, actor.id);
    await this.years.agree(tx, year, version, actor.id);
    await this.audit.record(tx, {
      action: 'vetting.terms-agreed',
      subject: { kind: 'vetting_case', id: caseId },
      actor,
      details: { version, year: year.year },
    });
    await this.years.settle(tx, vettingCase, year);
    await this.events.announce(tx, 'year_changed', { case: vettingCase, year, actor });
  }

  /**
   * Begins the year that comes next, if its time has come and the present one is paid for; once, however often it is asked.
   * @returns whether it began
   */
  async renew(tx: Tx, caseId: string, actor: Actor): Promise<boolean> {
    const vettingCase = await this.ledger.locked(tx, caseId);
    if (!['approved', 'lapsed', 'suspended'].includes(vettingCase.state)) return false;
    const programme = await this.programmes.version(vettingCase.programmeId);
    const year = await this.years.next(tx, vettingCase, programme);
    if (!year) return false;
    await this.beginYear(tx, vettingCase, year, actor);
    return true;
  }

  /** The first year begins with the approval. Where there was one before (an appeal was right), it goes on. */
  async begin(tx: Tx, vettingCase: VettingCase, actor: Actor): Promise<void> {
    const year = await this.years.first(tx, vettingCase);
    if (year) await this.beginYear(tx, vettingCase, year, actor);
  }

  /** Nobody pays any more: what is not paid of the application, and of years that have not begun, is taken back. */
  async end(tx: Tx, vettingCase: VettingCase, actor: Actor): Promise<void> {
    const { id: caseId } = vettingCase;
    for (const id of await this.feeInvoices.openOf(tx, caseId, this.clock.today()))
      await this.invoices.void(tx, id, this.feeInvoices.words('vetting:because.case-ended'), actor);
  }

  private async beginYear(tx: Tx, vettingCase: VettingCase, year: CaseYear, actor: Actor): Promise<void> {
    const programme = await this.programmes.version(vettingCase.programmeId);
    const quote = this.quotation.forCase(programme, vettingCase);
    if (quote.annual.totalPence > 0) {
      year.fee = 'due';
      year.invoiceId = await this.feeInvoices.annual(tx, vettingCase, programme, quote, year, actor);
      await tx.save(year);
    }
    await this.years.settle(tx, vettingCase, year);
    await this.events.announce(tx, 'year_changed', { case: vettingCase, year, actor });
  }
}
