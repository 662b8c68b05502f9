import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PaymentEvent, PaymentEvents } from '../payment-events.js';
import { CannotBeUndone, CreditTooLarge, FormUsedBefore, NothingOwed, RefundTooLarge } from '../payments.problems.js';
import { actor, paymentsWorld, type PaymentsWorld } from '../payments.fixture.js';
import { Corrections } from './corrections.js';
import { LedgerLines } from './ledger-lines.js';
import { Ledger } from './ledger.js';
import { Refunds } from './refunds.js';

let world: PaymentsWorld;
let heard: string[] = [];
beforeAll(async () => {
  world = await paymentsWorld();
  const events: PaymentEvent[] = ['paid', 'part_paid', 'failed', 'disputed', 'dispute_won', 'dispute_lost', 'refunded', 'credited', 'written_off']; // prettier-ignore
  for (const event of events)
    world.app.get(PaymentEvents).on(event, async (_, { duePence }) => {
      heard.push(`${event} ${duePence}`);
      return Promise.resolve();
    });
});
afterAll(() => world.app.close());
afterEach(() => {
  heard = [];
});

const today = '2026-11-21';
const ledger = () => world.app.get(Ledger);
const corrections = () => world.app.get(Corrections);
const moved = (invoiceId: string, pence: number, once: string) => ({
  invoiceId,
  pence,
  method: 'bank_transfer' as const,
  reference: 'R',
  once,
});

/** What the ledger itself says of an invoice. */
async function booked(invoiceId: string): Promise<{ all: number; receivable: number }> {
  const [row] = await world.database.query<{ all: number; receivable: number }>(
    `SELECT coalesce(sum(pence), 0) AS all, coalesce(sum(pence) FILTER (WHERE account = 'receivable'), 0) AS receivable
       FROM ledger_entry JOIN ledger_transaction entry ON entry.id = transaction_id WHERE entry.invoice_id = $1`,
    [invoiceId],
  );
  return row!;
}

