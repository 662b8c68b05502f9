import { For, Who } from '@carers/access';
import { Businesses, ownedBusiness } from '@carers/businesses';
import { Clock } from '@carers/kernel';
import {
  page,
  PageRenderer,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { Settings } from '@carers/settings';
import { Body, Controller, Get, Param, Post, Req, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DocumentFiles } from '../documents/document-files.js';
import { Documents } from '../documents/documents.js';
import { StatementFiles } from '../documents/statement-files.js';
import { InvoiceList } from '../invoices/invoice-list.js';
import type { Invoice } from '../invoices/invoice.entity.js';
import { Invoices } from '../invoices/invoices.js';
import { PaymentMethods } from '../payment-methods.js';
import { DocumentNotFound, InvoiceNotFound } from '../payments.problems.js';
import { changesOf, TermsBeforePaying } from '../terms-before-paying.js';
import { pdfFile } from './pdf-file.js';
import { agreeForm } from './payments.forms.js';
import { documentViews, invoiceView, standingOf } from './payments.presenter.js';

/** What a business owes and has paid, for its owners. Every address names the business, and each is checked to be theirs. */
@ApiExcludeController()
@Controller('business/:id/payments')
@For('business_owner')
export class OwnerPaymentsPages {
  constructor(
    private readonly businesses: Businesses,
    private readonly invoices: Invoices,
    private readonly documents: Documents,
    private readonly files: DocumentFiles,
    private readonly statements: StatementFiles,
    private readonly methods: PaymentMethods,
    private readonly terms: TermsBeforePaying,
    private readonly settings: Settings,
    private readonly renderer: PageRenderer,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const { id, name } = await this.businesses.get(ownedBusiness(who, given));
    const invoices = await this.invoices.ofBusiness(id);
    const rows = invoices.map((invoice) => ({
      href: `/business/${id}/payments/${invoice.id}`,
      number: invoice.number,
      issuedOn: invoice.issuedOn,
      dueOn: invoice.dueOn,
      open: invoice.state === 'open',
      grossPence: invoice.grossPence,
      owedPence: invoice.owedPence,
      standing: standingOf(invoice, this.clock.today()),
    }));
    return page('payments/owner/list', {
      id,
      name,
      owedPence: invoices.reduce((sum, { owedPence }) => sum + owedPence, 0),
      overpaidPence: invoices.reduce((sum, { overpaidPence }) => sum + overpaidPence, 0),
      open: rows.filter(({ open }) => open),
      settled: rows.filter(({ open }) => !open),
    });
  }

  @Get('statement.pdf')
  async statement(
    @Who() who: Who,
    @Param('id') given: string,
    @Req() request: FastifyRequest,
  ): Promise<StreamableFile> {
    const business = await this.businesses.get(ownedBusiness(who, given));
    return pdfFile(await this.statements.of(business, this.renderer.wordsFor(request)));
  }

  @Get('documents/:document')
  async document(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('document') documentId: string,
  ): Promise<StreamableFile> {
    const businessId = ownedBusiness(who, given);
    const document = await this.documents.get(documentId);
    // Another's document and none at all get the same answer.
    const invoice = await this.invoices.get(document.invoiceId);
    if (invoice.businessId !== businessId) throw new DocumentNotFound();
    return pdfFile(await this.files.of(document.id));
  }

  @Get(':invoice')
  async show(@Who() who: Who, @Param('id') id: string, @Param('invoice') given: string): Promise<PageResult> {
    const invoice = await this.owned(who, id, given);
    const [lines, instalments, documents, onItsWay] = await Promise.all([
      this.invoices.linesOf(invoice.id),
      this.invoices.instalmentsOf(invoice.id),
      this.documents.ofInvoice(invoice.id),
      this.methods.onItsWay(invoice),
    ]);
    return page('payments/owner/invoice', {
      invoice: invoiceView(invoice, lines, instalments, this.clock.today()),
      onItsWay,
      documents: documentViews(documents, `/business/${invoice.businessId}/payments/documents`),
    });
  }

  @Get(':invoice/pay')
  async pay(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('invoice') given: string,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const invoice = await this.owned(who, id, given);
    return this.payPage(invoice, request, {});
  }

  @Post(':invoice/pay')
  async agree(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('invoice') given: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const invoice = await this.owned(who, id, given);
    const read = await readForm(agreeForm, body);
    if (read.errors) return this.payPage(invoice, request, read);
    await this.terms.agree(invoice, read.value.version, who.accountId, who.actor('business_owner'));
    return redirect(`/business/${invoice.businessId}/payments/${invoice.id}/pay`, 303, {
      notice: 'payments:owner.agreed',
    });
  }

  /** Terms that have changed come first; then the ways to pay. */
  private async payPage(
    invoice: Invoice,
    request: FastifyRequest,
    model: PageModel,
  ): Promise<PageResult | RedirectResult> {
    const back = `/business/${invoice.businessId}/payments/${invoice.id}`;
    if (invoice.owedPence === 0) return redirect(back);
    const facts = { number: invoice.number, back, owedPence: invoice.owedPence, dueOn: invoice.dueOn };
    const terms = await this.terms.of(invoice);
    if (terms) {
      const changes = changesOf(this.renderer.wordsFor(request), terms.last?.version ?? null, terms.version);
      const titleKey = terms.last ? 'payments:terms.title' : 'payments:terms.title-first';
      return page('payments/owner/terms', { ...model, ...facts, titleKey, terms, changes });
    }
    return page('payments/owner/pay', {
      ...facts,
      termsVersion: invoice.termsVersion,
      onItsWay: await this.methods.onItsWay(invoice),
      buttons: this.methods.all.flatMap((method) => method.buttons(invoice)),
      bank: this.settings.seller?.bank ?? null,
    });
  }

  private async owned(who: Who, id: string, given: string): Promise<Invoice> {
    const businessId = ownedBusiness(who, id);
    const invoice = await this.invoices.get(given);
    if (invoice.businessId !== businessId) throw new InvoiceNotFound();
    return invoice;
  }
}

/** The address that stands on an invoice: short enough to type. */
@ApiExcludeController()
@Controller('pay')
@For('business_owner')
export class PayLinkPages {
  constructor(private readonly list: InvoiceList) {}

  @Get(':number')
  async find(@Who() who: Who, @Param('number') number: string): Promise<RedirectResult> {
    const invoice = await this.list.idOf(number);
    if (!invoice || !who.hasRole('business_owner', { kind: 'business', id: invoice.businessId }))
      throw new InvoiceNotFound();
    return redirect(`/business/${invoice.businessId}/payments/${invoice.id}`);
  }
}
