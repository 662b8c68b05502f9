import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { StripeCollection } from './stripe-collection.entity.js';
import { StripePayment } from './stripe-payment.entity.js';

/** Knows of payments that a bank has been asked for and has not answered. */
@Injectable()
export class OnItsWay {
  /** Whether money for an invoice is on its way, or the payer was told the day on which it will be taken. */
  async of(from: Pick<Tx, 'existsBy'>, invoiceId: string): Promise<boolean> {
    if (await from.existsBy(StripePayment, { invoiceId, state: 'processing' })) return true;
    return from.existsBy(StripeCollection, { invoiceId, state: In(['told', 'asked', 'processing']) });
  }
}
