import { Database, keyedHash } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { isRefusal, StripeClient } from './stripe-client.js';
import { StripeCustomer } from './stripe-customer.entity.js';
import { StripeNotAnswering } from './stripe.problems.js';

/** Businesses as customers of Stripe. */
@Injectable()
export class StripeCustomers {
  private readonly logger = new Logger('payments');

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
    if (known.told !== told) await this.tell(known, { name, email }, told);
    return known.customerId;
  }

  /** Lets go of a customer whom Stripe does not know: our key leads to another account than it did. */
  async forget(businessId: string): Promise<void> {
    await this.database.transaction((tx) => tx.delete(StripeCustomer, { businessId }));
  }

  private async tell({ businessId, customerId }: StripeCustomer, facts: { name: string; email: string }, told: string) {
    const api = await this.stripe.api();
    try {
      await api.customers.update(customerId, facts);
    } catch (error) {
      if (!isRefusal(error)) throw new StripeNotAnswering();
      // Its message may repeat the address. The payer can be asked for it on Stripe's page just as well.
      this.logger.warn(`Stripe refuses the name or address of customer ${customerId}: ${error.code ?? error.type}`);
      return;
    }
    await this.database.transaction((tx) => tx.update(StripeCustomer, { businessId }, { told }));
  }

  private async make(businessId: string): Promise<StripeCustomer> {
    const api = await this.stripe.api();
    // Nothing that can change is in it, so whoever asks under this key at the same time asks the same.
    const asked = { metadata: { business: businessId } };
    const { id } = await api.customers
      .create(asked, { idempotencyKey: `customer:${businessId}` })
      .catch(() => Promise.reject(new StripeNotAnswering()));
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
