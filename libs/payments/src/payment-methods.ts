import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { Invoice } from './invoices/invoice.entity.js';

/** A button of the page on which an owner pays: a form that is posted. */
export interface PayButton {
  /** Where the form goes, on this site. */
  action: string;
  /** Catalogue key of its words; `<labelKey>-hint` says what happens then. */
  labelKey: string;
}

/** Money to send back the way it came. */
export interface AskedBack {
  invoice: Invoice;
  pence: number;
  reason: string;
  /** The same for the same form: it goes back once. */
  once: string;
}

/** A way to pay besides a bank transfer. */
export interface PaymentMethod {
  /** Its name, as `stripe`. */
  key: string;
  /** Its buttons for an invoice on which something is owed; none where it cannot be used. */
  buttons(invoice: Invoice): PayButton[];
  /** Whether a payment by it is on its way: nobody is reminded, and nothing is overdue, meanwhile. */
  onItsWay(invoice: Invoice): Promise<boolean>;
  /** Most pence that can go back this way now, those on their way deducted. */
  refundable(tx: Tx, invoice: Invoice): Promise<number>;
  /** Pence that were asked to go back this way and are not in the ledger yet. */
  onItsWayBack(tx: Tx, invoice: Invoice): Promise<number>;
  /**
   * Asks for a refund by a job of this transaction. It calls `Ledger.refunded` once the money has left.
   * @returns false where the same `once` was asked for before
   * @throws RefundTooLarge
   */
  refund(tx: Tx, asked: AskedBack, actor: Actor): Promise<boolean>;
  /** Less is owed on an invoice than was: what was asked for and is too much now is called off. */
  owesLess(tx: Tx, invoice: Invoice): Promise<void>;
}

/** A page of staff that belongs to a way to pay, such as its list of differences. */
export interface StaffPaymentLink {
  href: string;
  titleKey: string;
  count: () => Promise<number>;
}

/** The ways to pay that are set up, and their pages for staff. Each adds itself when its module starts (`onModuleInit`). */
@Injectable()
export class PaymentMethods {
  private readonly methods: PaymentMethod[] = [];
  private readonly links: StaffPaymentLink[] = [];

  add(method: PaymentMethod): void {
    this.methods.push(method);
  }

  addStaffLink(link: StaffPaymentLink): void {
    this.links.push(link);
  }

  get all(): readonly PaymentMethod[] {
    return this.methods;
  }

  get staffLinks(): readonly StaffPaymentLink[] {
    return this.links;
  }

  /** Whether a payment of an invoice is on its way by any of them. */
  async onItsWay(invoice: Invoice): Promise<boolean> {
    for (const method of this.methods) if (await method.onItsWay(invoice)) return true;
    return false;
  }

  /** Pence of an invoice that are on their way back by any of them. */
  async onItsWayBack(tx: Tx, invoice: Invoice): Promise<number> {
    let pence = 0;
    for (const method of this.methods) pence += await method.onItsWayBack(tx, invoice);
    return pence;
  }

  /** Tells all of them that less is owed on an invoice than was. */
  async owesLess(tx: Tx, invoice: Invoice): Promise<void> {
    for (const method of this.methods) await method.owesLess(tx, invoice);
  }
}
