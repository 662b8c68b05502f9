import { AccessModule, Accounts } from '@carers/access';
import { Audit, AuditModule } from '@carers/audit';
import { Database, DatabaseModule, KernelModule, type Tx } from '@carers/database';
import { JobsModule } from '@carers/jobs';
import { Clock, SetClock } from '@carers/kernel';
import { MessagesModule } from '@carers/messages';
import { bundledScheme, OutsideTerritory, PostcodeNotValid, SchemeBrandModule, SchemeService } from '@carers/places';
import { SettingsModule } from '@carers/settings';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { testDatabase } from '../../../test/support/database.js';
import { testSettings } from '../../../test/support/settings.js';
import { Branches, type BranchFacts } from './branches.js';
import { BusinessEvents } from './business-events.js';
import { Businesses, type NewBusinessFacts } from './businesses.js';
import { BusinessesModule } from './businesses.module.js';
import {
  BranchNotFound,
  BusinessStatusForbids,
  JoinDraftNotFound,
  LastBranch,
  SecondOnlineBranch,
  TermsChanged,
} from './businesses.problems.js';
import { Categories } from './categories.js';
import { answersOf, JoinDrafts } from './join-drafts.js';
import { Joining } from './joining.js';
import { Leads } from './leads.js';
import { Moderation } from './moderation.js';
import { BusinessTerms } from './terms.js';

const visitor = { kind: 'link', id: 'test' } as const;
const registrar = { kind: 'system', id: 'registrar' } as const;
const clock = new SetClock('2026-11-21T10:00:00Z');
const version = '2026-1';

const quay: BranchFacts = {
  online: false,
  addressLines: ['1 The Quay'],
  postcode: 'bh151hj',
  accessibility: ['step_free', 'quiet_times'],
};
const online: BranchFacts = { online: true, accessibility: [] };

let app: TestingModule;
let database: Database;
let eating: string;

async function facts(change: Partial<NewBusinessFacts> = {}): Promise<NewBusinessFacts> {
  return {
    name: 'The Harbour Kitchen',
    kind: 'independent',
    categoryId: eating,
    contactName: 'Jo Marsh',
    contactEmail: 'jo@example.org',
    ...change,
  };
}

async function registered(change: Partial<NewBusinessFacts> = {}, branches: BranchFacts[] = [quay]) {
  const joining = app.get(Joining);
  const given = await facts(change);
  const placed = await Promise.all(branches.map((branch) => app.get(Branches).place(branch)));
  return database.transaction((tx) => joining.register(tx, given, placed, version, visitor));
}

async function messagesTo(businessId: string): Promise<string[]> {
  const rows = await database.query<{ template: string }>(
    'SELECT template FROM outgoing_message WHERE about_id = $1 ORDER BY template',
    [businessId],
  );
  return rows.map(({ template }) => template);
}

beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [
      SettingsModule.with(testSettings(await testDatabase())),
      KernelModule,
      DatabaseModule.connectedAs('businesses test'),
      JobsModule.for('asks'),
      AuditModule,
      MessagesModule,
      SchemeBrandModule,
      AccessModule,
      BusinessesModule,
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await app.init();
  database = app.get(Database);
  await app.get(SchemeService).loadScheme(await bundledScheme('dorset'));
  eating = (await app.get(Categories).bySlug('eating-and-drinking'))!.id;
});
afterAll(() => app.close());

