import type { Actor } from '@carers/audit';
import { Branches, Businesses } from '@carers/businesses';
import type { Tx } from '@carers/database';
import { addDays, addMonths, Clock, type LocalDate } from '@carers/kernel';
import { Translations, type WordParams } from '@carers/pages';
import { Invoice, type InvoiceLine, Invoices, type Payer } from '@carers/payments';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { shownCaseReference } from '../cases/case-reference.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import type { Programme } from '../programmes/programme.js';
import { CaseYear } from './case-year.entity.js';
import type { FeeSum, Quote } from './quotation.js';

/** How invoices of this lib say what they are about. */
export const aboutCase = 'vetting_case';

/** The purposes of invoices, so that payments and pages can tell one from the other. */
export function purposeOf(programmeSlug: string, which: 'application' | 'annual'): string {
  return `${programmeSlug}.${which}`;
}

/** Invoices for the fees of cases. */
@Injectable()
export class FeeInvoices {
  constructor(
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly translations: Translations,
    private readonly businesses: Businesses,
    private readonly branches: Branches,
    private readonly invoices: Invoices,
  ) {}

  /** The application fee of a case; once. */
  async application(tx: Tx, asked: VettingCase, programme: Programme, quote: Quote, actor: Actor): Promise<string> {
    const dueOn = addDays(this.clock.today(), quote.dueDays.application);
    const once = `vetting:${asked.id}:application`;
    return this.issue(tx, asked, programme, 'application', quote.application, { once, dueOn }, actor);
  }

  /** The fee of a year; once. The first is due some days after the approval, the others when their year begins. */
  async annual(
    tx: Tx,
    asked: VettingCase,
    programme: Programme,
    quote: Quote,
    { year, startsOn }: CaseYear,
    actor: Actor,
  ): Promise<string> {
    const today = this.clock.today();
    const dueOn = year === 1 ? addDays(today, quote.dueDays.annual) : startsOn > today ? startsOn : today;
    const once = `vetting:${asked.id}:year:${year}`;
    const instalments = partsOf(quote.annual.totalPence, dueOn, quote.instalments);
    return this.issue(tx, asked, programme, 'annual', quote.annual, { once, dueOn, instalments }, actor);
  }

  /** Whether the application fee of a case was asked for. */
  async applicationAsked(tx: Tx, caseId: string): Promise<boolean> {
    return (await tx.countBy(Invoice, { once: `vetting:${caseId}:application` })) > 0;
  }

  /** Ids of invoices that nobody need pay once a case has ended: for the application, and for years still to come. */
  async openOf(tx: Tx, caseId: string, today: LocalDate): Promise<string[]> {
    const open = await tx.findBy(Invoice, { aboutKind: aboutCase, aboutId: caseId, state: 'open' });
    const years = await tx.findBy(CaseYear, { caseId });
    const begun = new Set(years.filter(({ startsOn }) => startsOn <= today).map(({ invoiceId }) => invoiceId));
    return open.filter(({ id }) => !begun.has(id)).map(({ id }) => id);
  }

  /** A sentence in the language of the scheme: what stands on paper has one language. */
  words(key: string, params: WordParams = {}): string {
    return this.translations.in(this.settings.defaultLocale).t(key, params);
  }

  private async issue(
    tx: Tx,
    asked: VettingCase,
    programme: Programme,
    which: 'application' | 'annual',
    sum: FeeSum,
    when: { once: string; dueOn: LocalDate; instalments?: { dueOn: LocalDate; pence: number }[] },
    actor: Actor,
  ): Promise<string> {
    const invoice = await this.invoices.issue(
      tx,
      {
        payer: await this.payerOf(tx, asked.businessId),
        purpose: purposeOf(programme.slug, which),
        about: { kind: aboutCase, id: asked.id },
        lines: this.linesOf(sum, programme, asked),
        ...when,
      },
      actor,
    );
    return invoice.id;
  }

  private linesOf(sum: FeeSum, programme: Programme, { reference }: VettingCase): InvoiceLine[] {
    return sum.lines.map(({ key, params, quantity, unitNetPence, vatRate }) => ({
      description: this.words('vetting:fees.line', {
        programme: this.words(programme.title),
        what: this.words(key, params),
        reference: shownCaseReference(reference),
      }),
      quantity,
      unitNetPence,
      vatRate,
    }));
  }

  private async payerOf(tx: Tx, businessId: string): Promise<Payer> {
    const { name, contactEmail } = await this.businesses.get(businessId, tx);
    const branch = (await this.branches.of(businessId, tx)).find(({ online }) => !online);
    const addressLines = branch ? [...branch.addressLines, branch.town, branch.postcode] : [];
    return { businessId, name, email: contactEmail, addressLines: addressLines.filter((line) => line !== null) };
  }
}

/** The parts of a sum, the first on its day and the others so many months after; what does not divide goes with the first. */
export function partsOf(
  pence: number,
  dueOn: LocalDate,
  instalments: Quote['instalments'],
): { dueOn: LocalDate; pence: number }[] {
  if (!instalments || pence < instalments.parts) return [{ dueOn, pence }];
  const { parts, everyMonths } = instalments;
  const each = Math.floor(pence / parts);
  return Array.from({ length: parts }, (_, part) => ({
    dueOn: addMonths(dueOn, part * everyMonths),
    pence: part === 0 ? pence - each * (parts - 1) : each,
  }));
}
