import type { Brand, Words } from '@carers/pages';
import type { DocumentContent } from '../document-content.js';
import { Sheet } from './sheet.js';

/** Where a document is drawn. */
export interface DrawnFor {
  brand: Brand;
  words: Words;
  /** The site's address, without a slash at the end. */
  site: string;
  /** Leaves the drawing readable in the file, for tests. */
  uncompressed?: boolean;
}

/**
 * An invoice, credit note or receipt as a PDF. An invoice shows what a full VAT invoice must (VAT Regulations 1995,
 * regulation 14(1); VAT Notice 700, 16.3.1), a credit note what section 18.2 of the notice asks for.
 */
export async function documentPdf(content: DocumentContent, drawnFor: DrawnFor): Promise<Buffer> {
  const { words, brand } = drawnFor;
  const { seller } = content;
  const title = words.t(`payments:pdf.title.${content.kind}`, { number: content.number });
  const sheet = await Sheet.begin({
    brand,
    words,
    title,
    author: seller.name,
    at: new Date(`${content.issuedOn}T12:00:00Z`),
    footer: footerOf(content, words),
    uncompressed: drawnFor.uncompressed,
  });
  sheet.heading(title, 1);
  sheet.columns([
    [words.t('payments:pdf.from'), seller.name, ...seller.addressLines],
    [words.t('payments:pdf.to'), content.payer.name, ...content.payer.addressLines],
    factsOf(content, words),
  ]);
  sheet.gap(6);
  if (content.payment) drawPayment(sheet, content, words);
  else drawSums(sheet, content, words);
  if (content.reason) sheet.paragraph(words.t('payments:pdf.reason', { reason: content.reason }));
  if (content.kind === 'invoice') drawHowToPay(sheet, content, drawnFor);
  return sheet.end();
}

function factsOf(content: DocumentContent, words: Words): string[] {
  const facts = [words.t('payments:pdf.details')];
  // Fees are charged when they are invoiced: the day of issue is the tax point too (VAT Notice 700, 14.2).
  const key = content.kind === 'invoice' && content.seller.vatNumber ? 'date-and-tax-point' : 'date';
  facts.push(words.t(`payments:pdf.${key}`, { date: words.longDate(content.issuedOn) }));
  if (content.kind === 'invoice') {
    const [first] = content.instalments;
    if (first && content.instalments.length === 1)
      facts.push(words.t('payments:pdf.due', { date: words.longDate(first.dueOn) }));
  } else
    facts.push(
      words.t('payments:pdf.for-invoice', {
        number: content.invoice.number,
        date: words.longDate(content.invoice.issuedOn),
      }),
    );
  return facts;
}

function drawSums(sheet: Sheet, content: DocumentContent, words: Words): void {
  const rate = (vatRate: number) => words.percent(vatRate / 10_000);
  const registered = content.seller.vatNumber !== null;
  const column = (key: string, share: number) => ({ title: words.t(`payments:pdf.${key}`), share, right: true });
  if (content.kind === 'invoice')
    sheet.table(
      [
        { title: words.t('payments:pdf.description'), share: 44 },
        column('quantity', 12),
        column('unit-price', 16),
        ...(registered ? [column('vat-rate', 12)] : []),
        column(registered ? 'net' : 'amount', 16),
      ],
      content.lines.map((line) => [
        line.description,
        words.number(line.quantity),
        words.pence(line.unitNetPence),
        ...(registered ? [rate(line.vatRate)] : []),
        words.pence(line.netPence),
      ]),
    );
  else
    sheet.table(
      [
        { title: words.t('payments:pdf.description'), share: 52 },
        ...(registered ? [column('vat-rate', 16)] : []),
        column(registered ? 'net' : 'amount', 16),
        ...(registered ? [column('vat', 16)] : []),
      ],
      content.vat.map((each) => [
        words.t('payments:pdf.credited', { number: content.invoice.number }),
        ...(registered ? [rate(each.vatRate)] : []),
        words.pence(each.netPence),
        ...(registered ? [words.pence(each.vatPence)] : []),
      ]),
    );
  const total = words.t(`payments:pdf.total.${content.kind}`);
  if (!registered) {
    sheet.totals([[total, words.pence(content.grossPence)]]);
    sheet.paragraph(words.t('payments:pdf.not-registered', { seller: content.seller.name }));
    return;
  }
  sheet.totals([
    [words.t('payments:pdf.total-net'), words.pence(content.netPence)],
    ...content.vat.map(({ vatRate, netPence, vatPence }): [string, string] => [
      words.t('payments:pdf.vat-at', { rate: rate(vatRate), net: words.pence(netPence) }),
      words.pence(vatPence),
    ]),
    ...(content.vat.length > 1 ? [[words.t('payments:pdf.total-vat'), words.pence(content.vatPence)] as const] : []),
    [total, words.pence(content.grossPence)],
  ]);
  if (content.kind === 'invoice') sheet.paragraph(words.t('payments:pdf.rounding'), { size: 9, colour: '#505050' });
}

