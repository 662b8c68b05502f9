import type { Business } from '@carers/businesses';
import { Clock } from '@carers/kernel';
import { BrandSource, type Words } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { LedgerLines } from '../ledger/ledger-lines.js';
import type { DocumentFile } from './document-files.js';
import { Sheet } from './pdf/sheet.js';

/** What a business was charged and has paid, as one document. It has no number: it is drawn anew from the ledger. */
@Injectable()
export class StatementFiles {
  constructor(
    private readonly lines: LedgerLines,
    private readonly brands: BrandSource,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** The same ledger on the same day gives the same file. */
  async of(business: Pick<Business, 'id' | 'name' | 'slug'>, words: Words): Promise<DocumentFile> {
    const today = this.clock.today();
    const { forwardPence, lines, balancePence } = await this.lines.ofBusiness(business.id);
    const seller = this.settings.seller?.name ?? '';
    const sheet = await Sheet.begin({
      brand: await this.brands.current(),
      words,
      title: words.t('payments:statement.title', { business: business.name }),
      author: seller,
      at: new Date(`${today}T12:00:00Z`),
      footer: seller,
    });
    sheet.heading(words.t('payments:statement.title', { business: business.name }), 1);
    sheet.paragraph(words.t('payments:statement.date', { date: words.longDate(today) }));
    sheet.gap(4);
    const money = (pence: number) => (pence === 0 ? '' : words.pence(pence));
    sheet.table(
      [
        { title: words.t('payments:statement.day'), share: 22 },
        { title: words.t('payments:statement.what'), share: 42 },
        { title: words.t('payments:statement.charged'), share: 12, right: true },
        { title: words.t('payments:statement.paid'), share: 12, right: true },
        { title: words.t('payments:statement.balance'), share: 12, right: true },
      ],
      [
        ...(forwardPence === 0 ? [] : [['', words.t('payments:statement.forward'), '', '', words.pence(forwardPence)]]),
        ...lines.map((line) => [
          words.longDate(line.happenedOn),
          words.t(`payments:statement.lines.${line.kind}`, {
            invoice: line.invoiceNumber,
            document: line.documentNumber ?? '',
          }),
          money(Math.max(line.pence, 0)),
          money(Math.max(-line.pence, 0)),
          words.pence(line.balancePence),
        ]),
      ],
    );
    const key = balancePence < 0 ? 'credit' : 'owed';
    sheet.totals([[words.t(`payments:statement.${key}`), words.pence(Math.abs(balancePence))]]);
    return { name: `statement-${business.slug}-${today}.pdf`, bytes: await sheet.end() };
  }
}
