import { Database, keyedHash } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { StripeClient } from './stripe-client.js';
import { StripeCustomer } from './stripe-customer.entity.js';

/** Businesses as customers of Stripe. */
@Injectable()
export class StripeCustomers {
  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * The customer of a business, made where there is none and told the payer's present name and e-mail address: Stripe
   * sends the notices of Direct Debit there. Two at the same time get the same one.
   */
  async of({ businessId, name, email }: { businessId: string; name: string; email: string }): Promise<string> {
    const known =
      (await this.database.reader.findOneBy(StripeCustomer, { businessId })) ?? (await this.make(businessId));
    const told = keyedHash(`${name}\n${email}`, 'stripe-customer');
    if (known.told !== told) {
      const api = await this.stripe.api();
      await api.customers.update(known.customerId, { name, email });
      await this.database.transaction((tx) => tx.update(StripeCustomer, { businessId }, { told }));
    }
    return known.customerId;
  }

  private async make(businessId: string): Promise<StripeCustomer> {
    const api = await this.stripe.api();
    // Nothing that can change is in it, so whoever asks under this key at the same time asks the same.
    const asked = { metadata: { business: businessId } };
    const { id } = await api.customers.create(asked, { idempotencyKey: `customer:${businessId}` });
    return this.database.transaction(async (tx) => {
      await tx
        .createQueryBuilder()
        .insert()
        .into(StripeCustomer)
        .values({ businessId, customerId: id, told: null, createdAt: this.clock.now() })
        .orIgnore()
        .execute();
      return tx.findOneByOrFail(StripeCustomer, { businessId });
    });
  }
}
