import { Module } from '@nestjs/common';
import { PaymentsModule } from './payments.module.js';
import { StripeWebModule } from './stripe/stripe.module.js';

/** What payments show and take in over HTTP. */
@Module({ imports: [PaymentsModule, StripeWebModule] })
export class PaymentsWebModule {}
