import type { Actor } from '@carers/audit';
import { BusinessTerms, Businesses } from '@carers/businesses';
import { Database, type Tx } from '@carers/database';
import { Corrections, type Invoice, Invoices, Ledger } from '@carers/payments';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import type { GivenCase } from '../../../../test/support/given-case.js';
import { Given } from '../../../../test/support/given.js';
import { Accreditations } from '../cases/accreditations.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { BeginYearsSchedule } from './begin-years.js';
import { CaseFees } from './case-fees.js';

describe('the fees of a case', () => {
  let running: TestApp;
  let given: Given;
  let count = 0;
  const system: Actor = { kind: 'system', id: 'test' };
  beforeAll(async () => {
    running = await startTestApp();
    given = new Given(running);
    await given.scheme();
  });
  beforeEach(() => running.clock.set('2026-11-21T10:00:00Z'));
  afterAll(() => running?.close());

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => running.get(Database).transaction(work);
  const stateOf = async ({ case: { id } }: GivenCase) => (await running.get(VettingCases).get(id)).state;
  const invoicesOf = ({ case: { id } }: GivenCase) => running.get(Invoices).ofAbout({ kind: 'vetting_case', id });
  const yearOf = async ({ case: { id } }: GivenCase) => (await running.get(CaseFees).yearsOf(id))[0]!;
  const untilOf = async ({ case: { id } }: GivenCase) =>
    (await running.get(Accreditations).standing(running.get(Database).reader, id))?.validUntil;
  const named = (made: GivenCase, purpose: string) =>
    invoicesOf(made).then((all) => all.find((invoice) => invoice.purpose === `trader-vetting.${purpose}`)!);

  const movement = (invoice: Invoice, pence: number) => ({
    invoiceId: invoice.id,
    pence,
    method: 'bank_transfer' as const,
    reference: 'FPS 1',
    once: `test ${++count}`,
  });
  const pay = (invoice: Invoice, pence = invoice.grossPence) =>
    inTx((tx) =>
      running.get(Ledger).received(tx, { ...movement(invoice, pence), receivedOn: running.clock.today() }, system),
    );
  const tonight = async () => {
    await running.get(BeginYearsSchedule).nightly();
    await running.work();
  };

  it('begin with an invoice for the application, and paying it opens the review', async () => {
    const made = await given.case({ state: 'fee_due', facts: { premises: 3 } });
    const [invoice] = await invoicesOf(made);
    expect(invoice).toMatchObject({
      purpose: 'trader-vetting.application',
      netPence: 14_500,
      grossPence: 17_400,
      dueOn: '2026-12-21',
    });
    const [line] = await running.get(Invoices).linesOf(invoice!.id);
    expect(line!.description).toMatch(/^Trader vetting: Application fee \(reference [0-9A-Z]{4}-[0-9A-Z]{4}\)$/);
    await pay(invoice!, 400);
    expect(await stateOf(made)).toBe('fee_due');
    await pay(invoice!, 17_000);
    expect(await stateOf(made)).toBe('in_review');
    const history = await running.get(VettingCases).historyOf(made.case.id);
    expect(history.at(-1)).toMatchObject({
      move: 'fee_paid',
      actorKind: 'system',
      reasonKey: 'vetting:because.fee-paid',
    });
  });

  it('are skipped where there is nothing to pay', async () => {
    const { business } = await given.business({ name: 'Café Sunshine' });
    const made = await given.case({ programme: 'carer-friendly-award', businessId: business.id, state: 'approved' });
    expect(await invoicesOf(made)).toEqual([]);
    expect(await yearOf(made)).toMatchObject({ year: 1, fee: 'none' });
    expect(await untilOf(made)).toBe('2028-11-20');
  });

  it('wait for the price that staff set for a large business', async () => {
    const made = await given.case({ state: 'fee_due', facts: { employees: 60 } });
    expect(await invoicesOf(made)).toEqual([]);
    const price = { application: 30_000, annual: 80_000 };
    const set = (actor: Actor) => inTx((tx) => running.get(CaseFees).setQuotation(tx, made.case.id, price, actor));
    await expect(set(made.owner)).rejects.toMatchObject({ slug: 'not-their-vetting-move' });
    await set(made.officers[0]);
    expect((await invoicesOf(made)).map(({ netPence }) => netPence)).toEqual([30_000]);
    await expect(set(made.officers[0])).rejects.toMatchObject({ slug: 'vetting-case-has-moved-on' });
  });

  it.each([
    ['disputed', 'vetting:because.fee-disputed'],
    ['refunded', 'vetting:because.fee-refunded'],
  ] as const)('that are %s before a decision close the review again', async (what, reasonKey) => {
    const made = await given.case({ state: 'fee_due' });
    const [invoice] = await invoicesOf(made);
    await pay(invoice!);
    const today = running.clock.today();
    const told = movement(invoice!, invoice!.grossPence);
    const dispute = { ...told, happenedOn: today };
    const refund = { ...told, refundedOn: today, reason: 'Asked to.' };
    await inTx((tx) =>
      what === 'disputed'
        ? running.get(Ledger).disputed(tx, dispute, system)
        : running.get(Ledger).refunded(tx, refund, system),
    );
    expect(await stateOf(made)).toBe('fee_due');
    const history = await running.get(VettingCases).historyOf(made.case.id);
    expect(history.at(-1)).toMatchObject({ move: 'fee_reversed', reasonKey });
    if (what === 'disputed')
      await inTx((tx) => running.get(Ledger).disputeWon(tx, { ...dispute, once: `${told.once} won` }, system));
    else await pay(invoice!);
    expect(await stateOf(made)).toBe('in_review');
  });

  it('do not open the review while a bank holds the money, whatever else happens to the invoice', async () => {
    const made = await given.case({ state: 'fee_due' });
    const [invoice] = await invoicesOf(made);
    await pay(invoice!);
    const dispute = { ...movement(invoice!, invoice!.grossPence), happenedOn: running.clock.today() };
    await inTx((tx) => running.get(Ledger).disputed(tx, dispute, system));
    const credit = { invoiceId: invoice!.id, grossPence: 100, reason: 'Goodwill', once: `test ${++count}` };
    await inTx((tx) => running.get(Corrections).credit(tx, credit, system));
    expect(await stateOf(made)).toBe('fee_due');
  });

  it('that come back after a decision change nothing about it', async () => {
    const made = await given.case({ state: 'refused' });
    const invoice = await named(made, 'application');
    await pay(invoice);
    await inTx((tx) =>
      running.get(Ledger).disputed(tx, { ...movement(invoice, invoice.grossPence), happenedOn: '2026-11-22' }, system),
    );
    expect(await stateOf(made)).toBe('refused');
  });

  it('of the first year are due after the approval, in parts, and paying agrees to the terms', async () => {
    const made = await given.case({ state: 'approved', facts: { trading_names: 2 } });
    const invoice = await named(made, 'annual');
    expect(invoice).toMatchObject({ netPence: 40_500, grossPence: 48_600, dueOn: '2026-12-21' });
    expect(await running.get(Invoices).instalmentsOf(invoice.id)).toHaveLength(3);
    expect(await yearOf(made)).toMatchObject({ year: 1, startsOn: '2026-11-21', endsOn: '2027-11-20', fee: 'due' });
    await pay(invoice, 16_200);
    const { version } = await running.get(BusinessTerms).current();
    expect(await yearOf(made)).toMatchObject({ fee: 'part_paid', termsVersion: version, termsAcceptedBy: 'paying' });
    await pay(invoice, 32_400);
    expect(await yearOf(made)).toMatchObject({ fee: 'paid' });
  });

  it('are asked for once a year, before the anniversary, and paying renews', async () => {
    const made = await given.case({ state: 'approved' });
    await pay(await named(made, 'annual'));
    expect(await untilOf(made)).toBe('2027-11-20');
    running.clock.set('2027-10-21T10:00:00Z');
    await tonight();
    expect(await yearOf(made)).toMatchObject({ year: 1 });
    running.clock.set('2027-10-22T10:00:00Z');
    await tonight();
    await tonight();
    const again = await inTx((tx) => running.get(CaseFees).renew(tx, made.case.id, system));
    expect(again).toBe(false);
    expect(await yearOf(made)).toMatchObject({ year: 2, startsOn: '2027-11-21', endsOn: '2028-11-20', fee: 'due' });
    expect((await invoicesOf(made)).filter(({ purpose }) => purpose.endsWith('annual'))).toHaveLength(2);
    const invoice = await named(made, 'annual');
    expect(invoice.dueOn).toBe('2027-11-21');
    expect(await untilOf(made)).toBe('2027-11-20');
    await pay(invoice);
    expect(await untilOf(made)).toBe('2028-11-20');
  });

  it('two workers at once begin one year', async () => {
    const made = await given.case({ state: 'approved' });
    await pay(await named(made, 'annual'));
    running.clock.set('2027-11-01T10:00:00Z');
    const renew = () => inTx((tx) => running.get(CaseFees).renew(tx, made.case.id, system));
    expect((await Promise.all([renew(), renew(), renew()])).filter(Boolean)).toHaveLength(1);
    expect(await running.get(CaseFees).yearsOf(made.case.id)).toHaveLength(2);
  });

  it('that are not paid in a year bring no other year', async () => {
    const made = await given.case({ state: 'approved' });
    running.clock.set('2027-11-01T10:00:00Z');
    await tonight();
    expect(await running.get(CaseFees).yearsOf(made.case.id)).toHaveLength(1);
  });

  it('do not renew while new terms are not agreed to; agreeing does', async () => {
    const made = await given.case({ state: 'approved' });
    await pay(await named(made, 'annual'));
    running.clock.set('2027-11-01T10:00:00Z');
    await inTx((tx) => running.get(CaseFees).renew(tx, made.case.id, system));
    const { version: old } = await running.get(BusinessTerms).current();
    const database = running.get(Database);
    await database.query(`INSERT INTO terms_version (version, in_force_from) VALUES ('2027-test', '2027-10-31')`);
    try {
      await pay(await named(made, 'annual'));
      expect(await yearOf(made)).toMatchObject({ fee: 'paid', termsVersion: null });
      expect(await untilOf(made)).toBe('2027-11-20');
      const agree = (version: string, actor: Actor) =>
        inTx((tx) => running.get(CaseFees).agreeTerms(tx, made.case.id, version, actor));
      await expect(agree(old, made.owner)).rejects.toMatchObject({ slug: 'terms-changed' });
      await expect(agree('2027-test', made.officers[0])).rejects.toMatchObject({ slug: 'not-their-vetting-move' });
      await agree('2027-test', made.owner);
      expect(await yearOf(made)).toMatchObject({ termsVersion: '2027-test', termsAcceptedBy: made.owner.id });
      expect(await untilOf(made)).toBe('2028-11-20');
    } finally {
      await database.query(`DELETE FROM terms_acceptance WHERE version = '2027-test'`);
      await database.query(`DELETE FROM terms_version WHERE version = '2027-test'`);
    }
  });

  it('that nobody need pay any more are taken back when the case ends', async () => {
    const made = await given.case({ state: 'fee_due' });
    await running.get(Businesses).leave(made.businessId, made.owner);
    expect(await stateOf(made)).toBe('withdrawn');
    expect((await invoicesOf(made)).map(({ state, duePence }) => [state, duePence])).toEqual([['credited', 0]]);
  });
});
