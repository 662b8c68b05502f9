import { Accounts, type Role } from '@carers/access';
import { Branches, Businesses, Joining } from '@carers/businesses';
import { Database } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness } from '../support/given.js';
import { Browser } from './access-browser.js';

const actor = { kind: 'system', id: 'test' } as const;
let program: TestApp;
let given: Given;
let database: Database;
let registrar: Browser;
let count = 0;

/** A business with an owner of its own, who is signed in. */
async function owned(name: string): Promise<GivenBusiness & { owner: Browser; email: string; path: string }> {
  const made = await given.business({ name });
  const email = `owner${++count}@example.org`;
  await database.transaction((tx) =>
    program.get(Joining).addOwner(tx, made.business.id, { email, name: 'Olu Owner' }, actor),
  );
  const owner = new Browser(program);
  await owner.signIn(email);
  return { ...made, owner, email, path: `/business/${made.business.id}` };
}

/** A registration that waits for the staff. */
async function waiting(name: string): Promise<string> {
  const { business } = await given.business({ name });
  await database.query(`UPDATE business SET status = 'submitted', decided_at = NULL WHERE id = $1`, [business.id]);
  return business.id;
}

async function staff(role: Role): Promise<Browser> {
  const email = `staff${++count}@example.org`;
  await database.transaction(async (tx) => {
    const id = await program.get(Accounts).ensure(tx, { email, name: 'Sam Staff' });
    await program.get(Accounts).grant(tx, id, role);
  });
  const browser = new Browser(program);
  await browser.signIn(email);
  const setUp = await browser.get('/sign-in/second-factor/set-up');
  const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(setUp.text)![1]!.replace(/ /g, '');
  const timestamp = program.clock.now().getTime();
  await browser.submit('/sign-in/second-factor/set-up', {
    code: TOTP.generate({ secret: Secret.fromBase32(secret), timestamp }),
  });
  return browser;
}

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  database = program.get(Database);
  await given.scheme();
  registrar = await staff('registrar');
});
afterAll(() => program?.close());
beforeEach(() => database.pool.query('TRUNCATE rate_limit'));

