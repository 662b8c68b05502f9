import { randomUUID } from 'node:crypto';
import { Accounts } from '@carers/access';
import { ApplicationInput } from '@carers/applications';
import { Cardholder, Leaving } from '@carers/cards';
import { Database, keyedHash } from '@carers/database';
import { LetterCodes, PreferenceLinks, Rederiving, Subscriber } from '@carers/information-service';
import { bundledScheme, SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type ValueTransformer } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness } from '../support/given.js';
import { Browser } from './access-browser.js';
import { schemeWith } from './applications-support.js';
import { filledIn } from './filled-in.js';
import { isWrittenTo } from './leaving-traces.js';
import { staffBrowser } from './staff-browser.js';

const { example } = ApplicationInput.meta() as unknown as { example: ApplicationInput };

let program: TestApp;
let given: Given;
let database: Database;
let shop: GivenBusiness & { key: string };
let offerId: string;
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  await schemeWith(program, { waitFromDuplicates: 10 });
  database = program.get(Database);
  const made = await given.business();
  shop = { ...made, key: await given.tillKey(made.branch.id) };
  ({ id: offerId } = await given.offer(made.business.id, { limits: { perCard: { count: 3, period: 'day' } } }, 'tea'));
});
afterAll(() => program?.close());

interface Person {
  email: string;
  holder: Cardholder;
  subscriber: Subscriber;
}

/** Somebody who came all the way: an application, a card, a registration, uses, letters, a lost card, a new address. */
async function person(): Promise<Person> {
  const n = ++count;
  const email = `xq${n}@quillfeather.example`;
  await database.pool.query('TRUNCATE rate_limit');
  await program
    .browser()
    .post('/api/v1/applications')
    .send({
      ...example,
      firstName: `Xanthippe${n}`,
      lastName: `Quillfeather${n}`,
      birthDate: `1961-07-${10 + n}`,
      address: { lines: [`1 Zebrawood${n} Row`, 'Poole'], postcode: 'BH15 1HX' },
      contact: { channel: 'email', email, mobile: `0770090${7700 + n}` },
      consents: [{ purpose: 'carers_information', channel: 'email', given: true }],
    })
    .expect(201);
  await program.work();
  const holder = await database.reader.findOneByOrFail(Cardholder, { emailHash: keyedHash(email, 'email') });
  return { email, holder, subscriber: await database.reader.findOneByOrFail(Subscriber, { cardholderId: holder.id }) };
}

async function use({ holder }: Person): Promise<void> {
  const [card] = await database.query<{ number: string }>(
    `SELECT number FROM card WHERE cardholder_id = $1 AND status = 'active'`,
    [holder.id],
  );
  const post = (path: string, body: object) =>
    program.browser().post(path).set('authorization', `Bearer ${shop.key}`).send(body);
  const scanId = randomUUID();
  await post('/api/v1/validations', { cardNumber: card!.number, scanId }).expect(200);
  await post('/api/v1/redemptions', { scanId, offerId, basketPence: 900 }).expect(201);
}

/** Letters with codes, a new address that waits, and mail in the outbox. */
async function correspond({ subscriber }: Person): Promise<void> {
  const about = { kind: 'letter', id: subscriber.id };
  await database.transaction((tx) => program.get(LetterCodes).issue(tx, [{ subscriberId: subscriber.id, about }]));
  const path = `/preferences/${program.get(PreferenceLinks).tokenFor(subscriber)}`;
  const browser = new Browser(program);
  const shown = filledIn((await browser.get(path)).text);
  const newEmail = `new.${count}@quillfeather.example`;
  await browser.agent.post(path).type('form').send({ ...shown, newEmail, newAddress: `9 Zebrawood${count} Row`, newPostcode: 'BH15 1HX' }); // prettier-ignore
  await program.work();
}

