import { Database, sealing } from '@carers/database';
import { BrandSource, Translations } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { DocumentNotFound } from '../payments.problems.js';
import type { DocumentContent } from './document-content.js';
import { PaymentDocument } from './payment-document.entity.js';
import { documentPdf } from './pdf/document-pdf.js';

const purpose = 'payment_document.pdf';

/** A document as a file. */
export interface DocumentFile {
  /** As `CC-INV-2026-000001.pdf`. */
  name: string;
  bytes: Buffer;
}

/** The PDFs of documents: drawn when one is first asked for, then kept, so that it is the same file ever after. */
@Injectable()
export class DocumentFiles {
  constructor(
    private readonly database: Database,
    private readonly brands: BrandSource,
    private readonly translations: Translations,
    private readonly settings: Settings,
  ) {}

  /** @throws DocumentNotFound where there is none, or it need not be kept any longer */
  async of(documentId: string): Promise<DocumentFile> {
    const document = await this.read(documentId);
    if (!document?.content) throw new DocumentNotFound();
    const kept = document.pdf ?? (await this.draw(document));
    return { name: `${document.number}.pdf`, bytes: sealing().openBytes(kept, purpose) };
  }

  /** Where two draw at once, the first one's is kept for both. */
  private async draw(document: PaymentDocument): Promise<Buffer> {
    const content = JSON.parse(document.content!) as DocumentContent;
    const words = this.translations.in(this.settings.defaultLocale);
    const brand = await this.brands.current();
    const bytes = await documentPdf(content, { brand, words, site: this.settings.publicUrl });
    const pdf = sealing().sealBytes(bytes, purpose);
    await this.database.transaction((tx) => tx.update(PaymentDocument, { id: document.id, pdf: IsNull() }, { pdf }));
    return (await this.read(document.id))!.pdf!;
  }

  private async read(id: string): Promise<PaymentDocument | null> {
    return this.database.reader.findOne(PaymentDocument, {
      where: { id },
      select: { id: true, number: true, content: true, pdf: true },
    });
  }
}