describe('joining', () => {
  it('saves the business, its branch with region and position, the terms and the owner, and thanks', async () => {
    const { business, branches } = await registered();
    expect(business).toMatchObject({ slug: 'the-harbour-kitchen', status: 'submitted', lastConfirmedOn: '2026-11-21' });
    expect(branches).toHaveLength(1);
    const branch = await app.get(Branches).one(business.id, branches[0]!.id);
    expect(branch).toMatchObject({
      slug: 'the-harbour-kitchen-poole',
      postcode: 'BH15 1HJ',
      town: 'Poole',
      name: 'Poole',
      accessibility: { step_free: true, quiet_times: true },
    });
    const [place] = await database.query<{ region: string; near: boolean }>(
      `SELECT region.slug AS region, earth_distance(ll_to_earth(lat, lng), ll_to_earth(50.713, -1.988)) < 1500 AS near
         FROM branch JOIN region ON region.id = branch.region_id WHERE branch.id = $1`,
      [branch.id],
    );
    expect(place).toMatchObject({ near: true });
    expect(place!.region).toContain('poole');

    const owners = await app.get(Accounts).byRole('business_owner', { kind: 'business', id: business.id });
    expect(owners).toMatchObject([{ email: 'jo@example.org', name: 'Jo Marsh' }]);
    expect(await app.get(BusinessTerms).acceptedBy(business.id)).toMatchObject([
      { version, accountId: owners[0]!.accountId },
    ]);
    expect(await messagesTo(business.id)).toEqual(['businesses/awaiting', 'businesses/received']);
  });

  it('keeps names and contacts of people unreadable in the table', async () => {
    const { business } = await registered();
    const [row] = await database.query<Record<string, string>>('SELECT * FROM business WHERE id = $1', [business.id]);
    expect(JSON.stringify(row)).not.toMatch(/Jo Marsh|jo@example/);
    expect(await app.get(Businesses).get(business.id)).toMatchObject({ contactEmail: 'jo@example.org' });
  });

  it('gives two businesses of one name, joining at the same moment, slugs of their own', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => registered({ name: 'Twin Cafe' })));
    const slugs = all.map(({ business }) => business.slug).sort();
    expect(slugs).toEqual(['twin-cafe', ...[2, 3, 4, 5, 6, 7, 8].map((number) => `twin-cafe-${number}`)]);
    const branches = new Set(all.flatMap(({ branches: made }) => made.map(({ slug }) => slug)));
    expect(branches.size).toBe(8);
  });

  it('does not mistake a number in a name for one of ours', async () => {
    await registered({ name: 'Pier' });
    expect((await registered({ name: 'Pier 2' })).business.slug).toBe('pier-2');
    expect((await registered({ name: 'Pier' })).business.slug).toBe('pier-3');
  });

  it.each([
    ['nonsense', PostcodeNotValid],
    ['SW1A 1AA', OutsideTerritory],
  ])('with postcode %s is not possible', async (postcode, problem) => {
    await expect(registered({ name: 'Nowhere' }, [quay, { ...quay, postcode }])).rejects.toThrow(problem);
    expect(await database.query(`SELECT FROM business WHERE name = 'Nowhere'`)).toEqual([]);
  });

  it('needs the terms that are in force', async () => {
    const given = await facts({ name: 'Old Terms' });
    const place = await app.get(Branches).place(quay);
    const joining = app.get(Joining);
    const late = database.transaction((tx) => joining.register(tx, given, [place], '2019-1', visitor));
    await expect(late).rejects.toThrow(TermsChanged);
    expect(await database.query(`SELECT FROM business WHERE name = 'Old Terms'`)).toEqual([]);
  });

  it('leaves nothing behind when something fails afterwards', async () => {
    const given = await facts({ name: 'Half Done', contactEmail: 'half@example.org' });
    const place = await app.get(Branches).place(quay);
    const fails = async (tx: Tx) => {
      await app.get(Joining).register(tx, given, [place], version, visitor);
      throw new Error('the offer was not possible');
    };
    await expect(database.transaction(fails)).rejects.toThrow('the offer was not possible');
    expect(await database.query(`SELECT FROM business WHERE name = 'Half Done'`)).toEqual([]);
    expect(await database.query(`SELECT FROM outgoing_message WHERE params ->> 'business' = 'Half Done'`)).toEqual([]);
  });
});