/** Rows of every table of the program, the queue's too, as text: sealed values opened. */
async function everything(): Promise<Map<string, string>> {
  const openers = program
    .get(DataSource)
    .entityMetadatas.flatMap(
      ({ columns }) => columns.flatMap((column) => column.transformer ?? []) as ValueTransformer[],
    );
  const opened = (value: string): string =>
    value.replace(/"(v1\.[^."]+\.[^"]+)"/g, (whole, sealed: string) => {
      for (const { from } of openers) {
        try {
          return JSON.stringify(from(sealed));
        } catch {
          // Sealed for another column.
        }
      }
      return whole;
    });
  const tables = await database.query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
      WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
  );
  const texts = new Map<string, string>();
  for (const { name } of tables) {
    const rows = await database.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
    texts.set(name, rows.map(({ row }) => opened(row)).join('\n'));
  }
  return texts;
}

/** What would tell who somebody was, wherever it stands. */
function tracesOf({ email, holder }: Person, texts: Map<string, string>): string[] {
  const n = /\d+/.exec(email)![0];
  const traces = [
    `Xanthippe${n}`,
    `Quillfeather${n}`,
    `Zebrawood${n} Row`,
    email,
    `new.${n}@`,
    holder.birthDate!,
    holder.mobile!,
  ];
  const hashes = [
    keyedHash(email, 'email'),
    keyedHash(holder.mobile!, 'mobile'),
    keyedHash(holder.birthDate!, 'birth-date'),
  ];
  return [...texts].flatMap(([table, text]) =>
    [...traces, ...hashes].filter((trace) => text.includes(trace)).map((trace) => `${table}: ${trace}`),
  );
}

/** What figures are made of. */
async function counts(): Promise<Record<string, number>> {
  const [row] = await database.query<Record<string, number>>(
    `SELECT (SELECT count(*) FROM cardholder) AS cardholders, (SELECT count(*) FROM card) AS cards,
            (SELECT count(*) FROM subscriber) AS subscribers, (SELECT count(*) FROM application) AS applications,
            (SELECT count(*) FROM validation) AS checks, (SELECT count(*) FROM redemption) AS uses,
            (SELECT sum(saving_pence) FROM redemption)::int AS saved,
            (SELECT count(*) FROM consent_event WHERE decision = 'given') AS consents,
            (SELECT count(*) FROM registration_event WHERE fact = 'registered') AS registrations,
            (SELECT count(*) FROM outgoing_message) AS messages`,
  );
  return row!;
}

const stateOf = async ({ holder }: Person) =>
  (
    await database.query<Record<string, unknown>>(
      `SELECT h.left_at IS NOT NULL AS left, h.erased_at IS NOT NULL AS erased, s.left_at IS NOT NULL AS off,
              (SELECT array_agg(DISTINCT status || ' ' || coalesce(end_reason, '')) FROM card WHERE cardholder_id = h.id) AS cards,
              (SELECT count(*) FROM credential JOIN card ON card.id = card_id
                WHERE cardholder_id = h.id AND credential.status = 'active') AS credentials
         FROM cardholder h LEFT JOIN subscriber s ON s.cardholder_id = h.id WHERE h.id = $1`,
      [holder.id],
    )
  )[0]!;

