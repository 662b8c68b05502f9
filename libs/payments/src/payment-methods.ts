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
  /** Asks for a refund by a job of this transaction. It calls `Ledger.refunded` once the money has left. */
  refund(tx: Tx, asked: { invoice: Invoice; pence: number; reason: string }, actor: Actor): Promise<void>;
  /** Nothing is owed on an invoice any more: what was asked for meanwhile is called off. */
  settled(tx: Tx, invoiceId: string): Promise<void>;
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

  /** Tells all of them that nothing is owed on an invoice any more. */
  async settled(tx: Tx, invoiceId: string): Promise<void> {
    for (const method of this.methods) await method.settled(tx, invoiceId);
  }
}
