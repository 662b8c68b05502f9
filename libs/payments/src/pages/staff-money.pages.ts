import { For, Who } from '@carers/access';
import { Database } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Invoice } from '../invoices/invoice.entity.js';
import { Invoices } from '../invoices/invoices.js';
import { Reminders } from '../invoices/reminders.js';
import { Corrections, creditable } from '../ledger/corrections.js';
import { Ledger } from '../ledger/ledger.js';
import { Refunds } from '../ledger/refunds.js';
import {
  creditForm,
  formPence,
  paidForm,
  reasonForm,
  refundByBankForm,
  refundByMethodForm,
  refundVias,
} from './payments.forms.js';

/** What staff write down about money: each has a page of its own that says what happens. */
@ApiExcludeController()
@Controller('staff/payments/:id')
@For('registrar', 'administrator')
export class StaffMoneyPages {
  constructor(
    private readonly invoices: Invoices,
    private readonly ledger: Ledger,
    private readonly corrections: Corrections,
    private readonly refunds: Refunds,
    private readonly reminders: Reminders,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  @Get('paid')
  async askPaid(@Param('id') id: string): Promise<PageResult> {
    const invoice = await this.invoices.get(id);
    const form = { amount: formPence(invoice.owedPence), receivedOn: this.clock.today(), reference: invoice.number };
    return this.formPage('paid', invoice, { form });
  }

  @Post('paid')
  async paid(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(paidForm(this.clock.today()), body);
    if (read.errors) return this.formPage('paid', await this.invoices.get(id), read);
    const { amount: pence, receivedOn, reference, once } = read.value;
    await this.database.transaction((tx) =>
      this.ledger.received(
        tx,
        { invoiceId: id, pence, method: 'bank_transfer', reference, receivedOn, once: `staff:${once}` },
        who.actor(),
      ),
    );
    return done(id, 'paid');
  }

  @Get('refund')
  async askRefund(@Param('id') id: string): Promise<PageResult> {
    const invoice = await this.invoices.get(id);
    const form = {
      via: 'bank',
      amount: formPence(invoice.overpaidPence || Math.max(invoice.refundablePence, 0)),
      refundedOn: this.clock.today(),
      reference: invoice.number,
    };
    return this.formPage('refund', invoice, { form, ...(await this.refundFacts(invoice)) });
  }

  @Post('refund')
  async refund(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const byMethod = (body as { via?: unknown } | undefined)?.via === 'stripe';
    const read = await readForm(byMethod ? refundByMethodForm : refundByBankForm(this.clock.today()), body);
    if (read.errors) {
      const invoice = await this.invoices.get(id);
      return this.formPage('refund', invoice, { ...read, ...(await this.refundFacts(invoice)) });
    }
    const { amount: pence, fee, reason, once, ...how } = read.value;
    const asked = { invoiceId: id, pence, reason, feeEnds: fee === 'ends', once: `staff:${once}` };
    await this.database.transaction((tx) =>
      how.via === 'stripe'
        ? this.refunds.byMethod(tx, asked, how.via, who.actor())
        : this.refunds.byBank(tx, { ...asked, refundedOn: how.refundedOn, reference: how.reference }, who.actor()),
    );
    return done(id, byMethod ? 'refund-asked' : 'refunded');
  }

  @Get('credit')
  async askCredit(@Param('id') id: string): Promise<PageResult> {
    const invoice = await this.invoices.get(id);
    return this.formPage('credit', invoice, { form: { amount: formPence(creditable(invoice)) } });
  }

  @Post('credit')
  async credit(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(creditForm, body);
    if (read.errors) return this.formPage('credit', await this.invoices.get(id), read);
    const { amount: grossPence, reason, once } = read.value;
    await this.database.transaction((tx) =>
      this.corrections.credit(tx, { invoiceId: id, grossPence, reason, once: `staff:${once}` }, who.actor()),
    );
    return done(id, 'credited');
  }

  @Get('write-off')
  async askWriteOff(@Param('id') id: string): Promise<PageResult> {
    return this.formPage('write-off', await this.invoices.get(id), { form: {} });
  }

  @Post('write-off')
  async writeOff(
    @Who() who: Who,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    return this.withReason('write-off', id, body, ({ reason, once }) =>
      this.database.transaction((tx) =>
        this.corrections.writeOff(tx, { invoiceId: id, reason, once: `staff:${once}` }, who.actor()),
      ),
    );
  }

  @Get('undo/:transaction')
  async askUndo(@Param('id') id: string): Promise<PageResult> {
    return this.formPage('undo', await this.invoices.get(id), { form: {} });
  }

  @Post('undo/:transaction')
  async undo(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('transaction') transactionId: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    return this.withReason('undo', id, body, ({ reason }) =>
      this.database.transaction((tx) =>
        this.corrections.undo(tx, { invoiceId: id, transactionId, reason }, who.actor()),
      ),
    );
  }

  @Post('remind')
  async remind(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    const sent = await this.database.transaction((tx) => this.reminders.now(tx, id, who.actor()));
    return done(id, sent ? 'reminded' : 'reminded-today');
  }

  private async withReason(
    template: string,
    id: string,
    body: unknown,
    work: (read: z.output<typeof reasonForm>) => Promise<unknown>,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(reasonForm, body);
    if (read.errors) return this.formPage(template, await this.invoices.get(id), read);
    await work(read.value);
    return done(id, template);
  }

  private async refundFacts(invoice: Invoice): Promise<{ viaStripePence: number; vias: readonly string[] }> {
    const viaStripePence = await this.database.transaction((tx) => this.refunds.mostByMethod(tx, invoice, 'stripe'));
    return { viaStripePence, vias: viaStripePence > 0 ? refundVias : ['bank'] };
  }

  private formPage(template: string, invoice: Invoice, model: PageModel): PageResult {
    const once = (model.form?.['once'] as string | undefined) ?? this.ids.next();
    return page(`payments/staff/${template}`, {
      ...model,
      form: { ...model.form, once },
      invoice: {
        id: invoice.id,
        number: invoice.number,
        owedPence: invoice.owedPence,
        overpaidPence: invoice.overpaidPence,
        refundablePence: Math.max(invoice.refundablePence, 0),
        creditablePence: creditable(invoice),
        payerName: invoice.payerName,
      },
    });
  }
}

function done(id: string, what: string): RedirectResult {
  return redirect(`/staff/payments/${id}`, 303, { notice: `payments:notice.${what}` });
}
