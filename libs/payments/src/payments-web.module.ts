import { Module } from '@nestjs/common';
import { StripeWebModule } from './stripe/stripe.module.js';

/** What payments show and take in over HTTP. */
@Module({ imports: [StripeWebModule] })
export class PaymentsWebModule {}
