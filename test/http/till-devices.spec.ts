import { randomUUID } from 'node:crypto';
import { Joining } from '@carers/businesses';
import { CardTokens } from '@carers/cards';
import { Database } from '@carers/database';
import { TillDevices, TillKeys, Tills } from '@carers/till';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';
import { Browser } from './access-browser.js';

const staff = { kind: 'system', id: 'test' } as const;
const noon = '2026-11-21T12:00:00Z';

describe('the devices of a business', () => {
  let running: TestApp;
  let given: Given;
  let cafe: GivenBusiness;
  let margaret: GivenCard;
  let owner: Browser;
  let other: GivenBusiness;
  let stranger: Browser;
  let path: string;

  beforeAll(async () => {
    running = await startTestApp({ at: noon });
    given = new Given(running);
    await given.scheme();
    cafe = await given.business();
    margaret = await given.card();
    owner = await ownerOf(cafe, 'olu@example.org');
    other = await given.business({ name: 'Next Door' });
    stranger = await ownerOf(other, 'ned@example.org');
    path = `/business/${cafe.business.id}/tills`;
  });
  afterAll(() => running?.close());
  beforeEach(() => running.clock.set(noon));

  const ownerOf = async ({ business }: GivenBusiness, email: string) => {
    await running
      .get(Database)
      .transaction((tx) => running.get(Joining).addOwner(tx, business.id, { email, name: 'An Owner' }, staff));
    const browser = new Browser(running);
    await browser.signIn(email);
    return browser;
  };
  const check = async (key: string) =>
    (
      await running
        .browser()
        .post('/api/v1/validations')
        .set('authorization', `Bearer ${key}`)
        .send({ credential: margaret.printedQr, scanId: randomUUID() })
    ).status;
  const bundle = (key: string) => running.browser().get('/api/v1/till/bundle').set('authorization', `Bearer ${key}`);
  const keyIn = (text: string) => /ck_[A-Za-z0-9_-]{20,}/.exec(text)![0];
  const phone = async (name = 'Terrace') => {
    const { code } = await running.get(Tills).offerPairing(cafe.branch.id, name, staff);
    return running.get(Tills).pair(code, 'Firefox · Android');
  };
  const make = (name = 'Till system') => running.get(Tills).create(cafe.branch.id, name, staff);
  const textOf = async (address: string) => (await owner.get(address)).text.replace(/\s+/g, ' ');
  const actionsOf = async (id: string) =>
    (
      await running
        .get(Database)
        .query<{ action: string }>('SELECT action FROM audit_event WHERE subject_id = $1', [id])
    )
      .map(({ action }) => action)
      .sort();

  describe('a key', () => {
    it('is changed for a new one that is shown once, while the old one works for a day', async () => {
      const { till, key: old } = await make();
      const answer = await owner.submit(`${path}/${till.id}`, { overlap: '24' }, `${path}/${till.id}/rotate`);
      expect(answer.status).toBe(200);
      const fresh = keyIn(answer.text);
      expect(fresh).not.toBe(old);
      expect(answer.text).toContain('The old key works until 22 November 2026 at 12pm.');
      expect([await check(old), await check(fresh)]).toEqual([200, 200]);
      const page = await textOf(`${path}/${till.id}`);
      expect(page).not.toContain(fresh);
      expect(page).toContain('The old key works until 22 November 2026 at 12pm.');
      running.clock.advance({ hours: 24 });
      expect([await check(old), await check(fresh)]).toEqual([401, 200]);
      expect(await textOf(`${path}/${till.id}`)).not.toContain('The old key works');
      expect(await actionsOf(till.id)).toEqual(['till.added', 'till.key-rotated']);
    });

    it('that somebody may have seen ends at once', async () => {
      const { till, key: old } = await make();
      const answer = await owner.submit(`${path}/${till.id}`, { overlap: '0' }, `${path}/${till.id}/rotate`);
      expect(answer.text).toContain('The old key does not work any more.');
      expect([await check(old), await check(keyIn(answer.text))]).toEqual([401, 200]);
    });

    it('changed twice ends no later than it would have', async () => {
      const { till, key: first } = await make();
      const keys = running.get(TillKeys);
      await keys.rotate(till.id, cafe.business.id, 1, staff);
      await keys.rotate(till.id, cafe.business.id, 168, staff);
      running.clock.advance({ minutes: 59 });
      expect(await check(first)).toBe(200);
      running.clock.advance({ minutes: 1 });
      expect(await check(first)).toBe(401);
    });

    it('that ended is forgotten after thirty days, and no other', async () => {
      const { till, key: old } = await make();
      const { key: fresh } = await running.get(TillKeys).rotate(till.id, cafe.business.id, 24, staff);
      const kept = async () =>
        (await running.get(Database).query('SELECT 1 FROM till_key WHERE till_id = $1', [till.id])).length;
      running.clock.advance({ days: 31 });
      await running.get(TillKeys).forgetEnded();
      expect(await kept()).toBe(2);
      running.clock.advance({ minutes: 1 });
      expect(await running.get(TillKeys).forgetEnded()).toBeGreaterThanOrEqual(1);
      expect(await kept()).toBe(1);
      expect([await check(old), await check(fresh)]).toEqual([401, 200]);
    });

    it('changed by two people at once leaves both new keys working, and the old one for its time', async () => {
      const { till, key: old } = await make();
      const keys = running.get(TillKeys);
      const made = await Promise.all([24, 24].map((hours) => keys.rotate(till.id, cafe.business.id, hours, staff)));
      expect(await Promise.all([old, ...made.map(({ key }) => key)].map(check))).toEqual([200, 200, 200]);
    });

    it('has its own last use, and the owner is told when the old one is still in use', async () => {
      const { till, key: old } = await make();
      const { key: fresh } = await running.get(TillKeys).rotate(till.id, cafe.business.id, 24, staff);
      running.clock.advance({ minutes: 5 });
      await check(fresh);
      expect(await textOf(`${path}/${till.id}`)).not.toContain('It is still in use');
      running.clock.advance({ minutes: 5 });
      await check(old);
      expect(await textOf(`${path}/${till.id}`)).toContain('It is still in use');
      const rows = await running
        .get(Database)
        .query<{ last_used_at: Date }>('SELECT last_used_at FROM till_key WHERE till_id = $1 ORDER BY last_used_at', [
          till.id,
        ]);
      expect(rows.map(({ last_used_at }) => last_used_at.toISOString())).toEqual([
        '2026-11-21T12:05:00.000Z',
        '2026-11-21T12:10:00.000Z',
      ]);
      expect(await textOf(path)).toContain('Last used 21 November 2026 at 12:10pm');
    });

    it('may be for checking cards only', async () => {
      const answer = await owner.submit(`${path}/new`, { kind: 'key', may: 'validate', name: 'Looks only' });
      const [row] = await running
        .get(Database)
        .query<{ id: string; scopes: string[] }>(`SELECT id, scopes FROM till WHERE name = 'Looks only'`);
      expect(row?.scopes).toEqual(['validate']);
      expect(await check(keyIn(answer.text))).toBe(200);
      expect(await textOf(`${path}/${row!.id}`)).toContain('Check cards only');
    });

    it('of an ended till is still heard of what it did before, and the owner sees that', async () => {
      const { till, key } = await make('Beach hut');
      const offer = await given.offer(cafe.business.id);
      running.clock.set('2026-11-21T12:10:00Z');
      expect(await textOf(`${path}/${till.id}`)).toContain('still sends those from before the end');
      await owner.submit(path, {}, `${path}/${till.id}/end`);
      expect(await textOf(path)).toContain('Beach hut was ended on 21 November 2026 at 12:10pm.');
      expect(await textOf(path)).not.toContain('Since then it sent');
      running.clock.set('2026-11-21T13:00:00Z');
      const redemptions = ['12:05', '12:09', '12:30'].map((time) => ({
        scanId: randomUUID(),
        offerId: offer.id,
        credential: margaret.printedQr,
        occurredAt: `2026-11-21T${time}:00Z`,
      }));
      const told = running.browser().post('/api/v1/redemptions/batch').set('authorization', `Bearer ${key}`);
      await told.send({ sentAt: '2026-11-21T13:00:00Z', redemptions }).expect(200);
      expect(await textOf(path)).toContain('Since then it sent 2 uses from before.');
      expect((await stranger.get(`/business/${other.business.id}/tills`)).text).not.toContain('Beach hut');
      running.clock.set('2026-12-22T12:10:00Z');
      await owner.signIn('olu@example.org');
      expect(await textOf(path)).not.toContain('Beach hut');
    });

    it('of an ended till cannot be changed, and none of its keys works', async () => {
      const { till, key: old } = await make();
      const { key: fresh } = await running.get(TillKeys).rotate(till.id, cafe.business.id, 24, staff);
      await owner.submit(`${path}/${till.id}`, {}, `${path}/${till.id}/end`);
      expect([await check(old), await check(fresh)]).toEqual([401, 401]);
      await expect(running.get(TillKeys).rotate(till.id, null, 24, staff)).rejects.toThrow();
      expect((await owner.get(`${path}/${till.id}`)).status).toBe(404);
    });
  });

  describe('a phone', () => {
    it('keeps its key, for it would never learn of another', async () => {
      const { till, key } = await phone();
      await expect(running.get(TillKeys).rotate(till.id, null, 24, staff)).rejects.toMatchObject({
        slug: 'till-is-phone',
      });
      expect(await check(key)).toBe(200);
    });

    it('says what it is, when it last synced, and when nothing was heard of it', async () => {
      const { till, key } = await phone('By the door');
      const address = `${path}/${till.id}`;
      expect(await textOf(address)).toContain('Firefox · Android');
      expect(await textOf(address)).not.toMatch(/Synced|Not heard of/);
      await bundle(key).expect(200);
      expect(await textOf(address)).toContain('Synced just now');
      running.clock.advance({ hours: 2 });
      expect(await textOf(path)).toContain('Synced 2 hours ago');
      running.clock.advance({ days: 3 });
      expect(await textOf(path)).toContain('Not heard of for 3 days');
    });

    it('is renamed, which it learns with its next sync', async () => {
      const { till, key } = await phone();
      const address = `${path}/${till.id}`;
      expect((await owner.submit(address, { name: '' }, `${address}/name`)).text).toContain(
        'Enter a name for the till',
      );
      expect((await owner.submit(address, { name: '  Garden   bar ' }, `${address}/name`)).status).toBe(303);
      expect((await bundle(key).expect(200)).body).toMatchObject({ till: { name: 'Garden bar' } });
    });

    it('asks staff for a PIN that nobody sees again', async () => {
      const { till, key } = await phone();
      const address = `${path}/${till.id}`;
      for (const [pin, message] of [
        ['1234', 'Choose a PIN that is harder to guess'],
        ['0000', 'Choose a PIN that is harder to guess'],
        ['482', 'Enter a PIN of 4 to 6 digits'],
        ['four', 'Enter a PIN of 4 to 6 digits'],
      ] as const) {
        const answer = await owner.submit(address, { pin }, `${address}/pin`);
        expect(answer.status).toBe(422);
        expect(answer.text).toContain(message);
        expect(answer.text).not.toContain(`value="${pin}"`);
      }
      expect((await owner.submit(address, { pin: '48 21' }, `${address}/pin`)).status).toBe(303);
      expect((await bundle(key).expect(200)).body).toMatchObject({
        pin: { salt: expect.stringMatching(/^[\w-]{22}$/), hash: expect.stringMatching(/^[\w-]{43}$/) },
      });
      const page = await textOf(address);
      expect(page).toContain('This till asks for a PIN.');
      expect(page).not.toContain('4821');
      await owner.submit(address, {}, `${address}/pin/remove`);
      expect((await bundle(key).expect(200)).body).toMatchObject({ pin: null });
      expect(await actionsOf(till.id)).toEqual(['till.added', 'till.pin-removed', 'till.pin-set']);
    });

    it('is paired by one of two that have the same code at the same moment', async () => {
      for (let round = 0; round < 5; round++) {
        const { code } = await running.get(Tills).offerPairing(cafe.branch.id, `Race ${round}`, staff);
        const answers = await Promise.all(
          Array.from({ length: 4 }, () =>
            running.browser().post('/till/pair').set('accept', 'application/json').send({ code }),
          ),
        );
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
        const made = await running.get(Database).query('SELECT id FROM till WHERE name = $1', [`Race ${round}`]);
        expect(made).toHaveLength(1);
      }
    });

    it('is waited for with the minutes that are left, and the owner learns when its code was used', async () => {
      const { code } = await running.get(Tills).offerPairing(cafe.branch.id, 'Window', staff);
      await running.get(Tills).offerPairing(cafe.branch.id, 'Hatch', staff);
      running.clock.advance({ minutes: 3 });
      expect(await textOf(path)).toContain('The code for Window waits for a phone. It works for 7 more minutes.');
      await running.get(Tills).pair(code);
      expect(await textOf(path)).toContain('The code for Window was used at 12:03pm.');
      running.clock.advance({ minutes: 8 });
      expect(await textOf(path)).toContain('The code for Hatch was not used. It ran out at 12:10pm.');
      running.clock.advance({ hours: 1 });
      expect(await textOf(path)).not.toContain('Hatch');
    });
  });

  it('are nobody else’s to see, rename, give a PIN or a key, or end', async () => {
    const theirs = `/business/${other.business.id}/tills`;
    const [system, paired] = [await make('Ours'), await phone('Our phone')];
    const token = await stranger.get(`${theirs}/new`);
    expect(token.status).toBe(200);
    const forms = ['name', 'pin', 'pin/remove', 'rotate', 'end'];
    const body = { name: 'Taken', pin: '4821', overlap: '0' };
    for (const { till } of [system, paired]) {
      // Our till under our address, and under theirs.
      for (const address of [`${path}/${till.id}`, `${theirs}/${till.id}`]) {
        expect([address, (await stranger.get(address)).status]).toEqual([address, 404]);
        for (const form of forms) {
          const { status } = await stranger.submit(`${theirs}/new`, body, `${address}/${form}`);
          expect([address, form, status]).toEqual([address, form, 404]);
        }
      }
      expect(await running.get(TillDevices).one(till.id, cafe.business.id)).toMatchObject({
        name: till.name,
        hasPin: false,
        oldKeyEndsAt: null,
      });
    }
    expect((await stranger.get(path)).status).toBe(404);
    expect(await check(system.key)).toBe(200);
    for (const form of forms) {
      expect((await owner.submit(`${path}/new`, body, `${path}/no-id/${form}`)).status).toBe(404);
      expect((await owner.submit(`${path}/new`, body, `${path}/${randomUUID()}/${form}`)).status).toBe(404);
    }
  });

  it('have a card for practising, which a till knows for what it is', async () => {
    const page = await owner.get('/business/tills/practice');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Works until 20 December 2026.');
    expect(page.text.match(/<li>Let them/g)).toHaveLength(3);
    expect(page.headers['cache-control']).toBe('no-store');
    expect((await running.browser().get('/business/tills/practice')).status).toBe(303);
    const credential = await running.get(CardTokens).practice('Practice', 30);
    const { key } = await make();
    const send = (path: string, body: object) =>
      running.browser().post(path).set('authorization', `Bearer ${key}`).send(body).expect(200);
    expect((await send('/api/v1/validations', { credential, scanId: randomUUID() })).body).toMatchObject({
      outcome: 'not_valid',
      reason: 'test_card',
    });
    const offer = await given.offer(cafe.business.id);
    const use = { scanId: randomUUID(), offerId: offer.id, credential, occurredAt: noon };
    expect((await send('/api/v1/redemptions/batch', { sentAt: noon, redemptions: [use] })).body).toMatchObject({
      results: [{ result: 'ignored_test_card', redemptionId: null }],
    });
  });

  it('are listed for the operator, all or of one branch', async () => {
    const far = await given.business({ name: 'Far Away' });
    const { till } = await running.get(Tills).create(far.branch.id, 'Theirs', staff);
    const devices = running.get(TillDevices);
    expect((await devices.all(null)).length).toBeGreaterThan(1);
    for (const branch of [far.branch.id, far.branch.slug]) {
      expect(await devices.all(branch)).toMatchObject([{ id: till.id, business: 'Far Away', name: 'Theirs' }]);
    }
  });
});
