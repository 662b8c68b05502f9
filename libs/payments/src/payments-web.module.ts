import { AccessModule, StaffSections } from '@carers/access';
import { BusinessesModule, OwnerLinks } from '@carers/businesses';
import { Settings } from '@carers/settings';
import { Logger, Module, type OnModuleInit } from '@nestjs/common';
import { InvoiceList } from './invoices/invoice-list.js';
import { OwnerPaymentsPages, PayLinkPages } from './pages/owner-payments.pages.js';
import { StaffMoneyPages } from './pages/staff-money.pages.js';
import { StaffPaymentsPages } from './pages/staff-payments.pages.js';
import { PaymentsModule } from './payments.module.js';
import { StripeWebModule } from './stripe/stripe.module.js';

/** What payments show and take in over HTTP. */
@Module({
  imports: [PaymentsModule, StripeWebModule, AccessModule, BusinessesModule],
  controllers: [OwnerPaymentsPages, PayLinkPages, StaffPaymentsPages, StaffMoneyPages],
})
export class PaymentsWebModule implements OnModuleInit {
  constructor(
    private readonly sections: StaffSections,
    private readonly owners: OwnerLinks,
    private readonly invoices: InvoiceList,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    if (!this.settings.seller)
      new Logger('payments').warn(
        'No invoices can be issued: INVOICE_SELLER_NAME and the settings beside it are not set.',
      );
    this.sections.add({
      roles: ['registrar', 'administrator', 'vetting_officer'],
      href: '/staff/payments',
      titleKey: 'payments:section',
      count: () => this.invoices.overdue(),
    });
    // Most businesses pay nothing, and never see that there are fees.
    this.owners.add({
      href: async ({ id }) => ((await this.invoices.any(id)) ? `/business/${id}/payments` : null),
      titleKey: 'payments:owner-link',
    });
  }
}