describe('the owner of a business', () => {
  it('comes straight to the only one, and sees its state, places and details', async () => {
    const { owner, path } = await owned('The Blue Door');
    expect((await owner.get('/business')).headers['location']).toBe(path);
    const shown = await owner.get(path);
    expect(shown.status).toBe(200);
    for (const words of [
      'The Blue Door',
      'Published',
      '1 The Quay',
      'Step-free way in',
      `${path}/offers`,
      `${path}/tills`,
    ])
      expect(shown.text).toContain(words);
  });

  it('chooses when there are several', async () => {
    const { owner, email } = await owned('First Of Two');
    const { business } = await given.business({ name: 'Second Of Two' });
    await database.transaction((tx) =>
      program.get(Joining).addOwner(tx, business.id, { email, name: 'Olu Owner' }, actor),
    );
    const list = await owner.get('/business');
    expect(list.text).toContain('First Of Two');
    expect(list.text).toContain('Second Of Two');
  });

  it('changes details, which are checked and kept', async () => {
    const { owner, business, path } = await owned('Old Name');
    const details = {
      name: 'New <i>Name</i>',
      kind: 'charity',
      category: 'shops',
      summary: 'Books & more',
      website: 'books.example',
      contactName: 'Olu',
      contactEmail: 'olu@books.example',
      contactPhone: '',
    };
    const wrong = await owner.submit(`${path}/details`, { ...details, website: 'javascript:alert(1)', category: 'x' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter a web address');
    const unknown = await owner.submit(`${path}/details`, { ...details, category: 'made-up' });
    expect(unknown.status).toBe(422);
    expect((await owner.submit(`${path}/details`, details)).headers['location']).toBe(path);
    const shown = await owner.get(path);
    expect(shown.text).toContain('New &lt;i&gt;Name&lt;/i&gt;');
    expect(await program.get(Businesses).get(business.id)).toMatchObject({ kind: 'charity', slug: 'old-name' });
    expect((await owner.get(`${path}/details`)).text).toContain('value="https://books.example/"');
  });

  it('adds, moves and closes places, but not the last', async () => {
    const { owner, path, branch, business } = await owned('Many Doors');
    const place = { name: 'Market stall', line1: '2 Market Place', postcode: 'DT1 1XJ', accessibility: 'parking' };
    expect((await owner.submit(`${path}/branches/new`, { ...place, postcode: 'SW1A 1AA' })).text).toContain(
      'outside the area',
    );
    expect((await owner.submit(`${path}/branches/new`, place)).status).toBe(303);
    expect((await owner.submit(`${path}/branches/new-online`, {})).status).toBe(303);
    expect((await owner.submit(`${path}/branches/new-online`, {})).status).toBe(409);
    const shown = await owner.get(path);
    expect(shown.text).toContain('Market stall');
    expect(shown.text).toContain('Dorchester');

    const mine = `${path}/branches/${branch.id}`;
    const moved = await owner.submit(mine, { name: 'Weymouth', line1: '3 Beach Road', postcode: 'dt48aa' });
    expect(moved.headers['location']).toBe(path);
    expect((await owner.submit(mine, { line1: '', postcode: 'nonsense' })).status).toBe(422);
    expect((await owner.submit(mine, {}, `${mine}/close`)).status).toBe(303);
    expect((await owner.get(mine)).status).toBe(404);
    expect((await owner.get(`${path}/branches/not-an-id`)).status).toBe(404);

    const [one, last] = await program.get(Branches).of(business.id);
    const close = (id: string) => owner.submit(path, {}, `${path}/branches/${id}/close`);
    expect((await close(one!.id)).status).toBe(303);
    const refused = await close(last!.id);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('This is the only place of your business');
  });

  it('confirms, leaves, and can change nothing afterwards', async () => {
    const { owner, business, path } = await owned('Going Away');
    expect((await owner.submit(path, {}, `${path}/confirm`)).status).toBe(303);
    expect((await owner.submit(`${path}/leave`)).status).toBe(303);
    expect((await program.get(Businesses).get(business.id)).status).toBe('left');
    const shown = await owner.get(path);
    expect(shown.text).toContain('Left');
    expect(shown.text).not.toContain(`${path}/details`);
    expect((await owner.submit('/for-business/join/name', {}, `${path}/confirm`)).status).toBe(409);
  });

  it('meets "not found" at the business of somebody else, whatever they try', async () => {
    const { owner, path: own } = await owned('Mine Only');
    const { path, business, branch } = await owned('Not Yours');
    const reads = [path, `${path}/details`, `${path}/leave`, `${path}/branches/new`, `${path}/branches/${branch.id}`];
    for (const address of reads) expect((await owner.get(address)).status).toBe(404);
    const writes = [
      'details',
      'submit',
      'confirm',
      'leave',
      'branches/new',
      'branches/new-online',
      `branches/${branch.id}`,
    ];
    for (const write of [...writes, `branches/${branch.id}/close`])
      expect((await owner.submit(`${own}/details`, {}, `${path}/${write}`)).status).toBe(404);
    // A branch of another business under one's own address is not found either.
    expect((await owner.get(`${own}/branches/${branch.id}`)).status).toBe(404);
    expect((await program.get(Businesses).get(business.id)).status).toBe('published');
    expect((await owner.get('/business/not-an-id')).status).toBe(404);
    expect((await owner.get('/staff/businesses')).status).toBe(403);
  });

  it('signs in first', async () => {
    const { path } = await owned('Locked');
    expect((await new Browser(program).get(path)).headers['location']).toContain('/sign-in');
    expect((await new Browser(program).get('/business')).headers['location']).toContain('/sign-in');
  });
});

describe('the staff', () => {
  it('see who waits, search by part of a name and open one', async () => {
    const id = await waiting('Crêperie Zélie');
    await given.business({ name: 'Already In' });
    const queue = await registrar.get('/staff/businesses');
    expect(queue.text).toContain('Crêperie Zélie');
    expect(queue.text).not.toContain('Already In');
    expect((await registrar.get('/staff/businesses?status=all&name=creperie')).text).toContain('Crêperie Zélie');
    expect((await registrar.get('/staff/businesses?status=all&name=zzz')).text).toContain('No business fits');
    expect((await registrar.get('/staff/businesses?status=rubbish&after=1')).status).toBe(200);
    const opened = await registrar.get(`/staff/businesses/${id}`);
    for (const words of ['Crêperie Zélie', 'owner@quay-kitchen.example', 'Publish this business', 'Ask for a change'])
      expect(opened.text).toContain(words);
    const views = await database.query(`SELECT FROM audit_event WHERE action = 'business.viewed' AND subject_id = $1`, [
      id,
    ]);
    expect(views).toHaveLength(1);
  });

  it('publish, once; the second press is told that it was decided', async () => {
    const id = await waiting('To Publish');
    const path = `/staff/businesses/${id}`;
    expect((await registrar.submit(path, {}, `${path}/publish`)).headers['location']).toBe(path);
    const form = `/staff/businesses/${await waiting('Another One')}`;
    expect((await registrar.submit(form, {}, `${path}/publish`)).status).toBe(409);
    const mail = (await program.outbox()).filter(({ subject }) => subject === 'To Publish is published');
    // One of the publication in `given`, one of this.
    expect(mail).toHaveLength(2);
  });

  it('send back with a reason that the owner reads and puts right', async () => {
    const { owner, business, path: ownPath } = await owned('Back And Forth');
    await database.query(`UPDATE business SET status = 'submitted' WHERE id = $1`, [business.id]);
    const path = `/staff/businesses/${business.id}`;
    const empty = await registrar.submit(path, { reason: ' ' }, `${path}/decline`);
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Enter a reason');
    const reason = 'Please name the street & number.';
    expect((await registrar.submit(path, { reason }, `${path}/decline`)).status).toBe(303);
    expect((await owner.get(ownPath)).text).toContain('Please name the street &amp; number.');
    const mail = (await program.outbox()).find(({ subject }) => subject === 'Back And Forth needs a small change');
    expect(mail?.text).toContain(reason);
    expect((await owner.submit(ownPath, {}, `${ownPath}/submit`)).status).toBe(303);
    expect((await program.get(Businesses).get(business.id)).status).toBe('submitted');
  });

  it('pause a business and show it again', async () => {
    const { business } = await given.business({ name: 'Paused A While' });
    const path = `/staff/businesses/${business.id}`;
    await registrar.submit(path, { reason: 'A complaint is being looked into.' }, `${path}/suspend`);
    expect((await program.get(Businesses).get(business.id)).status).toBe('suspended');
    await registrar.submit(path, {}, `${path}/publish`);
    expect((await program.get(Businesses).get(business.id)).status).toBe('published');
  });

  it('of other roles, and people who are not staff, do not get in', async () => {
    const commissioner = await staff('commissioner');
    expect((await commissioner.get('/staff/businesses')).status).toBe(403);
    expect((await new Browser(program).get('/staff/businesses')).status).toBe(303);
    expect((await registrar.get('/staff/businesses/none')).status).toBe(404);
    expect((await registrar.get('/staff/businesses/019ab000-0000-7000-8000-00000000ffff')).status).toBe(404);
  });

  it('find the section on their start page', async () => {
    expect((await registrar.get('/staff')).text).toContain('/staff/businesses');
  });
});
