import { Database } from '@carers/database';
import { type LocalDate } from '@carers/kernel';
import { Offers } from '@carers/offers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { Given } from '../../../../test/support/given.js';
import type { GivenCase } from '../../../../test/support/given-case.js';
import { CaseChecks } from '../checks/case-checks.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { DeriveListings } from './listing.jobs.js';
import { Listing } from './listing.js';
import { Standings } from './standings.js';

let running: TestApp;
let given: Given;
let database: Database;
let plumber: GivenCase;
let offerId: string;

const officer = () => plumber.officers[2];
const cases = () => running.get(VettingCases);
const night = () => running.get(DeriveListings).handle();
const state = async () => (await cases().get(plumber.case.id)).state;
const shown = async () => (await running.get(Offers).get(offerId)).status;
const standing = async () => (await running.get(Standings).of(plumber.businessId))[0]!;
const check = async (key: string) =>
  (await running.get(CaseChecks).of(plumber.case.id)).find((each) => each.key === key)!;
const until = async (key: string, day: LocalDate) => {
  const sql = 'UPDATE vetting_check SET valid_until = $3 WHERE case_id = $1 AND key = $2';
  await database.query(sql, [plumber.case.id, key, day]);
  await database.transaction((tx) => running.get(Listing).derive(tx, plumber.case.id));
};
const accept = async (key: string, validUntil: LocalDate) => {
  const { id } = await check(key);
  await database.transaction((tx) => running.get(CaseChecks).accept(tx, id, { validUntil }, officer()));
};
/** What the business was sent, oldest first: template, and the days before. */
const mails = async () => {
  const sql = `SELECT template FROM outgoing_message WHERE about_kind = 'business' AND about_id = $1
                  AND template LIKE 'vetting/%' ORDER BY id`;
  return (await database.query<{ template: string }>(sql, [plumber.businessId])).map(({ template }) => template);
};

beforeAll(async () => {
  running = await startTestApp();
  database = running.get(Database);
  given = new Given(running);
  await given.scheme();
});
afterAll(() => running?.close());
beforeEach(async () => {
  running.clock.set('2026-11-21T10:00:00Z');
  const { business } = await given.business({
    name: 'Marsh Plumbing',
    category: 'home-and-garden',
    worksInHomes: true,
  });
  offerId = (await given.offer(business.id)).id;
  plumber = await given.case({ state: 'recommended', businessId: business.id });
});

const approve = () =>
  database.transaction((tx) => cases().move(tx, plumber.case.id, 'approve', {}, plumber.officers[1]));

describe('the listing of a trade', () => {
  it('comes with the approval, goes when its insurance lapses and comes back when it is renewed', async () => {
    expect(await shown()).toBe('withheld');
    await approve();
    expect([await shown(), await state()]).toEqual(['published', 'approved']);
    await until('public-liability', '2026-12-31');
    running.clock.set('2026-12-31T23:30:00Z');
    await night();
    expect([await shown(), await state()]).toEqual(['published', 'approved']);
    running.clock.set('2027-01-01T00:05:00Z');
    await night();
    expect([await shown(), await state(), (await check('public-liability')).state]).toEqual([
      'withheld',
      'lapsed',
      'lapsed',
    ]);
    expect(await standing()).toMatchObject({ accredited: false, endedOn: '2027-01-01', caseState: 'lapsed' });
    await accept('public-liability', '2027-10-31');
    expect([await shown(), await state()]).toEqual(['published', 'approved']);
    expect(await standing()).toMatchObject({ accredited: true, endedOn: null });
    expect((await mails()).sort()).toEqual([
      'vetting/checks-run-out',
      'vetting/listing-back',
      'vetting/listing-hidden',
    ]);
  });

  it('is done once, however often and by however many it is derived', async () => {
    await approve();
    await until('public-liability', '2026-12-31');
    running.clock.set('2027-01-05T03:00:00Z');
    await Promise.all([night(), night(), night()]);
    await night();
    expect(await mails()).toEqual(['vetting/listing-hidden']);
    const moves = await cases().historyOf(plumber.case.id);
    expect(moves.filter(({ move }) => move === 'lapse')).toHaveLength(1);
    // A late job does not make the accreditation longer.
    expect(await standing()).toMatchObject({ endedOn: '2027-01-01' });
  });

  it('is taken by an officer at once, and the night does not give it back', async () => {
    await approve();
    const reason = { reason: 'A carer was hurt.' };
    await database.transaction((tx) => cases().move(tx, plumber.case.id, 'suspend', reason, officer()));
    expect([await shown(), (await standing()).accredited]).toEqual(['withheld', false]);
    await night();
    expect([await shown(), await state()]).toEqual(['withheld', 'suspended']);
    await database.transaction((tx) => cases().move(tx, plumber.case.id, 'lift', reason, officer()));
    expect(await shown()).toBe('published');
  });

  it('is not restored by a move that the file does not bear out', async () => {
    await approve();
    const system = { kind: 'system', id: 'test' } as const;
    await database.transaction((tx) => cases().move(tx, plumber.case.id, 'lapse', { reason: 'Test' }, system));
    expect([await shown(), await state()]).toEqual(['withheld', 'lapsed']);
    await night();
    expect([await shown(), await state()]).toEqual(['published', 'approved']);
  });

  it('goes when a check is sent back, in the same transaction or not at all', async () => {
    await approve();
    const { id } = await check('public-liability');
    const rejecting = database.transaction(async (tx) => {
      await tx.query(`UPDATE vetting_check SET state = 'answered' WHERE id = $1`, [id]);
      await running.get(CaseChecks).reject(tx, id, 'This is for another business.', officer());
      throw new Error('stop');
    });
    await expect(rejecting).rejects.toThrow('stop');
    expect([await shown(), await state()]).toEqual(['published', 'approved']);
    await database.transaction((tx) => running.get(CaseChecks).reject(tx, id, 'This is for another.', officer()));
    expect([await shown(), await state()]).toEqual(['withheld', 'lapsed']);
  });
});

