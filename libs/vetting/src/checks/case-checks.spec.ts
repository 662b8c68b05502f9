import type { Actor } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import type { GivenCase } from '../../../../test/support/given-case.js';
import { Given } from '../../../../test/support/given.js';
import { Conflicts } from '../cases/conflicts.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { CaseChecks } from './case-checks.js';
import { CasePeople } from './case-people.js';
import { OutsideClaims } from './outside-claims.js';
import { References } from './references.js';
import { SiteVisits } from './site-visits.js';

describe('the file of a case', () => {
  let running: TestApp;
  let given: Given;
  beforeAll(async () => {
    running = await startTestApp();
    given = new Given(running);
    await given.scheme();
  });
  afterAll(() => running?.close());
  beforeEach(() => running.clock.set('2026-11-21T10:00:00Z'));

  const inTx = <T>(work: (tx: Tx) => Promise<T>) => running.get(Database).transaction(work);
  const checksOf = (made: GivenCase) => running.get(CaseChecks).of(made.case.id);
  const check = async (made: GivenCase, key: string) => (await checksOf(made)).find((each) => each.key === key)!;
  const caseOf = (made: GivenCase) => running.get(VettingCases).get(made.case.id);
  const answer = (made: GivenCase, key: string, said: object, actor: Actor = made.owner) =>
    inTx((tx) => running.get(CaseChecks).answer(tx, made.case.id, key, said as never, actor));
  const accept = async (made: GivenCase, key: string, validUntil?: string | null, actor: Actor = made.officers[0]) => {
    const { id } = await check(made, key);
    const until = validUntil === undefined ? {} : { validUntil };
    return inTx((tx) => running.get(CaseChecks).accept(tx, id, until, actor));
  };

  describe('in a draft', () => {
    it('has the checks that the facts ask for, and keeps answers when they come and go', async () => {
      const made = await given.case({ state: 'draft', facts: { work: ['windows'] } });
      await answer(made, 'window-register', { scheme: 'fensa', number: '1', expires_on: '2027-05-01' });
      const tell = (work: string[]) =>
        inTx((tx) => running.get(VettingCases).tellFacts(tx, made.case.id, { work }, made.owner));
      await tell(['gardening']);
      expect((await check(made, 'window-register')).state).toBe('not_needed');
      await tell(['windows', 'building']);
      expect(await check(made, 'window-register')).toMatchObject({ state: 'answered', answer: { scheme: 'fensa' } });
    });

    it('can be sent in only with facts and the first answers, and is looked at only after the fee', async () => {
      const made = await given.case({ state: 'draft', facts: { work: [] } });
      await expect(given.cases.move(made, 'submit', {}, made.owner)).rejects.toMatchObject({
        missing: ['programmes:trader-vetting_2026-11.facts.work.title'],
      });
      await inTx((tx) => running.get(VettingCases).tellFacts(tx, made.case.id, { work: ['gardening'] }, made.owner));
      await expect(given.cases.move(made, 'submit', {}, made.owner)).rejects.toMatchObject({
        missing: expect.arrayContaining(['programmes:trader-vetting_2026-11.checks.public-liability.title']),
      });
      await given.cases.answerAll(made);
      await expect(accept(made, 'code')).rejects.toMatchObject({ slug: 'vetting-case-has-moved-on' });
      await given.cases.move(made, 'submit', {}, made.owner);
      await expect(accept(made, 'code')).rejects.toMatchObject({ slug: 'vetting-case-has-moved-on' });
      await expect(
        inTx((tx) => running.get(VettingCases).tellFacts(tx, made.case.id, { employees: 1 }, made.owner)),
      ).rejects.toMatchObject({ slug: 'vetting-case-has-moved-on' });
    });
  });

  it('is sealed in the database', async () => {
    const made = await given.case();
    await answer(made, 'public-liability', { insurer: 'Aviva of Poole', expires_on: '2027-01-01' });
    const rows = await running.get(Database).query(`SELECT * FROM vetting_check WHERE answer IS NOT NULL`);
    expect(JSON.stringify(rows)).not.toContain('Aviva');
  });

  it('accepts insurance until the day in the answer and no longer, other checks for so many months', async () => {
    const made = await given.case();
    await answer(made, 'public-liability', { cover: 2_000_000, expires_on: '2027-05-31' });
    await expect(accept(made, 'public-liability', '2027-06-01')).rejects.toMatchObject({
      slug: 'validity-not-possible',
    });
    await expect(accept(made, 'public-liability', '2026-11-20')).rejects.toMatchObject({
      slug: 'validity-not-possible',
    });
    await expect(accept(made, 'public-liability', null)).rejects.toMatchObject({ slug: 'validity-not-possible' });
    expect(await accept(made, 'public-liability')).toMatchObject({ state: 'accepted', validUntil: '2027-05-31' });
    expect(await accept(made, 'complaints')).toMatchObject({ validUntil: '2027-11-21' });
    expect(await accept(made, 'trading-history')).toMatchObject({ validUntil: null });
    await expect(accept(made, 'code', undefined, made.owner)).rejects.toMatchObject({ slug: 'not-their-vetting-move' });
  });

  it('keeps what was accepted while its renewal waits, and asks again for what was not', async () => {
    const made = await given.case();
    await answer(made, 'public-liability', { expires_on: '2026-12-31' });
    await accept(made, 'public-liability');
    await answer(made, 'public-liability', { expires_on: '2027-12-31' });
    expect(await check(made, 'public-liability')).toMatchObject({ state: 'accepted', renewing: true });
    const { id } = await check(made, 'public-liability');
    await expect(inTx((tx) => running.get(CaseChecks).reject(tx, id, ' ', made.officers[0]))).rejects.toMatchObject({
      slug: 'vetting-reason-needed',
    });
    await inTx((tx) => running.get(CaseChecks).reject(tx, id, 'Page two is missing.', made.officers[0]));
    expect(await check(made, 'public-liability')).toMatchObject({
      ...{ state: 'accepted', renewing: false, validUntil: '2026-12-31', rejection: 'Page two is missing.' },
    });
    await inTx((tx) => running.get(CaseChecks).lapse(tx, id, { kind: 'system', id: 'test' }));
    expect(await check(made, 'public-liability')).toMatchObject({ state: 'lapsed' });
    await answer(made, 'public-liability', { expires_on: '2028-01-31' });
    expect(await accept(made, 'public-liability')).toMatchObject({ state: 'accepted', rejection: null });
  });

  it('says who has to do something next', async () => {
    const made = await given.case();
    expect((await caseOf(made)).waitingFor).toBe('officer');
    for (const { id } of await checksOf(made))
      await inTx((tx) => running.get(CaseChecks).reject(tx, id, 'Again.', made.officers[0]));
    expect((await caseOf(made)).waitingFor).toBe('business');
    await answer(made, 'code', { agreed: 'yes' });
    expect((await caseOf(made)).waitingFor).toBe('officer');
  });

  it('wants a disclosure for everybody who enters homes, and its oldest date counts', async () => {
    const made = await given.case();
    const people = running.get(CasePeople);
    const add = (name: string, entersHomes = true) =>
      inTx((tx) => people.add(tx, made.case.id, { name, role: 'employee', entersHomes }, made.owner));
    const [ann, bob] = [await add('Ann Fitter'), await add('Bob Mate')];
    await add('Cleo Books', false);
    const disclose = (id: string, on: string, result: 'clear' | 'content_weighed' | 'refused', by = made.officers[0]) =>
      inTx((tx) => people.disclose(tx, id, { on, result }, by));
    await disclose(ann.id, '2026-03-01', 'clear');
    await expect(accept(made, 'disclosures')).rejects.toMatchObject({ missing: ['vetting:missing.disclosures'] });
    await disclose(bob.id, '2026-10-01', 'refused');
    await expect(accept(made, 'disclosures')).rejects.toMatchObject({ slug: 'vetting-case-not-ready' });
    await expect(disclose(bob.id, '2026-11-22', 'clear')).rejects.toMatchObject({
      slug: 'disclosure-date-not-possible',
    });
    await expect(disclose(bob.id, '2026-11-01', 'clear', made.owner)).rejects.toMatchObject({
      slug: 'not-their-vetting-move',
    });
    await disclose(bob.id, '2026-10-01', 'content_weighed');
    expect(await accept(made, 'disclosures')).toMatchObject({ validUntil: '2029-03-01' });
    await add('Dan New');
    expect(await check(made, 'disclosures')).toMatchObject({ state: 'accepted', renewing: true });
    await expect(accept(made, 'disclosures')).rejects.toMatchObject({ slug: 'vetting-case-not-ready' });
    const rows = await running.get(Database).query('SELECT * FROM vetting_person');
    expect(JSON.stringify(rows)).not.toMatch(/Fitter|Mate|Books/);
  });

  describe('references', () => {
    let made: GivenCase;
    let references: References;
    const scores = (each: number) => ({ quality: each, price: each, manner: each, care: each, again: each });
    const customer = async (
      name: string,
      email: string | null = `${name}@customers.example`,
      phone: string | null = null,
    ) => {
      const { id } = await check(made, 'references');
      return inTx((tx) => references.name(tx, id, { name, email, phone, job: 'A new tap' }, made.owner));
    };
    const ask = (id: string, actor = made.officers[0]) => inTx((tx) => references.request(tx, id, actor));
    const linkFor = async (name: string): Promise<string> => {
      const message = (await running.outbox()).find((each) =>
        JSON.stringify(each).includes(`${name}@customers.example`),
      )!;
      return /\/reference\/([A-Za-z0-9_-]+)/.exec(JSON.stringify(message))![1]!;
    };
    beforeEach(async () => {
      made = await given.case();
      references = running.get(References);
    });

    it('come by a link of their own, once, and the business sees none of it', async () => {
      const ann = await customer('ann');
      await expect(ask(ann.id, made.owner)).rejects.toMatchObject({ slug: 'not-their-vetting-move' });
      await ask(ann.id);
      const token = await linkFor('ann');
      expect((await references.open(token)).rule.questions).toHaveLength(5);
      await expect(references.answer(token, { scores: { quality: 6 }, words: null })).rejects.toMatchObject({
        slug: 'reference-scores-incomplete',
      });
      const both = await Promise.allSettled([
        references.answer(token, { scores: scores(4), words: 'Very tidy.' }),
        references.answer(token, { scores: scores(1), words: null }),
      ]);
      expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await expect(references.open(token)).rejects.toMatchObject({ slug: 'reference-not-open' });
      const named = await references.namedBy(made.case.id);
      expect(Object.keys(named[0]!)).toEqual(['id', 'checkId', 'name', 'email', 'phone', 'job']);
      const rows = await running.get(Database).query('SELECT * FROM vetting_reference');
      expect(JSON.stringify(rows)).not.toMatch(/Very tidy|customers\.example/);
      expect(JSON.stringify(rows)).not.toContain(token);
    });

    it('that end, are asked again or made up open nothing', async () => {
      const bea = await customer('bea');
      await ask(bea.id);
      const first = await linkFor('bea');
      running.clock.advance({ minutes: 1 });
      await ask(bea.id);
      await expect(references.open(first)).rejects.toMatchObject({ slug: 'reference-not-open' });
      const second = await linkFor('bea');
      await references.open(second);
      running.clock.set('2026-12-20T10:00:00Z');
      await expect(references.open(second)).rejects.toMatchObject({ slug: 'reference-not-open' });
      for (const token of ['', 'x', 'A'.repeat(22), `${second}A`])
        await expect(references.open(token)).rejects.toMatchObject({ slug: 'reference-not-open' });
    });

    it('count when enough are in and good enough; a call counts too', async () => {
      const named = [await customer('cat'), await customer('dan'), await customer('eve', null, '01202 000000')];
      await expect(ask(named[2]!.id)).rejects.toMatchObject({ slug: 'referee-needs-call' });
      const byPhone = (id: string, each: number) =>
        inTx((tx) => references.answerByPhone(tx, id, { scores: scores(each), words: null }, made.officers[0]));
      await byPhone(named[0]!.id, 5);
      await byPhone(named[1]!.id, 3);
      await expect(accept(made, 'references')).rejects.toMatchObject({ missing: ['vetting:missing.references'] });
      await byPhone(named[2]!.id, 2);
      const { id } = await check(made, 'references');
      expect(await references.scoreOf(id)).toEqual({ asked: 3, answered: 3, mean: 333 });
      await expect(accept(made, 'references')).rejects.toMatchObject({ missing: ['vetting:missing.reference-score'] });
      const fay = await customer('fay');
      await byPhone(fay.id, 5);
      expect(await accept(made, 'references')).toMatchObject({ state: 'accepted' });
    });
  });

  it('takes an outside scheme’s word for what the programme says, until it must be looked up again', async () => {
    const made = await given.case();
    const claims = running.get(OutsideClaims);
    const claim = (scheme: string) =>
      inTx((tx) => claims.claim(tx, made.case.id, { scheme, number: 'TM 12', claimedOn: '2025-01-01' }, made.owner));
    await expect(claim('my-cousin')).rejects.toMatchObject({ slug: 'outside-claim-not-possible' });
    const made1 = await claim('trustmark');
    await expect(claim('trustmark')).rejects.toMatchObject({ slug: 'outside-claim-not-possible' });
    const confirm = (actor: Actor) =>
      inTx((tx) => claims.confirm(tx, made1.id, 'https://www.trustmark.org.uk/firm/12', actor));
    await expect(confirm(made.owner)).rejects.toMatchObject({ slug: 'not-their-vetting-move' });
    await confirm(made.officers[0]);
    expect(await check(made, 'references')).toMatchObject({
      state: 'accepted',
      claimId: made1.id,
      validUntil: '2027-05-21',
    });
    expect(await check(made, 'public-liability')).toMatchObject({ state: 'answered' });
    await inTx((tx) => claims.refuse(tx, made1.id, 'No longer in their list.', made.officers[0]));
    expect(await check(made, 'references')).toMatchObject({ state: 'rejected', claimId: null });
  });

  it('keeps findings of a visit item by item, for what the programme lists', async () => {
    const made = await given.case();
    const visits = running.get(SiteVisits);
    const visit = await inTx((tx) => visits.begin(tx, made.case.id, '2026-11-20', made.officers[0]));
    const found = (findings: object) => inTx((tx) => visits.find(tx, visit.id, findings as never, made.officers[0]));
    await found({ vans: { found: 'yes', words: null }, swimming: { found: 'yes', words: null } });
    expect((await found({ waste: { found: 'no', words: 'Where does it go?' } })).findings).toEqual({
      vans: { found: 'yes', words: null },
      waste: { found: 'no', words: 'Where does it go?' },
    });
  });

  it('is closed to an officer who is tied to the business, until another ends the tie', async () => {
    const made = await given.case();
    const [ann, bob] = made.officers;
    const conflicts = running.get(Conflicts);
    const tie = { businessId: made.businessId, kind: 'friend' as const, words: 'We sail together.' };
    await inTx((tx) => running.get(VettingCases).assign(tx, made.case.id, ann.id, ann));
    await inTx((tx) => conflicts.declare(tx, tie, ann));
    await inTx((tx) => conflicts.declare(tx, tie, ann));
    expect((await caseOf(made)).officerId).toBeNull();
    await expect(accept(made, 'code')).rejects.toMatchObject({ slug: 'tied-to-business' });
    await expect(inTx((tx) => conflicts.end(tx, made.businessId, ann.id, 'We fell out.', ann))).rejects.toMatchObject({
      slug: 'tied-to-business',
    });
    await inTx((tx) => conflicts.end(tx, made.businessId, ann.id, 'A mistake.', bob));
    expect((await accept(made, 'code')).state).toBe('accepted');
  });
});
