import { Module } from '@nestjs/common';
import { StripeJobsModule } from './stripe/stripe.module.js';

/** What payments do in the background. */
@Module({ imports: [StripeJobsModule] })
export class PaymentsJobsModule {}
