import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { DocumentFiles } from './documents/document-files.js';
import { DocumentNotFound } from './payments.problems.js';

/** Puts the document that a mail is about into it, drawn when the mail is sent. */
abstract class DocumentMail implements ParamsSupplier {
  constructor(private readonly files: DocumentFiles) {}

  async supply({ params }: OutgoingMessage): Promise<SuppliedParams> {
    const { document } = params as { document: string };
    try {
      const { name, bytes } = await this.files.of(document);
      return { params: {}, attachments: [{ name, type: 'application/pdf', bytes }] };
    } catch (problem) {
      // A mail that waited for years: the document need not be kept any longer, and nobody needs the mail.
      if (problem instanceof DocumentNotFound) return { params: {}, drop: true };
      throw problem;
    }
  }
}

@Injectable()
@SuppliesParams('payments/invoice')
export class InvoiceMail extends DocumentMail {
  constructor(files: DocumentFiles) {
    super(files);
  }
}

@Injectable()
@SuppliesParams('payments/receipt')
export class ReceiptMail extends DocumentMail {
  constructor(files: DocumentFiles) {
    super(files);
  }
}

@Injectable()
@SuppliesParams('payments/credit_note')
export class CreditNoteMail extends DocumentMail {
  constructor(files: DocumentFiles) {
    super(files);
  }
}