describe('money that comes', () => {
  it('pays an invoice in parts, each with a receipt, and says when nothing is owed', async () => {
    const { id } = await world.issue();
    await world.pay(id, 10_000);
    expect(await world.get(id)).toMatchObject({ state: 'open', duePence: 7_400, paidPence: 10_000 });
    await world.pay(id, 7_400);
    expect(await world.get(id)).toMatchObject({ state: 'paid', duePence: 0 });
    expect(heard).toEqual(['part_paid 7400', 'paid 0']);
    const receipts = await world.database.query<{ number: string }>(
      `SELECT number FROM payment_document WHERE invoice_id = $1 AND kind = 'receipt' ORDER BY issued_at, id`,
      [id],
    );
    expect(receipts).toHaveLength(2);
  });

  it('is kept as credit where it is too much', async () => {
    const { id } = await world.issue();
    await world.pay(id, 20_000);
    await world.pay(id, 100);
    expect(await world.get(id)).toMatchObject({ state: 'paid', owedPence: 0, overpaidPence: 2_700 });
    expect(heard).toEqual(['paid 0']);
  });

  it('counts once, however often and by how many at once it is told', async () => {
    const { id } = await world.issue();
    await Promise.all(Array.from({ length: 8 }, () => world.pay(id, 5_000, `same ${id}`)));
    await world.pay(id, 5_000, `same ${id}`);
    expect(await world.get(id)).toMatchObject({ receivedPence: 5_000 });
    expect(heard).toEqual(['part_paid 12400']);
  });

  it('is not taken for another movement by a form that was sent before with another sum, or for another invoice', async () => {
    const [one, other] = [await world.issue(), await world.issue()];
    await world.pay(one.id, 5_000, `form ${one.id}`);
    await expect(world.pay(one.id, 4_000, `form ${one.id}`)).rejects.toThrow(FormUsedBefore);
    await expect(world.pay(other.id, 5_000, `form ${one.id}`)).rejects.toThrow(FormUsedBefore);
    expect(await world.get(one.id)).toMatchObject({ receivedPence: 5_000 });
  });

  it('leaves nothing behind where something later in the transaction fails', async () => {
    const { id } = await world.issue();
    const told = { ...moved(id, 100, `fails ${id}`), receivedOn: today };
    const failing = world.in(async (tx) => {
      await ledger().received(tx, told, actor);
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect(await world.get(id)).toMatchObject({ receivedPence: 0 });
    const mails = await world.database.query(
      `SELECT FROM outgoing_message WHERE about_id = $1 AND template = 'payments/receipt'`,
      [id],
    );
    expect(mails).toEqual([]);
  });
});

describe('money that goes back', () => {
  it('makes the fee owed again, unless it ends with a credit note', async () => {
    const [stays, ends] = [await world.issue(), await world.issue()];
    for (const { id } of [stays, ends]) await world.pay(id, 17_400);
    const refund = (invoiceId: string, feeEnds: boolean) =>
      world.in((tx) =>
        world.app.get(Refunds).byBank(
          tx,
          { invoiceId, pence: 5_800, reason: 'Two months not used', feeEnds, once: `back ${invoiceId}`, refundedOn: today, reference: 'R' }, // prettier-ignore
          actor,
        ),
      );
    await refund(stays.id, false);
    await refund(ends.id, true);
    await refund(ends.id, true);
    expect(await world.get(stays.id)).toMatchObject({ state: 'open', duePence: 5_800 });
    expect(await world.get(ends.id)).toMatchObject({ state: 'paid', duePence: 0, creditedPence: 5_800 });
  });

  it('is never more than came', async () => {
    const { id } = await world.issue();
    await world.pay(id, 1_000);
    const back = (pence: number, once: string) =>
      world.in((tx) =>
        ledger().refunded(tx, { ...moved(id, pence, once), refundedOn: today, reason: 'because' }, actor),
      );
    await expect(back(1_001, `a ${id}`)).rejects.toThrow(RefundTooLarge);
    const both = await Promise.allSettled([back(600, `b ${id}`), back(600, `c ${id}`)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('putting right', () => {
  it('undoes a slip once, by an entry that mirrors it', async () => {
    const { id } = await world.issue();
    await world.pay(id, 17_400);
    const [, slip] = await world.app.get(LedgerLines).ofInvoice(id);
    const undo = () =>
      world.in((tx) => corrections().undo(tx, { invoiceId: id, transactionId: slip!.id, reason: 'Wrong one' }, actor));
    await undo();
    await expect(undo()).rejects.toThrow(CannotBeUndone);
    expect(await world.get(id)).toMatchObject({ state: 'open', duePence: 17_400, receivedPence: 0 });
    expect(heard).toEqual(['paid 0', 'failed 17400']);
    expect(await booked(id)).toEqual({ all: 0, receivable: 17_400 });
  });

  it('does not undo a payment that has gone back since, nor the invoice itself', async () => {
    const { id } = await world.issue();
    await world.pay(id, 5_000);
    await world.in((tx) =>
      ledger().refunded(tx, { ...moved(id, 1_000, `r ${id}`), refundedOn: today, reason: 'because' }, actor),
    );
    const lines = await world.app.get(LedgerLines).ofInvoice(id);
    for (const { id: transactionId } of lines.slice(0, 2))
      await expect(
        world.in((tx) => corrections().undo(tx, { invoiceId: id, transactionId, reason: 'no' }, actor)),
      ).rejects.toThrow(CannotBeUndone);
  });

  it('takes off with a credit note, VAT in proportion, and never more than is left', async () => {
    const { id } = await world.issue();
    const credit = (grossPence: number, once: string) =>
      world.in((tx) =>
        corrections().credit(tx, { invoiceId: id, grossPence, reason: 'Too many premises', once }, actor),
      );
    await credit(10_000, `a ${id}`);
    await expect(credit(7_401, `b ${id}`)).rejects.toThrow(CreditTooLarge);
    await credit(7_400, `c ${id}`);
    expect(await world.get(id)).toMatchObject({ state: 'credited', duePence: 0 });
    const [sums] = await world.database.query(
      'SELECT sum(net_pence) AS net, sum(vat_pence) AS vat FROM credit_note_line WHERE invoice_id = $1',
      [id],
    );
    expect(sums).toEqual({ net: 14_500, vat: 2_900 });
  });

  it('writes off what is owed; what comes all the same is credit', async () => {
    const { id } = await world.issue();
    const writeOff = (once: string) =>
      world.in((tx) => corrections().writeOff(tx, { invoiceId: id, reason: 'Gone', once }, actor));
    await writeOff(`w ${id}`);
    await expect(writeOff(`w2 ${id}`)).rejects.toThrow(NothingOwed);
    expect(await world.get(id)).toMatchObject({ state: 'written_off', duePence: 0 });
    await world.pay(id, 500);
    expect(await world.get(id)).toMatchObject({ state: 'written_off', overpaidPence: 500 });
  });

  it('says that all is paid once a writing off is undone that was paid after all', async () => {
    const { id } = await world.issue();
    await world.in((tx) =>
      corrections().writeOff(tx, { invoiceId: id, reason: 'Gone', once: `written off ${id}` }, actor),
    );
    await world.pay(id, 17_400);
    const writtenOff = (await world.app.get(LedgerLines).ofInvoice(id)).find(({ kind }) => kind === 'write_off')!;
    await world.in((tx) =>
      corrections().undo(tx, { invoiceId: id, transactionId: writtenOff.id, reason: 'They paid' }, actor),
    );
    expect(await world.get(id)).toMatchObject({ state: 'paid', duePence: 0 });
    expect(heard).toEqual(['written_off 0', 'paid 0']);
  });
});

describe('disputes', () => {
  it('hold the money meanwhile, and make the fee owed again only when they are lost', async () => {
    const { id } = await world.issue();
    const told = { ...moved(id, 17_400, `d ${id}`), method: 'stripe_card' as const, happenedOn: today };
    await world.in((tx) => ledger().received(tx, { ...told, once: `p ${id}`, receivedOn: today }, actor));
    await world.in((tx) => ledger().disputed(tx, told, actor));
    expect(await world.get(id)).toMatchObject({ state: 'paid', disputedPence: 17_400, refundablePence: 0 });
    await world.in((tx) => ledger().disputeWon(tx, { ...told, once: `won ${id}` }, actor));
    await world.in((tx) => ledger().disputed(tx, { ...told, once: `again ${id}` }, actor));
    await world.in((tx) => ledger().disputeLost(tx, { ...told, once: `lost ${id}` }, actor));
    expect(await world.get(id)).toMatchObject({ state: 'open', disputedPence: 0, duePence: 17_400 });
    expect(heard).toEqual(['paid 0', 'disputed 0', 'dispute_won 0', 'disputed 0', 'dispute_lost 17400']);
  });
});

describe('the ledger', () => {
  it('cannot be rewritten, nor be given entries that do not balance', async () => {
    const { id } = await world.issue();
    const [line] = await world.app.get(LedgerLines).ofInvoice(id);
    const run = (statement: string) => world.in((tx) => tx.query(statement));
    for (const table of ['ledger_entry', 'ledger_transaction', 'invoice_line', 'invoice_instalment']) {
      await expect(run(`DELETE FROM ${table}`)).rejects.toThrow('only ever added');
      await expect(run(`TRUNCATE ${table} CASCADE`)).rejects.toThrow('only ever added');
    }
    await expect(run(`UPDATE ledger_entry SET pence = pence + 1`)).rejects.toThrow('only ever added');
    await expect(run(`UPDATE invoice SET gross_pence = gross_pence + 1, net_pence = net_pence + 1`)).rejects.toThrow(
      'not changed',
    );
    await expect(run(`DELETE FROM invoice`)).rejects.toThrow('only ever added');
    const add = (place: number, pence: number) =>
      `INSERT INTO ledger_entry VALUES ('${line!.id}', ${place}, 'bank', ${pence});`;
    await expect(run(add(8, 100))).rejects.toThrow('instead of zero');
    // Not even two that balance: they would be a change to what was written.
    await expect(run(add(8, 100) + add(9, -100))).rejects.toThrow('has 5 entries of 3');
  });

  it('sums to zero and agrees with each invoice after any sequence of what can happen', async () => {
    const step = fc.record({
      what: fc.constantFrom('pay', 'refund', 'refund-end', 'credit', 'undo', 'write-off', 'dispute', 'won', 'lost'),
      pence: fc.integer({ min: 1, max: 20_000 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ unitNetPence: fc.integer({ min: 1, max: 9_000 }), vatRate: fc.constantFrom(0, 500, 2000) }), { minLength: 1, maxLength: 3 }), // prettier-ignore
        fc.array(step, { maxLength: 12 }),
        async (lines, steps) => {
          const { id } = await world.issue({
            lines: lines.map((line) => ({ description: 'Fee', quantity: 1, ...line })),
          });
          for (const { what, pence } of steps) await attempt(id, what, pence, `${++run}`);
          const invoice = await world.get(id);
          expect(await booked(id)).toEqual({ all: 0, receivable: invoice.duePence });
          const { grossPence, creditedPence, writtenOffPence, receivedPence, refundedPence } = invoice;
          expect(invoice.duePence).toBe(grossPence - creditedPence - writtenOffPence - receivedPence + refundedPence);
          expect(invoice.disputedPence).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 25 },
    );
    const [all] = await world.database.query('SELECT sum(pence) AS sum FROM ledger_entry');
    expect(all).toEqual({ sum: 0 });
  }, 60_000);
});

/** Tries one step; a refusal is an answer like others. */
async function attempt(invoiceId: string, what: string, pence: number, once: string): Promise<void> {
  const told = { ...moved(invoiceId, pence, `${what} ${once}`), happenedOn: today, reason: 'because' };
  const { disputedPence, refundablePence } = await world.get(invoiceId);
  const part = (most: number) => ({ ...told, pence: Math.min(pence, most) });
  const steps: Record<string, () => Promise<unknown>> = {
    pay: () => world.pay(invoiceId, pence),
    refund: () => world.in((tx) => ledger().refunded(tx, { ...told, refundedOn: today }, actor)),
    'refund-end': () =>
      world.in((tx) => world.app.get(Refunds).byBank(tx, { ...told, feeEnds: true, refundedOn: today }, actor)),
    credit: () => world.in((tx) => corrections().credit(tx, { ...told, grossPence: pence }, actor)),
    'write-off': () => world.in((tx) => corrections().writeOff(tx, told, actor)),
    undo: async () => {
      const last = (await world.app.get(LedgerLines).ofInvoice(invoiceId)).at(-1)!;
      await world.in((tx) => corrections().undo(tx, { invoiceId, transactionId: last.id, reason: 'slip' }, actor));
    },
    // The bank disputes what it has, and settles what is disputed.
    dispute: () => world.in((tx) => ledger().disputed(tx, part(refundablePence), actor)),
    won: () => world.in((tx) => ledger().disputeWon(tx, part(disputedPence), actor)),
    lost: () => world.in((tx) => ledger().disputeLost(tx, part(disputedPence), actor)),
  };
  await steps[what]!().catch((error: Error) => {
    const expected = /RefundTooLarge|CreditTooLarge|CannotBeUndone|NothingOwed|RangeError/;
    if (!expected.test(error.name)) throw error;
  });
}
