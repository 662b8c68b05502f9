import { Accounts } from '@carers/access';
import { Audit } from '@carers/audit';
import { RenewalReminders } from '@carers/automatic-messages';
import { Card, Cardholder, CardLinks, Cards, Leaving, LostCards, type NewCardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { CaringEnds, InformationService } from '@carers/information-service';
import { OutgoingMessage } from '@carers/messages';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenCard } from '../support/given.js';
import { Browser } from './access-browser.js';
import { schemeWith, staffOf } from './applications-support.js';

const start = '2026-11-21T10:00:00Z';
const actor = { kind: 'system', id: 'test' } as const;
let program: TestApp;
let given: Given;
let database: Database;
let registrar: Awaited<ReturnType<typeof staffOf>>;
let count = 0;

beforeAll(async () => {
  program = await startTestApp({ at: start });
  given = new Given(program);
  database = program.get(Database);
  await schemeWith(program);
  registrar = await staffOf(program, 'registrar', 'rosa');
}, 60_000);
afterAll(() => program?.close());
beforeEach(async () => {
  await database.pool.query('TRUNCATE rate_limit');
  program.clock.set(start);
});

type Known = GivenCard & { path: string; browser: Browser };

/** Somebody whose card has its last day on a day, by the link of their reminder. */
async function holder(until = '2026-12-10', person: Partial<NewCardholder> = {}): Promise<Known> {
  const made = await given.card({ email: `renews${++count}@example.org`, contactChannel: 'email', ...person });
  await database.query(`UPDATE card SET valid_from = $2::date - 700, valid_until = $2 WHERE id = $1`, [
    made.card.id,
    until,
  ]);
  const path = `/my-card/${program.get(CardLinks).tokenFor(made.cardholder)}/renew`;
  return { ...made, path, browser: new Browser(program) };
}

const hidden = (text: string) => ({
  card: /name="card" value="([^"]*)"/.exec(text)?.[1] ?? '',
  until: /name="until" value="([^"]*)"/.exec(text)?.[1] ?? '',
});

/** Opens the form, and sends it as it is on the page with these answers. */
async function renew({ browser, path }: Pick<Known, 'browser' | 'path'>, said: Record<string, string> = {}) {
  const form = hidden((await browser.get(path)).text);
  return browser.submit(path, {
    ...form,
    caring: 'yes',
    lookedAfter: 'adult',
    moved: 'no',
    declared: 'yes',
    ...said,
  });
}

const cardsOf = (cardholderId: string) =>
  database.reader.find(Card, { where: { cardholderId }, order: { issueNumber: 'ASC' } });
const renewalsOf = (holderId: string) =>
  database.query<{ id: string; state: string; waits_for: string[]; source: string }>(
    `SELECT id, state, waits_for, source FROM application WHERE cardholder_id = $1 AND kind = 'renewal' ORDER BY created_at`,
    [holderId],
  );
const live = (holderId: string) =>
  database.query<{ id: string; medium: string }>(
    `SELECT credential.id, medium FROM credential JOIN card ON card.id = card_id
      WHERE cardholder_id = $1 AND credential.status = 'active' AND card.status = 'active' ORDER BY medium`,
    [holderId],
  );
const toldAbout = async (id: string) => {
  await program.work();
  const sent = await database.reader.find(OutgoingMessage, { where: { aboutId: id }, order: { id: 'ASC' } });
  return sent.map(({ template }) => template);
};

