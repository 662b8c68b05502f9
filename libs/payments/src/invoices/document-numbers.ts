import type { Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { DocumentKind } from '../documents/payment-document.entity.js';
import { SellerNotSetUp } from '../payments.problems.js';

const letters: Record<DocumentKind, string> = { invoice: 'INV', credit_note: 'CRN', receipt: 'RCT' };

/**
 * Numbers of documents: one row of them for each kind and year, without gaps, as a VAT invoice needs a number that
 * "uniquely identifies" it from a series (VAT Regulations 1995, regulation 14(1)(a); VAT Notice 700, 16.3).
 */
@Injectable()
export class DocumentNumbers {
  constructor(
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Makes all others who want a number of this kind wait until this transaction ends: for looking before taking one. */
  async hold(tx: Tx, kind: DocumentKind): Promise<void> {
    await tx.query(
      `INSERT INTO document_counter (kind, year, last) VALUES ($1, $2, 0)
       ON CONFLICT ON CONSTRAINT pk_document_counter DO UPDATE SET last = document_counter.last`,
      [kind, this.year()],
    );
  }

  /** The next number. A transaction that is rolled back gives it back, for whoever waits has not seen it. @throws SellerNotSetUp */
  async next(tx: Tx, kind: DocumentKind): Promise<string> {
    const { seller } = this.settings;
    if (!seller) throw new SellerNotSetUp();
    const year = this.year();
    const [{ last }] = (await tx.query(
      `INSERT INTO document_counter (kind, year, last) VALUES ($1, $2, 1)
       ON CONFLICT ON CONSTRAINT pk_document_counter DO UPDATE SET last = document_counter.last + 1
       RETURNING last`,
      [kind, year],
    )) as [{ last: number }];
    return `${seller.numberPrefix}-${letters[kind]}-${year}-${String(last).padStart(6, '0')}`;
  }

  private year(): number {
    return Number(this.clock.today().slice(0, 4));
  }
}
