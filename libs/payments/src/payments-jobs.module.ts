import { Module } from '@nestjs/common';
import { RemindersSchedule, RemindPayers } from './invoices/reminders.jobs.js';
import { CreditNoteMail, InvoiceMail, ReceiptMail } from './payment-mail-files.js';
import { PaymentsModule } from './payments.module.js';
import { StripeJobsModule } from './stripe/stripe.module.js';

/** What payments do in the background. */
@Module({
  imports: [PaymentsModule, StripeJobsModule],
  providers: [RemindPayers, RemindersSchedule, InvoiceMail, ReceiptMail, CreditNoteMail],
})
export class PaymentsJobsModule {}