describe('a card that is still valid', () => {
  it('is renewed by its reminder’s link in one form, and is never two cards', async () => {
    const person = await holder();
    const before = await live(person.cardholder.id);
    const form = await person.browser.get(person.path);
    expect(form.status).toBe(200);
    expect(form.text).toContain('10 December 2026');
    expect(form.headers['x-robots-tag']).toBe('noindex');
    // A link opens the card and nothing else.
    expect(form.text).not.toMatch(/Hale|Sea Road|BH1 1AA|example\.org/);
    expect(form.text).toMatch(/value="adult" checked/);

    const answer = await renew(person);
    expect(answer.headers['location']).toBe(person.path);
    const page = await person.browser.get(person.path);
    expect(page.text).toContain('Your card is renewed');
    expect(page.text).toContain('It works until 10 December 2028.');
    const [card, ...others] = await cardsOf(person.cardholder.id);
    expect(others).toEqual([]);
    expect(card).toMatchObject({ number: person.card.number, status: 'active', validUntil: '2028-12-10' });
    expect(await live(person.cardholder.id)).toEqual(before);
    const [renewal] = await renewalsOf(person.cardholder.id);
    expect(renewal).toMatchObject({ state: 'approved', waits_for: [], source: 'web' });
    expect(await toldAbout(renewal!.id)).toEqual(['applications/renewed']);
    const mail = (await program.outbox()).find(({ to }) => to === person.cardholder.email)!;
    expect(mail.text).toContain('10 December 2028');
    expect(mail.text).toContain(person.path.replace('/renew', ''));
    const trail = await program.get(Audit).historyOf({ kind: 'card', id: card!.id }, 5);
    expect(trail.find(({ action }) => action === 'card.renewed')?.details).toEqual({
      before: '2026-12-10',
      validUntil: '2028-12-10',
    });
  });

  it('is renewed once by a form sent twice, by two windows, and at the same moment', async () => {
    const person = await holder();
    const form = hidden((await person.browser.get(person.path)).text);
    const windows = [person.browser, new Browser(program), new Browser(program)];
    const said = { ...form, caring: 'yes', lookedAfter: 'adult', moved: 'no', declared: 'yes' };
    const answers = await Promise.all(windows.map((browser) => browser.submit(person.path, said)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    const late = await person.browser.submit(person.path.replace('/renew', '/lost'), said, person.path);
    expect(late.status).toBe(303);
    expect(await cardsOf(person.cardholder.id)).toMatchObject([{ validUntil: '2028-12-10' }]);
    expect(await renewalsOf(person.cardholder.id)).toHaveLength(1);
  });

  it('keeps the hours of caring as they are said now', async () => {
    const person = await holder('2026-12-10', { hoursOfCaring: 40 });
    expect((await person.browser.get(person.path)).text).toContain('value="40"');
    expect((await renew(person, { hoursOfCaring: 'more' })).status).toBe(422);
    await renew(person, { hoursOfCaring: '50' });
    const { id } = person.cardholder;
    expect(await database.reader.findOneByOrFail(Cardholder, { id })).toMatchObject({ hoursOfCaring: 50 });
  });

  it('says what is missing, each with its field, and keeps what was typed', async () => {
    const person = await holder();
    const answer = await renew(person, { caring: '', moved: 'yes', line1: '9 New Street', declared: '' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('<title>Error: ');
    for (const field of ['caring', 'town', 'postcode', 'declared']) expect(answer.text).toContain(`href="#${field}`);
    expect(answer.text).toContain('value="9 New Street"');
    expect(await renewalsOf(person.cardholder.id)).toEqual([]);
  });

  it('cannot be renewed before the first reminder, nor when it was stopped', async () => {
    const early = await holder('2027-06-01');
    const page = await early.browser.get(early.path);
    expect(page.text).toContain('You can renew it from 6 April 2027');
    expect(page.text).not.toContain('name="caring"');
    const said = {
      card: early.card.id,
      until: '2027-06-01',
      caring: 'yes',
      lookedAfter: 'adult',
      moved: 'no',
      declared: 'yes',
    };
    const forced = await early.browser.submit(early.path.replace('/renew', '/lost'), said, early.path);
    expect(forced.status).toBe(409);
    expect(forced.text).toContain('It is too early to renew this card');
    expect(await renewalsOf(early.cardholder.id)).toEqual([]);

    const stopped = await holder();
    await database.transaction((tx) => program.get(Cards).suspend(tx, stopped.card.id, actor, 'Checked'));
    expect((await stopped.browser.get(stopped.path)).text).toContain('This card cannot be renewed here');
    expect(await renewalsOf(stopped.cardholder.id)).toEqual([]);
  });

  it('is not found by an altered link, nor by that of somebody who left', async () => {
    const person = await holder();
    expect((await person.browser.get(person.path.replace(/.{3}\/renew/, 'AAA/renew'))).status).toBe(404);
    await database.transaction((tx) => program.get(Leaving).leave(tx, person.cardholder.id, actor));
    expect((await person.browser.get(person.path)).status).toBe(404);
  });

  it('leads to the form from the card and from the account, which shows the address', async () => {
    const person = await holder();
    const cardPage = await person.browser.get(person.path.replace('/renew', ''));
    expect(cardPage.text).toContain(`href="${person.path}"`);
    await database.transaction(async (tx) => {
      const account = await program.get(Accounts).ensure(tx, { email: person.cardholder.email!, name: 'Margaret' });
      await program.get(Accounts).grant(tx, account, 'carer');
      await tx.query('UPDATE cardholder SET account_id = $1 WHERE id = $2', [account, person.cardholder.id]);
    });
    await person.browser.signIn(person.cardholder.email!);
    expect((await person.browser.get('/account')).text).toContain('href="/account/card/renew"');
    const form = await person.browser.get('/account/card/renew');
    expect(form.text).toContain('1 Sea Road, Bournemouth, BH1 1AA');
    const moved = { moved: 'yes', line1: '4 Quay Row', town: 'Poole', postcode: 'bh15 1hj' };
    await renew({ browser: person.browser, path: '/account/card/renew' }, moved);
    expect(await renewalsOf(person.cardholder.id)).toMatchObject([{ state: 'approved' }]);
    expect((await person.browser.get('/account/details')).text).toContain('4 Quay Row');
    const other = await holder();
    expect((await person.browser.get(`/account/cards/${other.cardholder.id}/renew`)).status).toBe(404);
  });
});

describe('a renewal that a person decides', () => {
  /** Somebody who moved, by link: it waits. */
  async function waiting(): Promise<Known & { id: string }> {
    const person = await holder();
    await renew(person, { moved: 'yes', line1: '4 Quay Row', town: 'Poole', postcode: 'BH15 1HJ' });
    const [{ id } = { id: '' }] = await renewalsOf(person.cardholder.id);
    return { ...person, id };
  }

  it('waits in the registrars’ queue, with the card as it was until somebody says yes', async () => {
    const person = await waiting();
    expect(await renewalsOf(person.cardholder.id)).toMatchObject([{ state: 'submitted', waits_for: ['moved'] }]);
    expect(await cardsOf(person.cardholder.id)).toMatchObject([{ validUntil: '2026-12-10' }]);
    expect((await person.browser.get(person.path)).text).toContain('We have your renewal');
    expect(await toldAbout(person.id)).toEqual(['applications/renewal-received']);
    const queue = await registrar.get('/staff/applications');
    expect(queue.text).toContain(`/staff/applications/${person.id}`);
    expect(queue.text).toContain('Renewal');
    const page = await registrar.get(`/staff/applications/${person.id}`);
    expect(page.text).toContain('4 Quay Row, Poole, BH15 1HJ');
    expect(page.text).toContain('Approve: the card goes on');

    await registrar.submit(`/staff/applications/${person.id}`, {}, `/staff/applications/${person.id}/approve`);
    expect(await cardsOf(person.cardholder.id)).toMatchObject([{ validUntil: '2028-12-10', status: 'active' }]);
    const [row] = await database.query<{ region: string }>(
      'SELECT region.slug AS region FROM cardholder JOIN region ON region.id = region_id WHERE cardholder.id = $1',
      [person.cardholder.id],
    );
    expect(row!.region).toBe('poole');
    expect(await toldAbout(person.id)).toEqual(['applications/renewal-received', 'applications/renewed']);
  });

  it('is not reminded of again, and renews the card that took a lost one’s place', async () => {
    const person = await waiting();
    await program.get(RenewalReminders).night();
    expect(await toldAbout(person.cardholder.id)).not.toContain('automatic-messages/renewal-4');
    await program.get(LostCards).report(person.card.id, actor);
    await registrar.submit(`/staff/applications/${person.id}`, {}, `/staff/applications/${person.id}/approve`);
    const [old, now] = await cardsOf(person.cardholder.id);
    expect(old).toMatchObject({ status: 'revoked', endReason: 'lost', validUntil: '2026-12-10' });
    expect(now).toMatchObject({ status: 'active', validUntil: '2028-12-10' });
    expect(await live(person.cardholder.id)).toHaveLength(2);
  });

  it('cannot be approved once the card has ended, and goes with a card that was given back', async () => {
    const ended = await waiting();
    await database.transaction((tx) => program.get(Cards).revoke(tx, ended.card.id, 'misuse', actor));
    const approve = `/staff/applications/${ended.id}/approve`;
    expect((await registrar.submit(`/staff/applications/${ended.id}`, {}, approve)).status).toBe(409);
    expect(await renewalsOf(ended.cardholder.id)).toMatchObject([{ state: 'submitted' }]);

    const back = await waiting();
    await database.transaction((tx) => program.get(Leaving).giveBackCard(tx, back.cardholder.id, actor));
    expect(await renewalsOf(back.cardholder.id)).toMatchObject([{ state: 'withdrawn' }]);

    const erased = await waiting();
    await database.transaction((tx) => program.get(Leaving).leave(tx, erased.cardholder.id, actor));
    const [row] = await database.query<{ first_name: string; answers: string }>(
      'SELECT first_name, answers FROM application WHERE id = $1',
      [erased.id],
    );
    expect(row).toMatchObject({ first_name: '—' });
    expect((await registrar.get('/staff/applications')).text).not.toContain(erased.id);
  });

  it('is declined with reasons, can be appealed, and the card works until its day', async () => {
    const person = await waiting();
    const words = { reason: 'could_not_confirm', words: 'We could not reach you.' };
    await registrar.submit(`/staff/applications/${person.id}/decline`, words);
    expect(await toldAbout(person.id)).toContain('applications/renewal-declined');
    const mail = (await program.outbox()).find(
      ({ to, text }) => to === person.cardholder.email && text.includes('We could not reach you.'),
    )!;
    expect(mail.text).toContain('10 December 2026');
    expect((await person.browser.get(person.path)).text).toContain('We could not renew your card');
    const resume = /https?:\/\/[^/]+(\/apply\/resume\/[^\s\]<>"]+)/.exec(mail.text)![1]!;
    await person.browser.get(resume);
    const status = await person.browser.get('/apply/status');
    expect(status.text).toContain('We cannot renew your card at the moment');
    await person.browser.submit('/apply/status', { words: 'I was in hospital.' }, '/apply/appeal');
    const other = await staffOf(program, 'registrar', `second${++count}`);
    const decision = { decision: 'allow', reason: 'She rang us.' };
    await other.submit(`/staff/applications/${person.id}/appeal`, decision);
    expect(await cardsOf(person.cardholder.id)).toMatchObject([{ validUntil: '2028-12-10' }]);
  });

  it('waits where caring has ended, where the card ran out, and for the young; saying “still caring” undoes the end', async () => {
    const former = await holder();
    await renew(former, { caring: 'used_to' });
    expect(await renewalsOf(former.cardholder.id)).toMatchObject([{ waits_for: ['caring'] }]);
    const lapsed = await holder('2026-11-01');
    await renew(lapsed);
    expect(await renewalsOf(lapsed.cardholder.id)).toMatchObject([{ waits_for: ['lapsed'] }]);
    const young = await holder('2026-12-10', { birthDate: '2014-01-01' });
    await renew(young);
    expect(await renewalsOf(young.cardholder.id)).toMatchObject([{ waits_for: ['age'] }]);

    const back = await holder();
    const { subscriber } = await database.transaction((tx) =>
      program.get(InformationService).register(tx, {
        cardholder: back.cardholder,
        source: { kind: 'web', code: null },
        consents: [],
        how: 'web',
        actor,
        quiet: true,
      }),
    );
    await database.transaction((tx) =>
      program
        .get(CaringEnds)
        .record(
          tx,
          subscriber.id,
          { endedOn: '2026-11-01', cardUntil: '2027-02-01', meanwhile: 'as_before' },
          { how: 'phone', actor, why: null },
        ),
    );
    await renew(back);
    const [{ id, waits_for } = { id: '', waits_for: [] }] = await renewalsOf(back.cardholder.id);
    expect(waits_for).toEqual(['caring']);
    await registrar.submit(`/staff/applications/${id}`, {}, `/staff/applications/${id}/approve`);
    expect(await program.get(CaringEnds).running(database.reader, subscriber.id)).toBeNull();
  });

  it('is typed in by staff for who phones, also before the first reminder', async () => {
    const person = await holder('2027-06-01', { email: null, contactChannel: 'post' });
    const path = `/staff/applications/renew/${person.cardholder.id}`;
    expect((await registrar.get(`/staff/cards/${person.cardholder.id}`)).text).toContain(path);
    await renew({ browser: registrar, path }, { how: 'phone', onSayOf: 'Margaret, by phone' });
    expect(await renewalsOf(person.cardholder.id)).toMatchObject([{ state: 'approved', source: 'paper' }]);
    expect(await cardsOf(person.cardholder.id)).toMatchObject([{ validUntil: '2029-06-01' }]);
    const [renewal] = await renewalsOf(person.cardholder.id);
    expect(await toldAbout(renewal!.id)).toEqual(['applications/renewed']);
  });

  it('of somebody who moved out of the area needs to know whom they look after here', async () => {
    const person = await holder();
    const away = { moved: 'yes', line1: '1 High Street', town: 'Salisbury', postcode: 'SP1 1AA' };
    const answer = await renew(person, away);
    expect(answer.text).toContain('href="#caredFor"');
    await renew(person, { ...away, caredFor: 'BH15 1HJ' });
    expect(await renewalsOf(person.cardholder.id)).toMatchObject([{ state: 'submitted' }]);
  });
});
