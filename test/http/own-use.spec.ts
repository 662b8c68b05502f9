import { randomUUID } from 'node:crypto';
import { Accounts } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';
import { Browser } from './access-browser.js';
import { staffOf } from './applications-support.js';

let program: TestApp;
let database: Database;
let given: Given;
let cafe: GivenBusiness & { key: string };
let ann: GivenCard;
let bea: GivenCard;
let carer: Browser;
let registrar: Browser & { accountId: string };

beforeAll(async () => {
  program = await startTestApp({ at: '2026-11-21T09:00:00Z' });
  given = new Given(program);
  await given.scheme();
  database = program.get(Database);
  const made = await given.business();
  cafe = { ...made, key: await given.tillKey(made.branch.id) };
  ann = await given.card({ firstName: 'Annabel' });
  bea = await given.card({ firstName: 'Beatrice', lastName: 'Hale' });
  carer = await accountOf('annabel@example.org', ann);
});
afterAll(() => program?.close());
beforeEach(async () => {
  await database.pool.query('TRUNCATE rate_limit, redemption, validation, offer_counter');
});

/** Signs in the holder of one or more cards. */
async function accountOf(email: string, ...cards: GivenCard[]): Promise<Browser> {
  const id = await database.transaction((tx) => program.get(Accounts).ensure(tx, { email, name: 'Annabel' }));
  for (const { cardholder } of cards)
    await database.query('UPDATE cardholder SET account_id = $1 WHERE id = $2', [id, cardholder.id]);
  const browser = new Browser(program);
  await browser.signIn(email);
  return browser;
}

const post = (path: string, body: object) =>
  program.browser().post(path).set('authorization', `Bearer ${cafe.key}`).send(body);
async function use(offerId: string, card = ann): Promise<string> {
  const scanId = randomUUID();
  await post('/api/v1/validations', { credential: card.printedQr, scanId }).expect(200);
  const { body } = await post('/api/v1/redemptions', { scanId, offerId, basketPence: 2000 }).expect(201);
  return (body as { id: string }).id;
}

describe('where somebody used the card', () => {
  it('is shown to them, with the place, the time, what it saved and when it is forgotten', async () => {
    const offer = await given.offer(cafe.business.id);
    program.clock.set('2026-11-21T14:30:00Z');
    await use(offer.id);
    const { text } = await carer.get('/account/use');
    for (const part of [
      offer.title,
      'The Quay Kitchen',
      '21 November 2026 at 2:30pm',
      '£2',
      '19 February 2027',
      '90 days',
    ])
      expect(text).toContain(part);
    expect((await carer.get('/account')).text).toContain('/account/use');
  });

  it('says when there is nothing', async () => {
    expect((await carer.get('/account/use')).text).toContain('You have not used your card lately');
    const nobody = await accountOf('no-card@example.org');
    expect((await nobody.get('/account/use')).status).toBe(200);
  });

  it('says what a till took back', async () => {
    const offer = await given.offer(cafe.business.id);
    const id = await use(offer.id);
    await post(`/api/v1/redemptions/${id}/undo`, { reason: 'mistake' }).expect(200);
    const { text } = await carer.get('/account/use');
    expect(text).toContain('Taken back by the till');
    expect(text).not.toContain('You saved');
  });

  it('is nobody else’s to see, not even by the link of the card', async () => {
    const offer = await given.offer(cafe.business.id, {}, 'a cake for Bea');
    await use(offer.id, bea);
    expect((await carer.get('/account/use')).text).not.toContain('a cake for Bea');
    expect((await new Browser(program).get('/account/use')).status).toBe(303);
  });

  it('comes page by page, each use once, and not beyond the time of the link', async () => {
    const offer = await given.offer(cafe.business.id);
    const [till] = await database.query<{ id: string }>('SELECT id FROM till LIMIT 1');
    await database.query(
      `INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at, recorded_at)
         SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), $3, 1, $4, at, at
           FROM generate_series(1, 64) n, LATERAL (SELECT $5::timestamptz + interval '1 second' - (n / 2) * interval '3 days' AS at) x`,
      [till!.id, cafe.branch.id, offer.id, ann.card.id, program.clock.now()],
    );
    let path: string | undefined = '/account/use';
    let shown = 0;
    while (path) {
      const { text } = await carer.get(path);
      shown += text.split(offer.title).length - 1;
      path = /href="(\/account\/use\?cursor[^"]+)"/.exec(text)?.[1]?.replaceAll('&#x3D;', '=');
    }
    expect(shown).toBe(61); // Three are older than 90 days.
  });

  it('says whose card it was, where an account holds several', async () => {
    const offer = await given.offer(cafe.business.id);
    const parent = await accountOf('parent@example.org', ann, bea);
    try {
      await use(offer.id, bea);
      expect((await parent.get('/account/use')).text).toContain('Card of Beatrice');
    } finally {
      await database.query('UPDATE cardholder SET account_id = NULL WHERE id = $1', [bea.cardholder.id]);
      await accountOf('annabel@example.org', ann);
    }
  });
});

