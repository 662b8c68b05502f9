import { describe, expect, it } from '@jest/globals';
import { demoBrand, Translations } from '@carers/pages';
import { readPdf } from '../../../../../test/support/read-pdf.js';
import { sumsOf } from '../../invoices/invoice-sums.js';
import type { DocumentContent } from '../document-content.js';
import { documentPdf } from './document-pdf.js';

const words = new Translations().in('en-GB');
const drawnFor = { brand: demoBrand, words, site: 'https://carers.example' };
const seller = {
  name: 'Dorset Carers Card (example)',
  addressLines: ['1 Example House', 'The Quay', 'Poole', 'BH15 1HJ'],
  vatNumber: 'GB123456782' as string | null,
  registrationNumber: 'Registered in England 01234567',
  bank: { accountName: 'Dorset Carers Card', sortCode: '00-00-00', accountNumber: '00000000' },
  numberPrefix: 'CC',
};

function content(over: Partial<DocumentContent> = {}): DocumentContent {
  const sums = sumsOf(
    [
      { description: 'Trader vetting: application, up to 5 people', quantity: 1, unitNetPence: 14500, vatRate: 2000 },
      { description: 'Extra premises', quantity: 2, unitNetPence: 8500, vatRate: 2000 },
    ],
    (over.seller ?? seller).vatNumber !== null,
  );
  return {
    kind: 'invoice',
    number: 'CC-INV-2026-000001',
    issuedOn: '2026-11-21',
    seller,
    payer: { name: 'Łukasz Plumbing & Heating', addressLines: ['12 High Street', 'Poole', 'BH15 1AB'] },
    invoice: {
      id: '019ab000-0000-7000-8000-000000000001',
      number: 'CC-INV-2026-000001',
      issuedOn: '2026-11-21',
      businessId: '019ab000-0000-7000-8000-000000000002',
    },
    ...sums,
    instalments: [{ dueOn: '2026-12-21', pence: sums.grossPence }],
    termsVersion: null,
    reason: null,
    payment: null,
    ...over,
  };
}

const drawn = async (over: Partial<DocumentContent> = {}) =>
  readPdf(await documentPdf(content(over), { ...drawnFor, uncompressed: true }));
const textOf = ({ lines }: { lines: { text: string }[] }) => lines.map(({ text }) => text).join(' ');

describe('an invoice', () => {
  it('shows what a full VAT invoice must, and how to pay', async () => {
    const text = textOf(await drawn({ termsVersion: '2026-1' }));
    for (const part of [
      'Invoice CC-INV-2026-000001',
      'Date (and tax point): 21 November 2026',
      'Dorset Carers Card (example)',
      'VAT number GB 123 4567 82',
      'Heating',
      '12 High Street',
      'Trader vetting: application, up to 5 people',
      '£145.00',
      '20%',
      'Total without VAT',
      '£315.00',
      'VAT at 20% on £315.00',
      '£63.00',
      'Total to pay',
      '£378.00',
      '00-00-00',
      'https://carers.example/pay/CC-INV-2026-000001',
      'version 2026-1',
    ])
      expect(text).toContain(part);
  });

  it('of a seller who is not registered for VAT charges none, and says so', async () => {
    const text = textOf(await drawn({ seller: { ...seller, vatNumber: null } }));
    expect(text).toContain('is not registered for VAT');
    expect(text).not.toMatch(/VAT number|20%|tax point/);
    expect(text).toContain('£315.00');
  });

  it('lists its instalments', async () => {
    const instalments = [
      { dueOn: '2026-12-21', pence: 18_900 },
      { dueOn: '2027-03-21', pence: 18_900 },
    ];
    const text = textOf(await drawn({ instalments }));
    expect(text).toContain('21 March 2027');
    expect(text.match(/£189\.00/g)).toHaveLength(2);
  });

  it('goes on to further pages where it has many lines', async () => {
    const lines = Array.from({ length: 60 }, (_, at) => ({ description: `Extra premises ${at}`, quantity: 1, unitNetPence: 8500, vatRate: 2000, netPence: 8500, vatPence: 1700 })); // prettier-ignore
    const { source } = await drawn({ lines });
    expect(source.match(/\/Type \/Page\n/g)!.length).toBeGreaterThan(2);
  });
});

describe('a credit note', () => {
  it('names the invoice that it takes from, the reason, and the VAT', async () => {
    const text = textOf(await drawn({ kind: 'credit_note', number: 'CC-CRN-2026-000001', reason: 'Premises closed.' }));
    for (const part of ['Credit note CC-CRN-2026-000001', 'CC-INV-2026-000001', 'Reason: Premises closed.', '£63.00'])
      expect(text).toContain(part);
    expect(text).not.toContain('How to pay');
  });
});

describe('a receipt', () => {
  it.each([
    [1_000, '£10.00 of invoice CC-INV-2026-000001 is still to be paid'],
    [0, 'Invoice CC-INV-2026-000001 is paid.'],
    [-500, '£5.00 too much was paid'],
  ])('says how the invoice stands with %ip left', async (leftPence, sentence) => {
    const payment = { method: 'bank_transfer', reference: 'BACS 7', receivedOn: '2026-11-22', leftPence } as const;
    const text = textOf(await drawn({ kind: 'receipt', number: 'CC-RCT-2026-000001', payment }));
    for (const part of ['22 November 2026', 'BACS 7', sentence, 'not a VAT invoice']) expect(text).toContain(part);
  });
});

describe('a document', () => {
  it('is the same file each time, tagged for screen readers, in its language and with its title', async () => {
    const [one, other] = [await documentPdf(content(), drawnFor), await documentPdf(content(), drawnFor)];
    expect(one.equals(other)).toBe(true);
    const { source } = await drawn();
    for (const part of [
      '/StructTreeRoot',
      '/MarkInfo',
      '/Lang (en-GB)',
      '/S /H1',
      '/S /Table',
      '/S /TH',
      '/DisplayDocTitle true',
    ])
      expect(source).toContain(part);
  });

  it('breaks words that no line could hold, and leaves out letters that the face lacks', async () => {
    const payer = { name: 'X'.repeat(200), addressLines: ['Χριστίνα'] };
    const { lines } = await drawn({ payer });
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThan(120);
  });
});
