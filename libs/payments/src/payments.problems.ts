import { Problem } from '@carers/kernel';

/** This scheme takes no payments by Stripe: no keys are set. */
export class PaymentsNotSetUp extends Problem {
  readonly slug = 'payments-not-set-up';
  readonly kind = 'not-found';
  readonly room = 'payments';
}

/** A webhook whose signature is missing, wrong or too old. */
export class WebhookNotGenuine extends Problem {
  readonly slug = 'webhook-not-genuine';
  readonly kind = 'forbidden';
  readonly room = 'payments';
}

/** Nothing says who the seller is, so no invoice can be issued: see `INVOICE_SELLER_NAME` and its neighbours. */
export class SellerNotSetUp extends Problem {
  readonly slug = 'seller-not-set-up';
  readonly kind = 'unavailable';
  readonly room = 'payments';
}

/** No such invoice, or not one of this business. */
export class InvoiceNotFound extends Problem {
  readonly slug = 'invoice-not-found';
  readonly kind = 'not-found';
  readonly room = 'payments';
}

/** No such document, or it need not be kept any longer. */
export class DocumentNotFound extends Problem {
  readonly slug = 'document-not-found';
  readonly kind = 'not-found';
  readonly room = 'payments';
}

/** No such entry of the ledger on this invoice. */
export class EntryNotFound extends Problem {
  readonly slug = 'entry-not-found';
  readonly kind = 'not-found';
  readonly room = 'payments';
}

/** This entry was undone before, is no entry that staff made by hand, or later ones rest on it. */
export class CannotBeUndone extends Problem {
  readonly slug = 'cannot-be-undone';
  readonly kind = 'conflict';
  readonly room = 'payments';
}

/** More than can be given back. */
export class RefundTooLarge extends Problem {
  readonly slug = 'refund-too-large';
  readonly kind = 'conflict';
  readonly room = 'payments';
}

/** More than is left of the invoice. */
export class CreditTooLarge extends Problem {
  readonly slug = 'credit-too-large';
  readonly kind = 'conflict';
  readonly room = 'payments';
}

/** Nothing is owed on this invoice. */
export class NothingOwed extends Problem {
  readonly slug = 'nothing-owed';
  readonly kind = 'conflict';
  readonly room = 'payments';
}

/** This form was sent before, with another sum or for another invoice: what it says now is not written down. */
export class FormUsedBefore extends Problem {
  readonly slug = 'form-used-before';
  readonly kind = 'conflict';
  readonly room = 'payments';
}
