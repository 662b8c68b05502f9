import { Accounts, SecondFactor } from '@carers/access';
import { type Business, BusinessPeople, Joining } from '@carers/businesses';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';

let program: TestApp;
let database: Database;
let business: Business;
let olu: Browser;
const system = { kind: 'system', id: 'test' } as const;

/** An account that may act for the business. */
async function acting(email: string, forBusiness = business.id): Promise<string> {
  return database.transaction((tx) =>
    program.get(Joining).addOwner(tx, forBusiness, { email, name: 'Olu Owner' }, system),
  );
}

async function signedIn(email: string): Promise<Browser> {
  await database.pool.query('TRUNCATE rate_limit');
  const browser = new Browser(program);
  await browser.signIn(email);
  return browser;
}

const pathOf = (id: string) => `/business/${id}/people`;

beforeAll(async () => {
  program = await startTestApp();
  const given = new Given(program);
  await given.scheme();
  database = program.get(Database);
  ({ business } = await given.business());
  await acting('olu@example.org');
  olu = await signedIn('olu@example.org');
});
afterAll(() => program.close());

describe('the people of a business', () => {
  it('are added by e-mail, and everybody hears of it', async () => {
    const wrong = await olu.submit(pathOf(business.id), { name: '', email: 'nobody' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter their full name');
    const added = await olu.submit(pathOf(business.id), { name: 'Pat Marsh', email: 'pat@example.org' });
    expect(added.headers['location']).toBe(pathOf(business.id));
    const sent = await program.outbox();
    expect(sent.find(({ to }) => to === 'pat@example.org')?.subject).toBe('You can act for The Quay Kitchen');
    expect(sent.find(({ to, subject }) => to === 'olu@example.org' && subject.includes('added'))?.text).toContain(
      'pat@example.org can now see',
    );
    const pat = await signedIn('pat@example.org');
    expect((await pat.get(`/business/${business.id}`)).status).toBe(200);
    await olu.submit(pathOf(business.id), { name: 'Pat Marsh', email: 'PAT@example.org' });
    expect(await program.get(BusinessPeople).of(business.id)).toHaveLength(3);
  });

  it('lose what they could see at once when they are removed', async () => {
    const id = await acting('gone@example.org');
    const gone = await signedIn('gone@example.org');
    expect((await olu.get(`${pathOf(business.id)}/${id}/remove`)).text).toContain('gone@example.org');
    expect((await olu.submit(`${pathOf(business.id)}/${id}/remove`)).status).toBe(303);
    expect((await gone.get(`/business/${business.id}`)).status).toBe(403);
    expect(
      (await program.outbox()).find(({ to, subject }) => to === 'gone@example.org' && subject.includes('removed')),
    ).toBeDefined();
    expect((await olu.get(`${pathOf(business.id)}/${id}/remove`)).status).toBe(404);
    const trail = await database.query<{ action: string }>(
      `SELECT action FROM audit_event WHERE subject_id = $1 AND action LIKE 'business.person-%'`,
      [business.id],
    );
    expect(trail.map(({ action }) => action)).toContain('business.person-removed');
  });

  it('are never none: of two who remove each other one stays', async () => {
    const other = (await new Given(program).business({ name: 'Two Of Us' })).business;
    const first = await acting('one@example.org', other.id);
    const second = await acting('two@example.org', other.id);
    for (const { accountId } of await program.get(BusinessPeople).of(other.id))
      if (![first, second].includes(accountId)) await program.get(BusinessPeople).remove(other.id, accountId, system);
    const outcomes = await Promise.allSettled(
      [first, second].map((id) => program.get(BusinessPeople).remove(other.id, id, system)),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await program.get(BusinessPeople).of(other.id)).toHaveLength(1);
    const [left] = await program.get(BusinessPeople).of(other.id);
    const last = await signedIn(left!.email!);
    expect((await last.get(pathOf(other.id))).text).not.toContain('/remove');
  });

  it('are a secret from everybody else', async () => {
    await acting('stranger@example.org', (await new Given(program).business({ name: 'Elsewhere' })).business.id);
    const stranger = await signedIn('stranger@example.org');
    expect((await stranger.get(pathOf(business.id))).status).toBe(404);
    expect((await new Browser(program).get(pathOf(business.id))).status).toBe(303);
  });

  it('are twenty at most', async () => {
    const { business: full } = await new Given(program).business({ name: 'Full House' });
    const { length } = await program.get(BusinessPeople).of(full.id);
    for (let number = length; number < BusinessPeople.most; number++) await acting(`n${number}@example.org`, full.id);
    const one = { name: 'One More', email: 'more@example.org' };
    await expect(program.get(BusinessPeople).add(full.id, one, system)).rejects.toMatchObject({
      slug: 'too-many-business-people',
    });
    expect(
      await program.get(Accounts).idByContact(database.reader, { channel: 'email', address: one.email }),
    ).toBeNull();
  });
});

describe('once somebody there has a second factor', () => {
  it('only those who gave theirs change who may act', async () => {
    const { business: kept } = await new Given(program).business({ name: 'Kept Safe' });
    const id = await acting('safe@example.org', kept.id);
    await acting('mail@example.org', kept.id);
    await database.transaction((tx) => program.get(SecondFactor).useDemoSecret(tx, id));
    const safe = await signedIn('safe@example.org');
    const refused = await safe.get(pathOf(kept.id));
    expect(refused.headers['location']).toContain('/sign-in/second-factor?next=');
    expect((await safe.get(refused.headers['location']!)).text).toContain('Call us on');
    const onlyMail = await signedIn('mail@example.org');
    expect((await onlyMail.get(pathOf(kept.id))).headers['location']).toContain('/sign-in/second-factor');

    const { code } = program.get(SecondFactor).demoCodes();
    const given = await safe.submit(
      refused.headers['location']!,
      { code, next: pathOf(kept.id) },
      '/sign-in/second-factor',
    );
    expect(given.headers['location']).toBe(pathOf(kept.id));
    expect((await safe.get(pathOf(kept.id))).text).toContain('mail@example.org');
  });

  it('an administrator helps whoever lost the telephone, and they hear of it', async () => {
    const { business: lost } = await new Given(program).business({ name: 'Lost Phone' });
    const id = await acting('lost@example.org', lost.id);
    await database.transaction((tx) => program.get(SecondFactor).useDemoSecret(tx, id));
    await program.get(BusinessPeople).forgetSecondFactor(lost.id, id, system);
    expect(await program.get(SecondFactor).isSet(id)).toBe(false);
    expect((await program.outbox()).map(({ to, subject }) => `${to}: ${subject}`)).toContain(
      'lost@example.org: Your app for codes was reset',
    );
    await expect(program.get(BusinessPeople).forgetSecondFactor(business.id, id, system)).rejects.toMatchObject({
      slug: 'business-person-not-found',
    });
  });
});
