import { Database } from '@carers/database';
import { addDays } from '@carers/kernel';
import { DirectDebits, type Invoice, Ledger, PaymentMethods, Reconciliation, Refunds } from '@carers/payments';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stripeWorld, type StripeWorld } from './stripe-support.js';

const staff = { kind: 'account', id: '01890a5d-ac96-774b-bcce-b302099a8057' } as const;

describe('money that Stripe moves', () => {
  let world: StripeWorld;
  beforeAll(async () => {
    world = await stripeWorld();
  });
  afterAll(() => world?.close());

  const get: StripeWorld['program']['get'] = (service) => world.program.get(service);
  const inTransaction = <T>(work: Parameters<Database['transaction']>[0]) =>
    get(Database).transaction(work) as Promise<T>;
  const subjects = async () => (await world.program.outbox()).map(({ subject }) => subject ?? '');
  const paid = async (method: 'card' | 'bacs_debit' = 'card', changes = {}) => {
    const invoice = await world.invoice(changes);
    const { id } = world.stripe.payer.pay(await world.checkout(invoice), method);
    if (method === 'bacs_debit') world.stripe.payer.bankPays(id);
    await world.hear();
    return { invoice, intent: id };
  };
  let asked = 0;
  const refund = (invoice: Invoice, pence: number, once = `refund ${++asked}`) =>
    inTransaction(async (tx) => {
      const [stripe] = get(PaymentMethods).all.filter(({ key }) => key === 'stripe');
      await stripe!.refund(tx, { invoice, pence, reason: 'Charged too much', once }, staff);
    });

  describe('goes back', () => {
    it('when staff say so, by the way it came, once however often the job runs', async () => {
      const { invoice, intent } = await paid();
      await refund(await world.now(invoice), 5000);
      // Asked, but not yet given: nobody can ask for it a second time.
      await expect(refund(await world.now(invoice), 12_500)).rejects.toThrow();
      world.stripe.faults.plan('POST', /refunds$/, 'lost answer');
      await world.program.work();
      await world.hear();
      expect(await world.now(invoice)).toMatchObject({ refundedPence: 5000, state: 'open' });
      const given = world.stripe.account.all('refund').filter((each) => each.payment_intent === intent);
      expect(given).toMatchObject([{ amount: 5000, reason: 'requested_by_customer' }]);
      const reasons = await get(Database).query(`SELECT reason FROM ledger_transaction WHERE reference = $1`, [
        given[0]!.id,
      ]);
      expect(reasons).toEqual([{ reason: 'Charged too much' }]);
      await refund(await world.now(invoice), 12_400);
      await world.program.work();
      expect(await world.now(invoice)).toMatchObject({ refundedPence: 17_400 });
      await expect(refund(await world.now(invoice), 1)).rejects.toThrow();
    });

    it('and comes again where the payer’s bank cannot take it, which staff are told', async () => {
      const { invoice } = await paid('bacs_debit');
      await refund(await world.now(invoice), 17_400);
      await world.program.work();
      expect(await world.now(invoice)).toMatchObject({ refundedPence: 17_400 });
      const [given] = world.stripe.account.all('refund');
      world.stripe.payer.bankRefusesRefund(given!.id);
      await world.hear();
      expect(await world.now(invoice)).toMatchObject({ refundedPence: 0, state: 'paid' });
      expect(await subjects()).toContainEqual(expect.stringContaining('could not be given back'));
    });

    it('once, however often staff send the form', async () => {
      const { invoice, intent } = await paid();
      const form = { invoiceId: invoice.id, pence: 3000, reason: 'Charged too much', feeEnds: true, once: 'form one' };
      const send = () => inTransaction((tx) => get(Refunds).byMethod(tx, form, 'stripe', staff));
      await Promise.all([send(), send()]);
      await world.program.work();
      await send();
      await world.program.work();
      const given = world.stripe.account.all('refund').filter((each) => each.payment_intent === intent);
      expect(given).toMatchObject([{ amount: 3000 }]);
      expect(await world.now(invoice)).toMatchObject({ refundedPence: 3000, creditedPence: 3000, state: 'paid' });
    });

    it('not by bank too, while it is on its way back by Stripe', async () => {
      const { invoice } = await paid();
      await refund(await world.now(invoice), 17_400);
      const byBank = (pence: number) =>
        inTransaction((tx) =>
          get(Refunds).byBank(
            tx,
            {
              invoiceId: invoice.id,
              pence,
              reason: 'Asked twice',
              feeEnds: false,
              once: `bank ${++asked}`,
              refundedOn: '2026-11-21',
              reference: 'x',
            },
            staff,
          ),
        );
      await expect(byBank(1)).rejects.toMatchObject({ slug: 'refund-too-large' });
      await world.program.work();
      expect(await world.now(invoice)).toMatchObject({ receivedPence: 17_400, refundedPence: 17_400 });
    });

    it('and what is paid for is paid again where a refund could not be given', async () => {
      const { invoice, intent } = await paid('bacs_debit');
      await refund(await world.now(invoice), 17_400);
      await world.program.work();
      const given = world.stripe.account.all('refund').find((each) => each.payment_intent === intent);
      world.stripe.payer.bankRefusesRefund(given!.id);
      await world.hear();
      expect(world.told.get(invoice.id)).toEqual(['paid', 'refunded', 'paid']);
    });

    it('from the invoice that it was paid for, whatever is written on the payment since', async () => {
      const [{ invoice, intent }, other] = [await paid(), (await paid()).invoice];
      const payment = world.stripe.account.all('payment_intent').find(({ id }) => id === intent)!;
      Object.assign(payment.metadata, { invoice: other.id });
      world.stripe.payer.dashboardRefunds(intent, 400);
      await world.hear();
      expect(await world.now(invoice)).toMatchObject({ refundedPence: 400 });
      expect(await world.now(other)).toMatchObject({ refundedPence: 0 });
    });

    it('by a refund that somebody makes at Stripe itself', async () => {
      const { invoice, intent } = await paid();
      world.stripe.payer.dashboardRefunds(intent, 400);
      await world.hear();
      expect(await world.now(invoice)).toMatchObject({ refundedPence: 400, duePence: 400 });
    });

    it('by a dispute: the money is held, and comes back when it is won', async () => {
      const { invoice, intent } = await paid();
      const dispute = world.stripe.payer.disputes(intent);
      await world.hear();
      expect(world.told.get(invoice.id)).toEqual(['paid', 'disputed']);
      expect(await world.now(invoice)).toMatchObject({ disputedPence: 17_400, state: 'paid' });
      await expect(refund(await world.now(invoice), 1)).rejects.toThrow();
      expect(await subjects()).toContainEqual(expect.stringContaining('Payment disputed'));
      world.stripe.payer.closeDispute(dispute.id, 'won');
      await world.hear();
      expect(await world.now(invoice)).toMatchObject({ disputedPence: 0, refundedPence: 0 });
      expect(world.told.get(invoice.id)).toEqual(['paid', 'disputed', 'dispute_won']);
    });

    it('for good when a dispute is lost, a Direct Debit’s at once: the fee is owed again', async () => {
      const { invoice, intent } = await paid('bacs_debit');
      world.stripe.payer.disputes(intent, 'debit_not_authorized');
      await world.hear();
      expect(await world.now(invoice)).toMatchObject({ disputedPence: 0, refundedPence: 17_400, state: 'open' });
      expect(world.told.get(invoice.id)).toEqual(['paid', 'disputed', 'dispute_lost']);
    });
  });

  describe('is held against our books each night', () => {
    const open = () =>
      get(Database).query(
        `SELECT kind, what, ours_pence AS ours, theirs_pence AS theirs FROM stripe_difference WHERE closed_at IS NULL`,
      );

    it('and they agree, page after page', async () => {
      const { payments, asked } = world.stripe;
      for (let count = 0; count < 220; count++) {
        const metadata = { scheme: 'kent' };
        const theirs = payments.intend({ amount: 901, customer: null, metadata, types: ['card'] });
        payments.confirm(theirs, payments.method('card', null));
      }
      asked.length = 0;
      await get(Reconciliation).reconcile();
      expect(asked.filter((request) => request === 'GET /v1/balance_transactions')).toHaveLength(3);
      expect(await open()).toEqual([]);
    });

    it('finds a payment of which no message came', async () => {
      const invoice = await world.invoice();
      world.stripe.payer.pay(await world.checkout(invoice));
      world.stripe.unsent();
      await get(Reconciliation).reconcile();
      expect(await open()).toEqual([]);
      expect(await world.now(invoice)).toMatchObject({ state: 'paid' });
    });

    it('lists what only one of them has, and what they have differently, until it agrees', async () => {
      const invoice = await world.invoice();
      const entry = { invoiceId: invoice.id, method: 'stripe_card', receivedOn: world.program.clock.today() } as const;
      await inTransaction((tx) =>
        get(Ledger).received(tx, { ...entry, pence: 100, reference: 'pi_nowhere', once: 'stripe:pi_nowhere' }, staff),
      );
      // Taken by hand at Stripe: it names no invoice of ours.
      const { payments } = world.stripe;
      const theirs = payments.intend({ amount: 900, customer: null, metadata: {}, types: ['card'] });
      payments.confirm(theirs, payments.method('card', null));
      await get(Reconciliation).reconcile();
      await get(Reconciliation).reconcile();
      expect(await open()).toEqual(
        expect.arrayContaining([
          { kind: 'ours_only', what: 'payment', ours: 100, theirs: null },
          { kind: 'theirs_only', what: 'payment', ours: null, theirs: 900 },
        ]),
      );
      expect(await open()).toHaveLength(2);
      await inTransaction((tx) =>
        get(Ledger).received(tx, { ...entry, pence: 901, reference: theirs.id, once: `stripe:${theirs.id}` }, staff),
      );
      world.program.clock.advance({ days: 1 });
      await get(Reconciliation).reconcile();
      expect(await open()).toContainEqual({ kind: 'amount', what: 'payment', ours: 901, theirs: 900 });
      expect(await open()).toHaveLength(2);
    });
  });

  describe('comes by Direct Debit', () => {
    const yearly = { purpose: 'trader-vetting.annual' };
    const later = (days: number) => addDays(world.program.clock.today(), days);
    const everyDay = async (days: number) => {
      for (let day = 0; day < days; day++) {
        await get(DirectDebits).collectDue();
        await get(DirectDebits).giveNotice();
        await world.hear();
        world.program.clock.advance({ days: 1 });
      }
    };
    const collections = (invoice: Invoice) =>
      get(Database).query<{ state: string; collect_on: string; payment_intent_id: string | null }>(
        `SELECT state, collect_on::text, payment_intent_id FROM stripe_collection WHERE invoice_id = $1`,
        [invoice.id],
      );

    it('for the yearly fee, three working days after a notice at the least, once a mandate is left for it', async () => {
      const early = await world.invoice({ ...yearly, dueOn: later(1) });
      await everyDay(1);
      expect(await collections(early)).toEqual([]);
      await paid('bacs_debit', { ...yearly, dueOn: later(30) });
      expect(await world.count(`stripe_mandate WHERE state = 'active'`)).toBe(1);
      const next = await world.invoice({ ...yearly, dueOn: '2026-12-30' });
      world.program.clock.set('2026-12-21T09:00:00Z');
      await everyDay(1);
      // 24, 29, 30 December, … are working days; Christmas and what stands for Boxing Day are not.
      expect(await collections(next)).toMatchObject([{ state: 'told', collect_on: '2026-12-30' }]);
      expect(await subjects()).toContainEqual('We will take your fee by Direct Debit');
      await everyDay(8);
      expect(await collections(next)).toMatchObject([{ state: 'told' }]);
      await everyDay(1);
      const [collection] = await collections(next);
      expect(collection).toMatchObject({ state: 'processing' });
      world.stripe.payer.bankPays(collection!.payment_intent_id!);
      await world.hear();
      expect(await world.now(next)).toMatchObject({ state: 'paid' });
      // The one that had no mandate in its day is caught up with.
      expect(await collections(early)).toMatchObject([{ state: 'processing' }]);
    });

    it('not where it was paid or changed since the notice', async () => {
      const invoice = await world.invoice({ ...yearly, dueOn: later(4) });
      await everyDay(1);
      expect(await collections(invoice)).toMatchObject([{ state: 'told' }]);
      await inTransaction((tx) =>
        get(Ledger).received(
          tx,
          {
            invoiceId: invoice.id,
            pence: 17_400,
            method: 'bank_transfer',
            reference: 'x',
            once: invoice.id,
            receivedOn: later(0),
          },
          staff,
        ),
      );
      expect(await collections(invoice)).toMatchObject([{ state: 'stopped' }]);
    });

    it('and tells once where the bank says no, or the mandate has ended', async () => {
      const bounced = await world.invoice({ ...yearly, dueOn: later(4) });
      const ended = await world.invoice({ ...yearly, dueOn: later(10) });
      await everyDay(8);
      const [mandate] = world.stripe.account.all('mandate').filter(({ status }) => status === 'active');
      // Stripe knows of the end, and the message to us is lost.
      mandate!.status = 'inactive';
      await everyDay(8);
      const [collection] = await collections(bounced);
      world.stripe.payer.bankRefuses(collection!.payment_intent_id!);
      await world.hear();
      await world.hear();
      expect(await collections(bounced)).toMatchObject([{ state: 'failed' }]);
      expect(await collections(ended)).toMatchObject([{ state: 'failed' }]);
      expect([world.told.get(bounced.id), world.told.get(ended.id)]).toEqual([['failed'], ['failed']]);
      world.stripe.account.tell('mandate.updated', mandate!);
      await world.hear();
      expect(await world.count(`stripe_mandate WHERE state = 'active'`)).toBe(0);
    });
  });
});
