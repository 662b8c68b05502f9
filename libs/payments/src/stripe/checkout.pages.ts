import { For, Who } from '@carers/access';
import { ownedBusiness } from '@carers/businesses';
import { Database } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { page, type PageResult, redirect, type RedirectResult } from '@carers/pages';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Invoice } from '../invoices/invoice.entity.js';
import { Invoices } from '../invoices/invoices.js';
import { InvoiceNotFound, NothingOwed } from '../payments.problems.js';
import { TermsBeforePaying } from '../terms-before-paying.js';
import { Checkouts } from './checkouts.js';
import { OnItsWay } from './on-its-way.js';
import { StripeCheckout } from './stripe-checkout.entity.js';
import { lookAtCheckout } from './stripe-job-names.js';
import { PaymentOnItsWay } from './stripe.problems.js';

/** Seconds after which the page that waits for a payment looks again, and how often it does so by itself. */
const again = 5;
const atMost = 24;
/** Seconds after which Stripe is asked, should its message not have come. */
const askAfter = 10;

/** The way of an owner to Stripe's page and back. What the browser says on its return is believed in nothing. */
@ApiExcludeController()
@Controller('business/:id/payments/:invoice')
@For('business_owner')
export class CheckoutPages {
  constructor(
    private readonly invoices: Invoices,
    private readonly checkouts: Checkouts,
    private readonly terms: TermsBeforePaying,
    private readonly waiting: OnItsWay,
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Post('checkout')
  @HttpCode(303)
  async open(@Who() who: Who, @Param('id') id: string, @Param('invoice') given: string): Promise<RedirectResult> {
    const invoice = await this.owned(who, id, given);
    // Terms that have changed come first, also for those who do not come from the page with the button.
    if (await this.terms.of(invoice)) return redirect(`${home(invoice)}/pay`);
    try {
      await this.checkouts.open(invoice.id, who.actor('business_owner'));
    } catch (error) {
      // Somebody else of the business was quicker.
      if (error instanceof NothingOwed || error instanceof PaymentOnItsWay)
        return redirect(`${home(invoice)}/returned`);
      throw error;
    }
    return redirect(`${home(invoice)}/checkout`);
  }

  /**
   * Leads on to Stripe. A form may lead only to ourselves (`form-action`, which browsers hold against redirects too),
   * and Stripe's page may have any address, so the way there is a page of its own.
   */
  @Get('checkout')
  async lead(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('invoice') given: string,
  ): Promise<PageResult | RedirectResult> {
    const invoice = await this.owned(who, id, given);
    const checkout = await this.database.reader.findOneBy(StripeCheckout, { invoiceId: invoice.id, state: 'open' });
    if (!checkout?.url) return redirect(home(invoice));
    return page('payments/owner/leave', { ...shown(invoice), pence: checkout.pence, href: checkout.url });
  }

  /** Where Stripe sends the payer back to: says what our ledger says, and looks again until it says something. */
  @Get('returned')
  async returned(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('invoice') given: string,
    @Query('look') look?: string,
  ): Promise<PageResult> {
    const invoice = await this.owned(who, id, given);
    const looks = Math.min(Math.max(Number(look) || 0, 0), atMost);
    const state = await this.stateOf(invoice);
    return page('payments/owner/returned', {
      ...shown(invoice),
      state,
      pence: invoice.paidPence,
      again: state === 'checking' ? `${home(invoice)}/returned?look=${looks + 1}` : null,
      seconds: state === 'checking' && looks < atMost ? again : null,
    });
  }

  private async stateOf(invoice: Invoice): Promise<'paid' | 'processing' | 'checking' | 'open'> {
    if (invoice.owedPence === 0) return 'paid';
    const [checkout] = await this.database.reader.find(StripeCheckout, {
      where: { invoiceId: invoice.id },
      order: { createdAt: 'DESC' },
      take: 1,
    });
    if (checkout?.state === 'paid') return 'paid';
    if (await this.waiting.of(this.database.reader, invoice.id)) return 'processing';
    if (!checkout || checkout.endedAt) return 'open';
    await this.askSoon(checkout);
    return 'checking';
  }

  /** Has a job ask Stripe, once in a while, should its message be late. */
  private async askSoon({ id, lookedAt, createdAt }: StripeCheckout): Promise<void> {
    const now = this.clock.now().getTime();
    if (now - (lookedAt ?? createdAt).getTime() < askAfter * 1000) return;
    const slot = Math.floor(now / (askAfter * 1000));
    await this.jobs.enqueueAlone(lookAtCheckout, { checkoutId: id }, { once: `${id}:${slot}` });
  }

  private async owned(who: Who, id: string, given: string): Promise<Invoice> {
    const businessId = ownedBusiness(who, id);
    const invoice = await this.invoices.get(given);
    if (invoice.businessId !== businessId) throw new InvoiceNotFound();
    return invoice;
  }
}

function home({ businessId, id }: Invoice): string {
  return `/business/${businessId}/payments/${id}`;
}

function shown(invoice: Invoice) {
  return { number: invoice.number, back: home(invoice) };
}
