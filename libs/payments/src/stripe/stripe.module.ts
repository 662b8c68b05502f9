import { PlacesModule } from '@carers/places';
import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Database } from '@carers/database';
import { IsNull } from 'typeorm';
import { PaymentMethods } from '../payment-methods.js';
import { PaymentsModule } from '../payments.module.js';
import { CheckoutPages } from './checkout.pages.js';
import { CheckoutSessions } from './checkout-sessions.js';
import { Checkouts } from './checkouts.js';
import { CollectDirectDebit } from './collect-direct-debit.js';
import { DirectDebits } from './direct-debits.js';
import { Mandates } from './mandates.js';
import { OnItsWay } from './on-its-way.js';
import { Reconciliation } from './reconciliation.js';
import { ReconciliationPages } from './reconciliation.pages.js';
import { RefundFailures } from './refund-failures.js';
import { Settlement } from './settlement.js';
import { StripeCheckout } from './stripe-checkout.entity.js';
import { StripeClient } from './stripe-client.js';
import { StripeCollection } from './stripe-collection.entity.js';
import { StripeCustomer } from './stripe-customer.entity.js';
import { StripeCustomers } from './stripe-customers.js';
import { StripeDifference } from './stripe-difference.entity.js';
import { StripeEvent } from './stripe-event.entity.js';
import { StripeEventHandler } from './stripe-event.handler.js';
import { StripeEvents } from './stripe-events.js';
import { StripeMail } from './stripe-mail.js';
import { StripeMandate } from './stripe-mandate.entity.js';
import { StripeMovement } from './stripe-movement.entity.js';
import { StripePayment } from './stripe-payment.entity.js';
import { StripePaymentMethod } from './stripe-payment-method.js';
import { StripeProgress } from './stripe-progress.js';
import { StripeRefund } from './stripe-refund.entity.js';
import { RefundByStripe, StripeRefunds } from './stripe-refunds.js';
import { StripeSweep } from './stripe-sweep.js';
import { StripeWebhookController } from './stripe-webhook.controller.js';
import {
  CloseCheckout,
  LookAtCheckout,
  ReconcileStripe,
  RunDirectDebits,
  StripeSchedule,
  SweepStripe,
} from './stripe.jobs.js';

const entities = [
  StripeCheckout,
  StripeCollection,
  StripeCustomer,
  StripeDifference,
  StripeEvent,
  StripeMandate,
  StripeMovement,
  StripePayment,
  StripeRefund,
];

const services = [
  Checkouts,
  CheckoutSessions,
  DirectDebits,
  Mandates,
  OnItsWay,
  Reconciliation,
  RefundFailures,
  Settlement,
  StripeClient,
  StripeCustomers,
  StripeEvents,
  StripeMail,
  StripePaymentMethod,
  StripeProgress,
  StripeRefunds,
  StripeSweep,
];

/** Payments by card and Direct Debit at Stripe. Adds itself to the ways to pay. */
@Module({
  imports: [PaymentsModule, PlacesModule, TypeOrmModule.forFeature(entities)],
  providers: services,
  exports: services,
})
export class StripeModule implements OnModuleInit {
  constructor(
    private readonly methods: PaymentMethods,
    private readonly stripe: StripePaymentMethod,
    private readonly client: StripeClient,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.methods.add(this.stripe);
    if (!this.client.isSetUp) return;
    this.methods.addStaffLink({
      href: '/staff/payments/reconciliation',
      titleKey: 'payments:reconciliation.title',
      count: () => this.database.reader.countBy(StripeDifference, { closedAt: IsNull() }),
    });
  }
}

/** Taking in what Stripe tells, and the pages. */
@Module({
  imports: [StripeModule, PaymentsModule],
  controllers: [StripeWebhookController, CheckoutPages, ReconciliationPages],
})
export class StripeWebModule {}

/** Dealing with it, and what is done by the clock. */
@Module({
  imports: [StripeModule, PaymentsModule, PlacesModule],
  providers: [
    StripeEventHandler,
    RefundByStripe,
    CollectDirectDebit,
    StripeSchedule,
    SweepStripe,
    RunDirectDebits,
    ReconcileStripe,
    CloseCheckout,
    LookAtCheckout,
  ],
})
export class StripeJobsModule {}