describe('at the same moment', () => {
  it('the night, an officer and staff who agree to an offer leave nothing shown that may not be', async () => {
    for (let round = 0; round < 4; round++) {
      const { business } = await given.business({ name: `Race ${round}`, worksInHomes: true });
      const made = await given.case({ state: 'approved', businessId: business.id });
      const content = {
        subject: null,
        terms: { kind: 'percentage', percent: 5, who: 'carer', how: 'in_person' } as const,
      };
      const [actor] = made.officers;
      const waiting = await database.transaction(async (tx) => {
        const { id } = await running.get(Offers).draft(tx, business.id, content, actor);
        return running.get(Offers).submit(tx, id, actor);
      });
      await database.query(`UPDATE standing SET next_change_on = '2026-11-21' WHERE business_id = $1`, [business.id]);
      const reason = { reason: 'Nobody answers.' };
      await Promise.all([
        night(),
        running.get(Offers).publish(waiting.id, actor),
        database.transaction((tx) => cases().move(tx, made.case.id, 'suspend', reason, made.officers[2])),
        given.offer(business.id),
      ]);
      const shownThere = `SELECT FROM offer WHERE business_id = $1 AND status = 'published'`;
      expect(await database.query(shownThere, [business.id])).toEqual([]);
      expect(await running.get(Standings).of(business.id)).toMatchObject([{ listed: false, caseState: 'suspended' }]);
    }
  });
});

describe('notices', () => {
  it('come 30, 14 and 3 days before, each once', async () => {
    await approve();
    await until('public-liability', '2027-01-31');
    const days: string[] = [];
    for (const day of [
      '2026-12-31',
      '2027-01-01',
      '2027-01-02',
      '2027-01-16',
      '2027-01-17',
      '2027-01-28',
      '2027-01-29',
    ]) {
      running.clock.set(`${day}T01:00:00Z`);
      const before = (await mails()).length;
      await night();
      await night();
      if ((await mails()).length > before) days.push(day);
    }
    expect(days).toEqual(['2027-01-01', '2027-01-17', '2027-01-28']);
  });

  it('are one mail for all checks of a business, and only the latest after days without a worker', async () => {
    await approve();
    await until('public-liability', '2027-01-31');
    await until('disclosures', '2027-01-30');
    running.clock.set('2027-01-29T01:00:00Z');
    await night();
    expect(await mails()).toEqual(['vetting/checks-run-out']);
    const [mail] = (await running.outbox()).filter(({ subject }) => subject.includes('30 January 2027'));
    expect(mail!.text).toContain('Public liability insurance');
    expect(mail!.text).toContain('31 January 2027');
    await night();
    expect(await mails()).toHaveLength(1);
  });

  it('are not sent for what was sent in already', async () => {
    await approve();
    await until('public-liability', '2027-01-31');
    await database.query(`UPDATE vetting_check SET renewing = true WHERE case_id = $1 AND key = 'public-liability'`, [
      plumber.case.id,
    ]);
    running.clock.set('2027-01-29T01:00:00Z');
    await night();
    expect(await mails()).toEqual([]);
  });
});