describe('branches', () => {
  it('an online shop has no address, goes by the name of the business, and there is only one', async () => {
    const { business, branches } = await registered({ name: 'Dorset Wool', kind: 'online' }, [online]);
    expect(branches[0]).toMatchObject({ name: 'Dorset Wool', slug: 'dorset-wool-online', regionId: null, lat: null });
    const second = await app.get(Branches).place(online);
    const again = database.transaction((tx) => app.get(Branches).add(tx, business.id, second, visitor));
    await expect(again).rejects.toThrow(SecondOnlineBranch);
  });

  it('move with their postcode and keep their slug', async () => {
    const { business, branches } = await registered({ name: 'Moving Shop' });
    const branchId = branches[0]!.id;
    const there = { ...quay, postcode: 'DT1 1XJ', name: 'Dorchester shop' };
    await app.get(Branches).edit(business.id, branchId, there, visitor);
    expect(await app.get(Branches).one(business.id, branchId)).toMatchObject({
      slug: 'moving-shop-poole',
      town: 'Dorchester',
      name: 'Dorchester shop',
    });
  });

  it('can be closed but for the last, even when two people close at once', async () => {
    const { business, branches } = await registered({ name: 'Two Doors' }, [quay, { ...quay, postcode: 'DT4 8AA' }]);
    const service = app.get(Branches);
    const results = await Promise.allSettled(branches.map(({ id }) => service.close(business.id, id, visitor)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = results.find((one) => one.status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toBeInstanceOf(LastBranch);
    expect(await service.of(business.id)).toHaveLength(1);
  });

  it('of another business are not found', async () => {
    const mine = await registered({ name: 'Mine' });
    const theirs = await registered({ name: 'Theirs' });
    await expect(app.get(Branches).edit(mine.business.id, theirs.branches[0]!.id, quay, visitor)).rejects.toThrow(
      BranchNotFound,
    );
  });
});

describe('what staff decide', () => {
  it('publishes, tells the owner, announces it in the transaction and is audited', async () => {
    const { business } = await registered({ name: 'Ready To Go' });
    const heard: string[] = [];
    app.get(BusinessEvents).on('published', async (_tx, change) => void heard.push(change.businessId));
    await app.get(Moderation).publish(business.id, registrar);
    expect(await app.get(Businesses).get(business.id)).toMatchObject({ status: 'published', decidedAt: clock.now() });
    expect(heard).toEqual([business.id]);
    expect(await messagesTo(business.id)).toContain('businesses/published');
    const history = await app.get(Audit).historyOf({ kind: 'business', id: business.id });
    expect(history.map(({ action }) => action).sort()).toEqual([
      'branch.added',
      'business.drafted',
      'business.published',
      'business.submitted',
    ]);
  });

  it('publishes once when two officers press the button together', async () => {
    const { business } = await registered({ name: 'Pressed Twice' });
    const moderation = app.get(Moderation);
    const both = await Promise.allSettled([1, 2].map(() => moderation.publish(business.id, registrar)));
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await messagesTo(business.id)).filter((name) => name === 'businesses/published')).toHaveLength(1);
  });

  it('declines with a reason; the owner puts it right and hands it in again', async () => {
    const { business } = await registered({ name: 'Not Yet' });
    await app.get(Moderation).decline(business.id, 'Please tell us the street.', registrar);
    expect(await app.get(Businesses).get(business.id)).toMatchObject({ decisionReason: 'Please tell us the street.' });
    await database.transaction((tx) => app.get(Businesses).submit(tx, business.id, visitor));
    expect((await app.get(Businesses).get(business.id)).status).toBe('submitted');
  });

  it('suspends what is published only', async () => {
    const { business } = await registered({ name: 'To Suspend' });
    const moderation = app.get(Moderation);
    await expect(moderation.suspend(business.id, 'A complaint.', registrar)).rejects.toThrow(BusinessStatusForbids);
    await moderation.publish(business.id, registrar);
    await moderation.suspend(business.id, 'A complaint.', registrar);
    await moderation.publish(business.id, registrar);
    expect((await app.get(Businesses).get(business.id)).status).toBe('published');
  });

  it('finds businesses by part of a name, whatever its accents, and takes % as a sign', async () => {
    await registered({ name: 'Crème Brûlée 100% Bar' });
    const moderation = app.get(Moderation);
    const named = async (name: string) => (await moderation.list({ name })).lines.map((line) => line.name);
    expect(await named('BRULEE')).toEqual(['Crème Brûlée 100% Bar']);
    expect(await named('100%')).toEqual(['Crème Brûlée 100% Bar']);
    expect(await named('1%0')).toEqual([]);
    expect((await moderation.list({ status: 'submitted', name: 'brulee' })).lines[0]).toMatchObject({
      towns: ['Poole'],
      categorySlug: 'eating-and-drinking',
    });
    expect((await moderation.counts()).published).toBeGreaterThan(0);
  });
});

describe('leads', () => {
  it('are kept once per person and business, and invited once', async () => {
    const leads = app.get(Leads);
    const plumber = { kind: 'trade', businessName: 'Marsh Plumbing', contactEmail: 'pat@example.org' } as const;
    const first = await database.transaction((tx) => leads.keep(tx, plumber, visitor));
    const again = { ...plumber, businessName: 'MARSH plumbing', contactEmail: 'Pat@Example.org' };
    expect(await database.transaction((tx) => leads.keep(tx, again, visitor))).toBe(first);
    expect(await messagesTo(first)).toEqual([]);
    expect((await leads.open('trade')).leads.map(({ id }) => id)).toEqual([first]);
    await Promise.all([1, 2].map(() => leads.invite(first, registrar)));
    expect(await messagesTo(first)).toEqual(['businesses/invited']);
    expect((await leads.open('trade')).leads).toEqual([]);
  });
});

describe('a registration on its way', () => {
  it('is found by its token only, keeps adding answers, and is sealed', async () => {
    const drafts = app.get(JoinDrafts);
    const { token, draft } = await drafts.begin({ name: { name: 'Slow Cafe' } });
    await drafts.save(draft.id, { kind: { kind: 'chain' } });
    const found = await drafts.find(token);
    expect(answersOf(found!)).toEqual({ name: { name: 'Slow Cafe' }, kind: { kind: 'chain' } });
    expect(await drafts.find(`${token}x`)).toBeNull();
    expect(await drafts.find(undefined)).toBeNull();
    const [row] = await database.query<Record<string, string>>('SELECT * FROM join_draft WHERE id = $1', [draft.id]);
    expect(JSON.stringify(row)).not.toContain('Slow Cafe');
    expect(JSON.stringify(row)).not.toContain(token);
  });

  it('is closed to further answers once it was sent', async () => {
    const drafts = app.get(JoinDrafts);
    const { draft } = await drafts.begin({});
    const { business } = await registered({ name: 'Sent' });
    await database.transaction(async (tx) =>
      drafts.close(tx, await drafts.locked(tx, draft.id), { businessId: business.id }),
    );
    await expect(drafts.save(draft.id, { name: {} })).rejects.toThrow(JoinDraftNotFound);
  });

  it('is gone thirty days after its last answer', async () => {
    const drafts = app.get(JoinDrafts);
    const { token, draft } = await drafts.begin({});
    clock.advance({ days: 29 });
    await drafts.save(draft.id, { more: {} });
    clock.advance({ days: 29 });
    expect(await drafts.find(token)).not.toBeNull();
    clock.advance({ days: 2 });
    expect(await drafts.find(token)).toBeNull();
    expect(await drafts.purge()).toBeGreaterThan(0);
    expect(await drafts.purge()).toBe(0);
  });
});
