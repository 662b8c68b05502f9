import { BusinessTerms } from '@carers/businesses';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Documents } from '../documents/documents.js';
import type { DocumentContent } from '../documents/document-content.js';
import { DocumentFiles } from '../documents/document-files.js';
import { actor, paymentsWorld, type PaymentsWorld } from '../payments.fixture.js';
import { InvoiceNotFound, SellerNotSetUp } from '../payments.problems.js';
import { Invoices } from './invoices.js';

let world: PaymentsWorld;
beforeAll(async () => {
  world = await paymentsWorld();
});
afterAll(() => world.app.close());

const numbers = async (kind: string) =>
  (
    await world.database.query<{ number: string }>(
      'SELECT number FROM payment_document WHERE kind = $1 ORDER BY number',
      [kind],
    )
  ).map(({ number }) => Number(number.slice(-6)));

describe('issuing', () => {
  it('keeps lines, sums and payer, mails it, and gives the same one for the same reason', async () => {
    const asked = world.asked({
      lines: [
        { description: 'Application', quantity: 1, unitNetPence: 14_500, vatRate: 2000 },
        { description: 'Extra premises', quantity: 3, unitNetPence: 8_533, vatRate: 2000 },
      ],
    });
    const issue = () => world.in((tx) => world.app.get(Invoices).issue(tx, asked, actor));
    const invoice = await issue();
    expect(invoice).toMatchObject({ netPence: 40_099, vatPence: 2_900 + 5_120, state: 'open', dueOn: '2026-12-21' });
    expect(await issue()).toMatchObject({ id: invoice.id });
    expect(await world.app.get(Invoices).ofAbout(asked.about)).toContainEqual(
      expect.objectContaining({ id: invoice.id }),
    );
    const mails = await world.database.query(`SELECT template FROM outgoing_message WHERE about_id = $1`, [invoice.id]);
    expect(mails).toEqual([{ template: 'payments/invoice' }]);
  });

  it('leaves no gap and gives no number twice, while many issue at once and some fail', async () => {
    const before = (await numbers('invoice')).length;
    const same = world.asked();
    const tries = Array.from({ length: 24 }, (_, at) =>
      world.in(async (tx) => {
        await world.app.get(Invoices).issue(tx, at % 6 === 0 ? same : world.asked(), actor);
        if (at % 3 === 1) throw new Error('changed my mind');
      }),
    );
    const ends = await Promise.allSettled(tries);
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(8);
    const after = await numbers('invoice');
    // Of the 16 that succeeded four asked for the same.
    expect(after).toHaveLength(before + 13);
    expect(after).toEqual(after.map((_, at) => at + 1));
  });

  it('begins anew each year, by the day in London', async () => {
    world.clock.set('2026-12-31T23:59:30Z');
    const last = await world.issue();
    world.clock.set('2027-01-01T00:00:30Z');
    const first = await world.issue();
    world.clock.set('2026-11-21T10:00:00Z');
    expect(last.number).toMatch(/^CC-INV-2026-/);
    expect(first.number).toBe('CC-INV-2027-000001');
  });

  it('refuses lines and instalments that do not add up', async () => {
    const line = { description: 'Fee', quantity: 1, unitNetPence: 100, vatRate: 0 };
    await expect(world.issue({ lines: [] })).rejects.toThrow(RangeError);
    await expect(world.issue({ lines: [{ ...line, unitNetPence: 0 }] })).rejects.toThrow(RangeError);
    await expect(world.issue({ lines: [{ ...line, quantity: 1.5 }] })).rejects.toThrow(RangeError);
    await expect(world.issue({ lines: [line], instalments: [{ dueOn: '2027-01-01', pence: 99 }] })).rejects.toThrow(
      RangeError,
    );
  });

  it('takes back what is not paid, once', async () => {
    const { id } = await world.issue();
    await world.pay(id, 7_400);
    const cancel = () => world.in((tx) => world.app.get(Invoices).void(tx, id, 'Application withdrawn', actor));
    await cancel();
    await cancel();
    expect(await world.get(id)).toMatchObject({ state: 'paid', creditedPence: 10_000, duePence: 0 });
    await expect(world.get('nothing')).rejects.toThrow(InvoiceNotFound);
  });
});

describe('a yearly fee', () => {
  it('agrees by being paid to the terms that it names, and to no others', async () => {
    const invoice = await world.issue({ purpose: 'trader-vetting.annual' });
    expect(invoice.termsVersion).toBe('2026-1');
    const later = await world.issue({ purpose: 'trader-vetting.annual' });
    await world.pay(invoice.id, 17_400);
    const accepted = () => world.app.get(BusinessTerms).acceptedBy(world.businessId);
    expect(await accepted()).toMatchObject([{ version: '2026-1', accountId: null }]);
    await world.in((tx) => tx.query(`INSERT INTO terms_version VALUES ('2026-2', '2026-11-20')`));
    await world.pay(later.id, 17_400);
    expect(await accepted()).toHaveLength(1);
    await world.in((tx) => tx.query(`DELETE FROM terms_version WHERE version = '2026-2'`));
  });
});

describe('documents', () => {
  it('keep what they said, and are the same file each time', async () => {
    const { id } = await world.issue();
    const [document] = await world.app.get(Documents).ofInvoice(id);
    const content = JSON.parse(document!.content!) as DocumentContent;
    expect(content).toMatchObject({ kind: 'invoice', seller: { vatNumber: 'GB123456782' }, grossPence: 17_400 });
    const files = world.app.get(DocumentFiles);
    const [one, other] = await Promise.all([files.of(document!.id), files.of(document!.id)]);
    expect(one.bytes.equals(other.bytes)).toBe(true);
    expect((await files.of(document!.id)).bytes.equals(one.bytes)).toBe(true);
    expect(one.name).toMatch(/^CC-INV-2026-\d{6}\.pdf$/);
    // Sealed at rest: the payer may be one person at home.
    const [row] = await world.database.query<{ pdf: Buffer; content: string }>(
      'SELECT pdf, content FROM payment_document WHERE id = $1',
      [document!.id],
    );
    expect(row!.pdf.toString('latin1')).not.toContain('%PDF');
    expect(row!.content).not.toContain('Quay');
  });
});

describe('without a seller', () => {
  it('issues nothing, and says so', async () => {
    const unnamed = await paymentsWorld({}, { seller: null });
    await expect(unnamed.issue()).rejects.toThrow(SellerNotSetUp);
    await unnamed.app.close();
  });
});