function drawPayment(sheet: Sheet, content: DocumentContent, words: Words): void {
  const { method, reference, receivedOn, leftPence } = content.payment!;
  sheet.table(
    [
      { title: words.t('payments:pdf.received-on'), share: 28 },
      { title: words.t('payments:pdf.by'), share: 24 },
      { title: words.t('payments:bank.reference'), share: 32 },
      { title: words.t('payments:pdf.amount'), share: 16, right: true },
    ],
    [[words.longDate(receivedOn), words.t(`payments:method.${method}`), reference, words.pence(content.grossPence)]],
  );
  sheet.totals([[words.t('payments:pdf.total.receipt'), words.pence(content.grossPence)]]);
  const number = content.invoice.number;
  const key = leftPence > 0 ? 'left' : leftPence < 0 ? 'over' : 'settled';
  sheet.paragraph(words.t(`payments:pdf.${key}`, { number, sum: words.pence(Math.abs(leftPence)) }));
  sheet.paragraph(words.t('payments:pdf.receipt-is-no-invoice'), { size: 9, colour: '#505050' });
}

function drawHowToPay(sheet: Sheet, content: DocumentContent, { words, site }: DrawnFor): void {
  const { bank } = content.seller;
  if (content.instalments.length > 1) {
    sheet.heading(words.t('payments:pdf.instalments'));
    sheet.table(
      [
        { title: words.t('payments:pdf.pay-by'), share: 70 },
        { title: words.t('payments:pdf.amount'), share: 30, right: true },
      ],
      content.instalments.map(({ dueOn, pence }) => [words.longDate(dueOn), words.pence(pence)]),
    );
  }
  const url = `${site}/pay/${content.number}`;
  sheet.box(
    words.t('payments:pdf.how-to-pay'),
    [
      [words.t('payments:bank.account-name'), bank.accountName],
      [words.t('payments:bank.sort-code'), bank.sortCode],
      [words.t('payments:bank.account-number'), bank.accountNumber],
      [words.t('payments:bank.reference'), content.number],
    ],
    [words.t('payments:pdf.online'), url],
    url,
  );
  if (content.termsVersion) sheet.paragraph(words.t('payments:pdf.terms', { version: content.termsVersion }));
}

function footerOf({ seller }: DocumentContent, words: Words): string {
  return [
    seller.name,
    seller.vatNumber ? words.t('payments:pdf.vat-number', { number: vatGroups(seller.vatNumber) }) : null,
    seller.registrationNumber,
  ]
    .filter((each) => each !== null)
    .join(' · ');
}

/** `GB123456782` as people read it: `GB 123 4567 82`. */
export function vatGroups(number: string): string {
  return number.replace(/^GB(\d{3})(\d{4})(\d{2})(\d{3})?$/, (_, a, b, c, d) =>
    ['GB', a, b, c, d].filter(Boolean).join(' '),
  );
}
