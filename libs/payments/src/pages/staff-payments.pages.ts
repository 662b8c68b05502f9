import { For, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { Businesses } from '@carers/businesses';
import { Clock, isUuid } from '@carers/kernel';
import { page, PageRenderer, type PageResult, readForm } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DocumentFiles } from '../documents/document-files.js';
import { Documents } from '../documents/documents.js';
import { StatementFiles } from '../documents/statement-files.js';
import { InvoiceList } from '../invoices/invoice-list.js';
import { Invoices } from '../invoices/invoices.js';
import { FinanceExport } from '../ledger/finance-export.js';
import { LedgerLines } from '../ledger/ledger-lines.js';
import { PaymentMethods } from '../payment-methods.js';
import { DocumentNotFound } from '../payments.problems.js';
import { exportForm, filterQuery, listStates } from './payments.forms.js';
import { documentViews, invoiceView, ledgerView, lineView } from './payments.presenter.js';
import { pdfFile } from './pdf-file.js';

/** Invoices, their documents and the ledger, for staff to look at. What moves money is in `StaffMoneyPages`. */
@ApiExcludeController()
@Controller('staff/payments')
@For('registrar', 'administrator', 'vetting_officer')
export class StaffPaymentsPages {
  constructor(
    private readonly list: InvoiceList,
    private readonly invoices: Invoices,
    private readonly businesses: Businesses,
    private readonly documents: Documents,
    private readonly files: DocumentFiles,
    private readonly statements: StatementFiles,
    private readonly lines: LedgerLines,
    private readonly finance: FinanceExport,
    private readonly methods: PaymentMethods,
    private readonly audit: Audit,
    private readonly renderer: PageRenderer,
    private readonly clock: Clock,
  ) {}

  @Get()
  async all(@Who() who: Who, @Query() query: Record<string, unknown>): Promise<PageResult> {
    const filter = filterQuery.parse(query);
    const [{ lines, next }, links] = await Promise.all([
      this.list.page(filter),
      Promise.all(
        this.methods.staffLinks.map(async ({ href, titleKey, count }) => ({ href, titleKey, count: await count() })),
      ),
    ]);
    return page('payments/staff/list', {
      form: { state: filter.state ?? '', name: filter.name ?? '' },
      states: listStates,
      rows: lines.map((line) => lineView(line, this.clock.today())),
      filtered: Boolean(filter.state ?? filter.name ?? filter.after),
      next,
      links,
      mayMove: who.hasAnyRole(['registrar', 'administrator']),
    });
  }

  @Get('export')
  @For('registrar', 'administrator')
  exportPage(): PageResult {
    return page('payments/staff/export', { form: {} });
  }

  /** The ledger of some days for the finance system. */
  @Post('export')
  @For('registrar', 'administrator')
  async export(
    @Who() who: Who,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | StreamableFile> {
    const read = await readForm(exportForm, body);
    if (read.errors) return page('payments/staff/export', read);
    const { from, until, reason } = read.value;
    const file = await this.finance.csv({ from, until, reason }, who.actor(), this.renderer.wordsFor(request));
    return new StreamableFile(file, {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="ledger-${from}-to-${until}.csv"`,
    });
  }

  @Get('documents/:document')
  async document(@Param('document') id: string): Promise<StreamableFile> {
    return pdfFile(await this.files.of(isUuid(id) ? id : notThere()));
  }

  @Get('statements/:business')
  async statement(@Param('business') id: string, @Req() request: FastifyRequest): Promise<StreamableFile> {
    const business = await this.businesses.get(isUuid(id) ? id : notThere());
    return pdfFile(await this.statements.of(business, this.renderer.wordsFor(request)));
  }

  @Get(':id')
  async show(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    const invoice = await this.invoices.get(id);
    await this.audit.note({
      action: 'invoice.viewed',
      subject: { kind: 'invoice', id: invoice.id },
      actor: who.actor(),
    });
    const [business, lines, instalments, documents, ledger, onItsWay] = await Promise.all([
      this.businesses.get(invoice.businessId),
      this.invoices.linesOf(invoice.id),
      this.invoices.instalmentsOf(invoice.id),
      this.documents.ofInvoice(invoice.id),
      this.lines.ofInvoice(invoice.id),
      this.methods.onItsWay(invoice),
    ]);
    return page('payments/staff/invoice', {
      invoice: invoiceView(invoice, lines, instalments, this.clock.today()),
      business: { id: business.id, name: business.name },
      documents: documentViews(documents, '/staff/payments/documents'),
      ledger: ledger.map((line) => ledgerView(line, invoice.id)),
      onItsWay,
      mayMove: who.hasAnyRole(['registrar', 'administrator']),
    });
  }
}

function notThere(): never {
  throw new DocumentNotFound();
}
