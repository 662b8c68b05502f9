import { Module } from '@nestjs/common';
import { PaymentsModule } from './payments.module.js';
import { StripeJobsModule } from './stripe/stripe.module.js';

/** What payments do in the background. */
@Module({ imports: [PaymentsModule, StripeJobsModule] })
export class PaymentsJobsModule {}
