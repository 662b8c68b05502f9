import { describe, expect, it } from '@jest/globals';
import { demoBrand, Translations } from '@carers/pages';
import { writeFileSync } from 'node:fs';
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

describe('documents', () => {
  it('draws', async () => {
    writeFileSync('/tmp/D/invoice.pdf', await documentPdf(content({ termsVersion: '2026-1' }), drawnFor));
    writeFileSync(
      '/tmp/D/invoice-novat.pdf',
      await documentPdf(
        content({
          seller: { ...seller, vatNumber: null },
          instalments: [
            { dueOn: '2026-12-21', pence: 100 },
            { dueOn: '2027-01-21', pence: 100 },
          ],
        }),
        drawnFor,
      ),
    );
    writeFileSync(
      '/tmp/D/credit.pdf',
      await documentPdf(
        content({ kind: 'credit_note', number: 'CC-CRN-2026-000001', reason: 'Charged for premises that are closed.' }),
        drawnFor,
      ),
    );
    writeFileSync(
      '/tmp/D/receipt.pdf',
      await documentPdf(
        content({
          kind: 'receipt',
          number: 'CC-RCT-2026-000001',
          payment: {
            method: 'bank_transfer',
            reference: 'CC-INV-2026-000001',
            receivedOn: '2026-11-22',
            leftPence: 1000,
          },
        }),
        drawnFor,
      ),
    );
    expect(1).toBe(1);
  });
});