describe('giving back the card', () => {
  it('for good leaves nothing in any table that says who it was, and every count as it was', async () => {
    const somebody = await person();
    await use(somebody);
    await correspond(somebody);
    await isWrittenTo(program, somebody.email, somebody.holder, somebody.subscriber);
    const browser = new Browser(program);
    await browser.signIn(somebody.email);
    const page = await browser.get('/account/leave');
    const path = page.headers['location']!;
    expect((await browser.get(path)).text).toContain('What we erase if you do not stay');
    expect(tracesOf(somebody, await everything()).length).toBeGreaterThan(10);
    expect(somebody.holder.hoursOfCaring).toBe(30);
    const before = await counts();

    const answer = await browser.submit(path, { stay: 'go' });
    expect(answer.text).toContain('everything about you is erased');
    await program.work();
    expect(tracesOf(somebody, await everything())).toEqual([]);
    const { id } = somebody.holder;
    expect(await database.reader.findOneByOrFail(Cardholder, { id })).toMatchObject({ hoursOfCaring: null });
    expect(await counts()).toEqual(before);
    expect(await stateOf(somebody)).toMatchObject({
      left: true,
      erased: true,
      off: true,
      cards: ['revoked left'],
      credentials: 0,
    });
    // Signed out with the account; the link to the preferences has ended.
    expect((await browser.get('/account')).status).not.toBe(200);
  });

  it('can keep the carers service: the person stays, without a card', async () => {
    const somebody = await person();
    const browser = new Browser(program);
    await browser.signIn(somebody.email);
    expect((await browser.submit(`/account/leave/${somebody.holder.id}`, {})).status).toBe(422);
    const answer = await browser.submit(`/account/leave/${somebody.holder.id}`, { stay: 'stay' });
    expect(answer.text).toContain('goes on sending what you chose');
    expect(await stateOf(somebody)).toMatchObject({
      left: false,
      erased: false,
      off: false,
      cards: ['revoked left'],
      credentials: 0,
    });
    const { email } = await database.reader.findOneByOrFail(Cardholder, { id: somebody.holder.id });
    expect(email).toBe(somebody.email);
  });

  it('is only one’s own', async () => {
    const [one, other] = [await person(), await person()];
    const browser = new Browser(program);
    await browser.signIn(one.email);
    const path = (holder: Cardholder) => `/account/leave/${holder.id}`;
    expect((await browser.submit(path(one.holder), { stay: 'go' }, path(other.holder))).status).toBe(404);
    expect(await stateOf(other)).toMatchObject({ left: false, cards: ['active '] });
  });

  it('is written down by staff for somebody on the phone, with why', async () => {
    const somebody = await person();
    const id = await database.transaction(async (tx) => {
      const account = await program.get(Accounts).ensure(tx, { email: 'registrar@example.org', name: 'Olive Ofori' });
      await program.get(Accounts).grant(tx, account, 'registrar');
      return account;
    });
    const staff = await staffBrowser(program, { kind: 'account', id });
    const path = `/staff/leaving/${somebody.holder.id}`;
    expect((await staff.submit(path, { stay: 'go', how: 'phone' })).status).toBe(422);
    const answer = await staff.submit(path, { stay: 'go', how: 'phone', reason: 'Caring is over' });
    expect(answer.status).toBe(200);
    expect(await stateOf(somebody)).toMatchObject({ erased: true });
    expect((await staff.get(path)).status).toBe(404);
    const [event] = await database.query(
      `SELECT reason, actor_role FROM audit_event WHERE action = 'cardholder.left' AND subject_id = $1`,
      [somebody.holder.id],
    );
    expect(event).toMatchObject({ reason: 'Caring is over' });
  });

  it('waits with erasing where the scheme says so, and then erases in the night', async () => {
    const somebody = await person();
    const document = (await bundledScheme('dorset')) as { policies: { document: { retention: object } }[] };
    for (const policy of document.policies) Object.assign(policy.document.retention, { leftPeople: 14 });
    await program.get(SchemeService).loadScheme(document);
    const browser = new Browser(program);
    await browser.signIn(somebody.email);
    await browser.submit(`/account/leave/${somebody.holder.id}`, { stay: 'go' });
    expect(await stateOf(somebody)).toMatchObject({ left: true, erased: false, credentials: 0 });
    program.clock.advance({ days: 13 });
    expect(await program.get(Leaving).eraseDue()).toBe(0);
    program.clock.advance({ days: 1, minutes: 1 });
    expect(await program.get(Leaving).eraseDue()).toBe(1);
    expect(await program.get(Leaving).eraseDue()).toBe(0);
    await program.work();
    expect(tracesOf(somebody, await everything())).toEqual([]);
    await schemeWith(program, { waitFromDuplicates: 10 });
  });
});

