import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { RemindersSchedule, RemindPayers } from './invoices/reminders.jobs.js';
import { CreditNoteMail, InvoiceMail, ReceiptMail } from './payment-mail-files.js';
import { DocumentRetentionSchedule, ForgetDocuments } from './documents/document-retention.js';
import { PaymentsModule } from './payments.module.js';
import { StripeJobsModule } from './stripe/stripe.module.js';

/** What payments do in the background. */
@Module({
  imports: [PaymentsModule, StripeJobsModule, PlacesModule],
  providers: [
    RemindPayers,
    RemindersSchedule,
    InvoiceMail,
    ReceiptMail,
    CreditNoteMail,
    ForgetDocuments,
    DocumentRetentionSchedule,
  ],
})
export class PaymentsJobsModule {}
