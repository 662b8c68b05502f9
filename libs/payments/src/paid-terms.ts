import { type Actor, Audit } from '@carers/audit';
import { BusinessTerms } from '@carers/businesses';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { Invoice } from './invoices/invoice.entity.js';

/** The terms that paying a yearly fee agrees to anew. */
@Injectable()
export class PaidTerms {
  constructor(
    private readonly terms: BusinessTerms,
    private readonly audit: Audit,
  ) {}

  /** The version that paying an invoice for this purpose agrees to; null where it agrees to none. */
  async versionFor(tx: Tx, purpose: string): Promise<string | null> {
    return purpose.endsWith('.annual') ? (await this.terms.current(tx)).version : null;
  }

  /**
   * Keeps that an invoice was paid which says that paying agrees to the terms it names. Terms that have changed since
   * it was issued are not agreed to: nobody who paid has seen them.
   */
  async agreedByPaying(tx: Tx, invoice: Invoice, actor: Actor): Promise<void> {
    const version = invoice.termsVersion;
    if (!version || version !== (await this.terms.current(tx)).version) return;
    await this.terms.accept(tx, invoice.businessId, version, null);
    await this.audit.record(tx, {
      action: 'terms.agreed-by-paying',
      subject: { kind: 'business', id: invoice.businessId },
      actor,
      details: { version, invoice: invoice.id },
    });
  }
}