describe('who looked at a record', () => {
  beforeAll(async () => {
    registrar = await staffOf(program, 'registrar', 'Rita');
  });

  it('is everybody who found it in a search or opened it, with the reason and the role, but no name of staff', async () => {
    await registrar.get('/staff/cards?q=Annabel&why=She+rang+us');
    await registrar.get(`/staff/cards/${ann.cardholder.id}?why=Lost+card`);
    const { text } = await carer.get('/account/who-looked');
    for (const part of ['Your record was opened', 'Lost card', 'in the list of a search', 'She rang us', 'Registrar'])
      expect(text).toContain(part);
    expect(text).not.toContain('Rita');
    expect((await carer.get('/account')).text).toContain('/account/who-looked');
  });

  it('writes a search down for each person in its list, and for nobody else', async () => {
    const events = async (card: GivenCard) =>
      (await program.get(Audit).historyOf({ kind: 'cardholder', id: card.cardholder.id })).filter(
        ({ action }) => action === 'person.found',
      );
    const before = [(await events(ann)).length, (await events(bea)).length];
    await registrar.get('/staff/cards?q=Beatrice&why=x');
    await registrar.get('/staff/cards?q=Nobodyatall');
    await registrar.get('/staff/cards');
    expect([(await events(ann)).length, (await events(bea)).length]).toEqual([before[0], before[1]! + 1]);
    expect((await events(bea))[0]).toMatchObject({ actorRole: 'registrar', reason: 'x' });
  });

  it('shows nothing of others, and says when nobody did', async () => {
    const other = await given.card({ firstName: 'Cyril' });
    const cyril = await accountOf('cyril@example.org', other);
    expect((await cyril.get('/account/who-looked')).text).toContain('Nobody has looked at your record');
    const nobody = await accountOf('no-card@example.org');
    expect((await nobody.get('/account/who-looked')).text).toContain('Nobody has looked at your record');
    expect((await new Browser(program).get('/account/who-looked')).status).toBe(303);
  });

  it('comes page by page', async () => {
    const dora = await given.card({ firstName: 'Dora' });
    const own = await accountOf('dora@example.org', dora);
    for (let count = 0; count < 27; count++)
      await program.get(Audit).note({
        action: 'person.viewed',
        subject: { kind: 'cardholder', id: dora.cardholder.id },
        actor: { kind: 'account', id: registrar.accountId, role: 'registrar' },
        reason: `Reason ${count}`,
      });
    const first = (await own.get('/account/who-looked')).text;
    const next = /href="(\/account\/who-looked\?cursor[^"]+)"/.exec(first)![1]!.replaceAll('&#x3D;', '=');
    const second = (await own.get(next)).text;
    const seen = [...(first + second).matchAll(/Reason (\d+)/g)].map(([, number]) => Number(number));
    expect(seen).toHaveLength(27);
    expect(new Set(seen).size).toBe(27);
  });
});