describe('leaving the list', () => {
  it('never touches the card', async () => {
    const somebody = await person();
    const path = `/preferences/${program.get(PreferenceLinks).tokenFor(somebody.subscriber)}`;
    const before = await database.query('SELECT * FROM card WHERE cardholder_id = $1', [somebody.holder.id]);
    await new Browser(program).submit(path, {}, `${path}/leave`);
    expect(await stateOf(somebody)).toMatchObject({ off: true, left: false, cards: ['active '] });
    expect(await database.query('SELECT * FROM card WHERE cardholder_id = $1', [somebody.holder.id])).toEqual(before);
    await use(somebody);
  });
});

describe('moving house', () => {
  const pageOf = ({ subscriber }: Person) => `/preferences/${program.get(PreferenceLinks).tokenFor(subscriber)}`;

  async function moveTo(somebody: Person, newPostcode: string): Promise<void> {
    const browser = new Browser(program);
    const shown = filledIn((await browser.get(pageOf(somebody))).text);
    const sent = browser.agent.post(pageOf(somebody)).type('form');
    expect((await sent.send({ ...shown, newAddress: `5 Zebrawood${count} Row`, newPostcode })).status).toBe(303);
  }
  const whereIs = async ({ subscriber }: Person) =>
    (
      await database.query<{ service: string; region: string; gets: number }>(
        `SELECT s.carers_service_id AS service, region.slug AS region,
                (SELECT count(*) FROM subscription WHERE subscriber_id = s.id AND active) AS gets
           FROM subscriber s JOIN region ON region.id = s.region_id WHERE s.id = $1`,
        [subscriber.id],
      )
    )[0]!;
  const mailsTo = async ({ email }: Person) => (await program.outbox()).filter(({ to }) => to === email);

  it('into the area of another carers service moves the person to its list, tells them, and asks anew', async () => {
    const somebody = await person();
    const before = await whereIs(somebody);
    program.clock.advance({ seconds: 1 });
    await moveTo(somebody, 'DT1 1XJ');
    const moved = await whereIs(somebody);
    expect(moved.service).not.toBe(before.service);
    expect(moved).toMatchObject({ region: 'dorchester', gets: 0 });
    const mail = (await mailsTo(somebody)).find(({ subject }) => subject === 'You have a new carers service');
    expect(mail!.text).toContain(pageOf(somebody));

    const browser = new Browser(program);
    expect((await browser.get(pageOf(somebody))).text).toContain('is your carers service now');
    program.clock.advance({ seconds: 1 });
    await browser.submit(pageOf(somebody), {}, `${pageOf(somebody)}/same`);
    expect(await whereIs(somebody)).toMatchObject({ gets: 1 });
    expect((await browser.get(pageOf(somebody))).text).not.toContain('is your carers service now');
    const ledger = await database.query<{ service: string }>(
      'SELECT carers_service_id AS service FROM consent_event WHERE subscriber_id = $1 AND decision = $2 ORDER BY number',
      [somebody.subscriber.id, 'given'],
    );
    expect(ledger.map(({ service }) => service)).toEqual([before.service, moved.service]);
    expect(await program.get(Rederiving).run(false)).toMatchObject({ differences: 0 });
  });

  it('within the area of one service changes nothing about what they get', async () => {
    const somebody = await person();
    const before = await whereIs(somebody);
    await moveTo(somebody, 'BH17 7AA');
    expect(await whereIs(somebody)).toMatchObject({ service: before.service, gets: 1 });
    expect((await mailsTo(somebody)).map(({ subject }) => subject)).not.toContain('You have a new carers service');
  });

  it('out of the territory says kindly what becomes of card and list', async () => {
    const somebody = await person();
    const before = await whereIs(somebody);
    await moveTo(somebody, 'EX1 1EE');
    expect(await whereIs(somebody)).toEqual(before);
    const mail = (await mailsTo(somebody)).find(({ subject }) => subject === 'Your card and your new address');
    expect(mail!.text).toContain('Your card works until its last day');
    expect(await stateOf(somebody)).toMatchObject({ left: false, cards: ['active '] });
  });
});
