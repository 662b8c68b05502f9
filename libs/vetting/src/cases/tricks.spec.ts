import { Database, type Tx } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import type { GivenCase } from '../../../../test/support/given-case.js';
import { Given } from '../../../../test/support/given.js';
import { CaseChecks } from '../checks/case-checks.js';
import { CasePeople } from '../checks/case-people.js';
import { References } from '../checks/references.js';
import { SiteVisits } from '../checks/site-visits.js';
import { RemindReferees } from '../owner/remind-referees.js';
import { Register } from '../register/register.js';
import { VettingCases } from './vetting-cases.js';

/** What somebody might try who wants to be on the register without having earned it, or to know what is not theirs. */
describe('nobody', () => {
  let running: TestApp;
  let given: Given;
  let count = 0;
  beforeAll(async () => {
    running = await startTestApp();
    given = new Given(running);
    await given.scheme();
  });
  afterAll(() => running?.close());
  beforeEach(() => running.clock.set('2026-11-21T10:00:00Z'));

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => running.get(Database).transaction(work);
  const checkOf = async (made: GivenCase, key: string) =>
    (await running.get(CaseChecks).of(made.case.id)).find((check) => check.key === key)!;
  const open = (made: GivenCase) =>
    inTx((tx) =>
      running.get(VettingCases).open(tx, { businessId: made.businessId, programme: 'trader-vetting' }, made.owner),
    );

  describe('who names customers', () => {
    const references = () => running.get(References);
    async function name(made: GivenCase): Promise<{ id: string; email: string }> {
      const email = `customer-${++count}@customers.example`;
      const { id: check } = await checkOf(made, 'references');
      const customer = { name: 'Ann Customer', email, phone: null, job: 'A tap' };
      return { id: (await inTx((tx) => references().name(tx, check, customer, made.owner))).id, email };
    }
    const ask = (made: GivenCase, id: string) => inTx((tx) => references().request(tx, id, made.officers[0]));
    const remove = (made: GivenCase, id: string) =>
      inTx((tx) => references().unname(tx, id, made.owner)).then(
        () => 'removed',
        ({ slug }: { slug: string }) => slug,
      );
    const mailsTo = async (email: string) => (await running.outbox()).filter(({ to }) => to === email);

    it('learns by taking one back whether they were asked', async () => {
      const draft = await given.case({ state: 'draft' });
      expect(await remove(draft, (await name(draft)).id)).toBe('removed');
      const made = await given.case();
      const [asked, waiting] = [await name(made), await name(made)];
      await ask(made, asked.id);
      const answers = [await remove(made, asked.id), await remove(made, waiting.id)];
      expect(answers).toEqual(['vetting-case-has-moved-on', 'vetting-case-has-moved-on']);
    });

    it('has their customers written to, or heard, after the case has ended', async () => {
      const made = await given.case();
      const { id, email } = await name(made);
      await ask(made, id);
      const [mail] = await mailsTo(email);
      const token = /\/reference\/([\w-]{22})/.exec(mail!.text)![1]!;
      await given.cases.move(made, 'withdraw', {}, made.owner);
      const scores = { quality: 4, price: 4, manner: 4, care: 4, again: 4 };
      for (const tried of [
        references().open(token),
        references().answer(token, { scores, words: 'Still here.' }),
        references().decline(token),
      ])
        await expect(tried).rejects.toMatchObject({ slug: 'reference-not-open' });
      running.clock.advance({ days: 8 });
      await running.get(RemindReferees).handle();
      expect(await mailsTo(email)).toHaveLength(1);
    });
  });

  it('hands the disclosure that one person was given on to another by a change of name', async () => {
    const made = await given.case({ state: 'approved' });
    const people = running.get(CasePeople);
    const facts = { name: 'Ann Fitter', role: 'employee' as const, entersHomes: true };
    const { id } = await inTx((tx) => people.add(tx, made.case.id, facts, made.owner));
    await inTx((tx) => people.disclose(tx, id, { on: '2026-10-01', result: 'clear' }, made.officers[0]));
    const check = await checkOf(made, 'disclosures');
    await inTx((tx) => running.get(CaseChecks).accept(tx, check.id, {}, made.officers[0]));
    const person = async () => (await people.of(made.case.id)).find((each) => each.id === id);
    await inTx((tx) => people.change(tx, id, { ...facts, role: 'subcontractor' }, made.owner));
    expect(await person()).toMatchObject({ disclosureResult: 'clear', disclosureOn: '2026-10-01' });
    await inTx((tx) => people.change(tx, id, { ...facts, name: 'Bob Barred' }, made.owner));
    expect(await person()).toMatchObject({ name: 'Bob Barred', disclosureResult: null, disclosureOn: null });
    expect(await checkOf(made, 'disclosures')).toMatchObject({ renewing: true });
  });

  it('appeals while a new case runs, and gets a plain answer', async () => {
    const made = await given.case({ state: 'refused' });
    await open(made);
    const appeal = given.cases.move(made, 'appeal', { reason: 'Both, please.' }, made.owner);
    await expect(appeal).rejects.toMatchObject({ slug: 'vetting-case-already-open' });
  });

  it('appeals again and again until no officer is left to hear it', async () => {
    const made = await given.case({ state: 'appealed' });
    await given.cases.move(made, 'uphold', { reason: 'It was right.' }, made.officers[2]);
    const again = given.cases.move(made, 'appeal', { reason: 'Once more.' }, made.owner);
    await expect(again).rejects.toMatchObject({ slug: 'appeal-too-late' });
  });

  it('washes a removal off the register by beginning anew', async () => {
    const { business } = await given.business({ name: 'Clean Slate Locks', worksInHomes: true });
    const made = await given.case({ state: 'removed', businessId: business.id });
    const entry = async () => (await running.get(Register).entry(business.slug))!;
    const before = await entry();
    expect(before).toMatchObject({ gone: true, parts: [{ status: 'ended', sanctions: [{ kind: 'removal' }] }] });
    const anew = { ...made, case: await open(made) };
    expect(await entry()).toEqual(before);
    await given.cases.move(anew, 'withdraw', {}, made.owner);
    expect(await entry()).toEqual(before);
  });

  it('adds photos to the visit of a case that has ended, where no rule would ever take them away', async () => {
    const made = await given.case();
    const visits = running.get(SiteVisits);
    const visit = await inTx((tx) => visits.begin(tx, made.case.id, '2026-11-20', made.officers[0]));
    const mayAdd = () => inTx((tx) => visits.open(tx, visit.id, made.officers[0]));
    expect(await mayAdd()).toMatchObject({ id: visit.id });
    await given.cases.move(made, 'withdraw', {}, made.owner);
    await expect(mayAdd()).rejects.toMatchObject({ slug: 'vetting-case-has-moved-on' });
  });
});
