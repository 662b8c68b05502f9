import { Limits } from '@carers/access';
import type { NewPerson } from '@carers/cards';
import { Database } from '@carers/database';
import { InformationService, Registrations } from '@carers/information-service';
import { Places, SchemeService } from '@carers/places';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Browser } from './access-browser.js';
import { Applicant, applicationOf, schemeWith, staffOf } from './applications-support.js';

let program: TestApp;
let database: Database;
let registrar: Browser & { accountId: string };
let officer: Browser;
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
  await schemeWith(program, {});
  database = program.get(Database);
  registrar = await staffOf(program, 'registrar', 'Rita');
  const { regions } = await program.get(SchemeService).current();
  const { regionId } = await program.get(Places).find('BH15 1HJ');
  const id = regions.find((region) => region.id === regionId)!.carersServiceId;
  officer = await staffOf(program, 'carers_service_officer', 'Olive', { kind: 'carers_service', id });
});
afterAll(() => program?.close());
beforeEach(() => database.pool.query('TRUNCATE rate_limit'));

/** A carer who wants no card, of a name that nobody has. */
async function withoutCard(changes: Partial<NewPerson> = {}) {
  const name = `Qq${String.fromCharCode(97 + count++).repeat(5)}`;
  const { regionId, postcode } = await program.get(Places).find('BH15 1HJ');
  const person: NewPerson = {
    firstName: 'Wyn',
    lastName: name,
    birthDate: null,
    email: `${name.toLowerCase()}@example.org`,
    mobile: null,
    contactChannel: 'email',
    address: null,
    postcode,
    regionId,
    caringRoles: [],
    ...changes,
  };
  const actor = { kind: 'system', id: 'test' } as const;
  const known = await database.transaction((tx) =>
    program.get(Registrations).registerWithoutCard(tx, person, {
      source: { kind: 'paper' },
      consents: [{ purpose: 'carers_information', channel: 'email', given: true }],
      how: 'paper',
      actor,
    }),
  );
  return { ...known, person, name };
}

const cardsOf = (name: string) =>
  database.query<{ id: string; cards: number }>(
    `SELECT id, (SELECT count(*)::int FROM card WHERE cardholder_id = cardholder.id) AS cards
       FROM cardholder WHERE last_name = $1 ORDER BY id`,
    [name],
  );

describe('a carer without a card', () => {
  it('is found and opened by staff like anybody else', async () => {
    const { cardholder, name } = await withoutCard();
    const found = await registrar.get(`/staff/cards?q=${name}`);
    expect(found.status).toBe(200);
    expect(found.text).toContain('No card');
    const opened = await registrar.get(`/staff/cards/${cardholder.id}`);
    expect(opened.status).toBe(200);
    expect(opened.text).toContain('This carer has no card');
    expect((await registrar.get(`/staff/cards/${cardholder.id}/card.pdf`)).status).toBe(404);
  });

  it('gets the card on the same record by applying with the same name and contact', async () => {
    const { cardholder, subscriber, name, person } = await withoutCard();
    const applicant = new Applicant(program);
    await applicant.apply({
      name: { first: 'wyn', last: name },
      contact: { channel: 'email', email: person.email! },
      address: { line1: '4 Quay Row', town: 'Poole', postcode: 'BH15 1HJ' },
    });
    expect(await applicationOf(program, name)).toMatchObject({ state: 'approved' });
    expect(await cardsOf(name)).toEqual([{ id: cardholder.id, cards: 1 }]);
    const lists = await database.query('SELECT id, source_kind FROM subscriber WHERE cardholder_id = $1', [
      cardholder.id,
    ]);
    expect(lists).toEqual([{ id: subscriber.id, source_kind: 'paper' }]);
    expect(await program.get(InformationService).mayReceive(subscriber.id, 'carers_information', 'email')).toBe(true);
  });

  it('is shown to staff where only the home is the same, who give this record the card', async () => {
    const { cardholder, name } = await withoutCard({
      email: null,
      contactChannel: 'post',
      address: '4 Quay Row\nPoole',
    });
    const applicant = new Applicant(program);
    await applicant.apply({
      name: { first: 'Wyn', last: name },
      contact: { channel: 'email', email: `other-${name}@example.org` },
      address: { line1: '4 Quay Row', town: 'Poole', postcode: 'BH15 1HJ' },
    });
    const { id, state } = await applicationOf(program, name);
    expect(state).toBe('submitted');
    const page = await registrar.get(`/staff/applications/${id}`);
    expect(page.text).toContain('With the carers service, no card yet');
    expect(page.text).not.toContain(`/matches/${cardholder.id}/same`);
    await registrar.submit(
      `/staff/applications/${id}`,
      {},
      `/staff/applications/${id}/matches/${cardholder.id}/approve`,
    );
    expect(await applicationOf(program, name)).toMatchObject({ state: 'approved' });
    expect(await cardsOf(name)).toEqual([{ id: cardholder.id, cards: 1 }]);
  });
});

const form = {
  firstName: 'Ines',
  'birthDate-day': '',
  'birthDate-month': '',
  'birthDate-year': '',
  line1: '',
  line2: '',
  town: '',
  postcode: 'bh15 1hj',
  channel: 'email',
  mobile: '',
};

describe('the form for staff', () => {
  const path = '/staff/information-service/register';
  const onceOf = (text: string) => /name="once" value="([^"]+)"/.exec(text)![1]!;

  async function fill(lastName: string, changes: Record<string, string> = {}) {
    const shown = await officer.get(path);
    return officer.submit(path, {
      ...form,
      lastName,
      email: `${lastName.toLowerCase()}@example.org`,
      read: 'yes',
      how: 'phone',
      once: onceOf(shown.text),
      ...changes,
    });
  }

  it('registers on the carer’s behalf, with what they said yes to, and once however often it is sent', async () => {
    const once = onceOf((await officer.get(path)).text);
    const answers = await Promise.all(
      [1, 2].map(() => fill('Paperway', { consents: 'carers_information.email', once })),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(answers[0]!.headers['location']).toBe(answers[1]!.headers['location']);
    const opened = await officer.get(answers[0]!.headers['location']!);
    expect(opened.text).toContain('Ines Paperway');
    expect(opened.text).toContain('By phone');
    expect(await cardsOf('Paperway')).toMatchObject([{ cards: 0 }]);
    expect((await program.outbox()).filter(({ to }) => to === 'paperway@example.org')).toHaveLength(1);
  });

  it('shows who it may be, typos and all, and takes the officer’s word for it', async () => {
    const { cardholder, subscriber } = await withoutCard({ firstName: 'Bartholomew', lastName: 'Quillfeather' });
    const shown = await fill('Quilfeather', { firstName: 'Bartholomew', email: 'else@example.org' });
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('Bartholomew Quillfeather');
    expect(shown.text).toContain('A similar name');
    expect(await cardsOf('Quilfeather')).toEqual([]);
    const seen = { firstName: 'Bartholomew', email: 'else@example.org', seen: cardholder.id };
    expect((await fill('Quilfeather', seen)).text).toContain('Choose who it is');
    const same = await fill('Quilfeather', { ...seen, same: cardholder.id, consents: 'carers_information.email' });
    expect(same.headers['location']).toBe(`/staff/subscribers/${subscriber.id}`);
    expect(await cardsOf('Quilfeather')).toEqual([]);
    await fill('Quilfeather', { ...seen, same: 'new' });
    expect(await cardsOf('Quilfeather')).toHaveLength(1);
  });

  it('says what is missing, and refuses other services’ postcodes', async () => {
    const empty = await fill('', { channel: '', read: '', email: 'no' });
    expect(empty.status).toBe(422);
    for (const words of ['Enter the last name', 'Choose the best way', 'Read the words aloud first']) {
      expect(empty.text).toContain(words);
    }
    expect((await fill('Faraway', { postcode: 'DT1 1AA' })).text).toContain('This postcode belongs to');
    expect((await fill('Faraway', { postcode: 'SW1A 1AA' })).text).toContain('outside the area');
    expect((await registrar.get(path)).status).toBe(403);
  });

  it('writes down the adult who decides for a child, and nobody else’s yes', async () => {
    const child = { 'birthDate-day': '1', 'birthDate-month': '2', 'birthDate-year': '2016' };
    const yes = { ...child, consents: 'carers_information.email' };
    const asked = await fill('Youngling', { ...yes, deciderName: '', deciderCapacity: '' });
    expect(asked.text).toContain('Enter the name of the parent or sponsor');
    expect(asked.text).toContain('Choose what the parent or sponsor is');
    expect((await fill('Youngling', { ...yes, deciderName: 'Petra Young' })).status).toBe(422);
    expect(await cardsOf('Youngling')).toEqual([]);
    const saved = await fill('Youngling', { ...yes, deciderName: 'Petra Young', deciderCapacity: 'guardian' });
    const id = saved.headers['location']!.split('/').at(-1)!;
    const [decider] = await database.reader.findBy<{ id: string; subscriberId: string }>('ConsentDecider', {
      subscriberId: id,
    });
    expect(decider).toMatchObject({ name: 'Petra Young', capacity: 'guardian' });
    const events = await database.reader.findBy('ConsentEvent', { subscriberId: id, decision: 'given' });
    expect(events).toMatchObject([{ channel: 'email', decidedAs: 'guardian', deciderId: decider!.id }]);
    // A name that stands there by mistake decides nothing for a grown-up.
    const grown = await fill('Grownling', { deciderName: 'Petra Young', deciderCapacity: 'guardian' });
    const deciders = { subscriberId: grown.headers['location']!.split('/').at(-1)! };
    expect(await database.reader.existsBy('ConsentDecider', deciders)).toBe(false);
  });
});

describe('the form of a carer who wants no card', () => {
  const path = '/carers-service/join';
  const answers = { ...form, 'birthDate-day': '3', 'birthDate-month': '4', 'birthDate-year': '1970' };
  const hidden = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/type="hidden" name="(?!_csrf)([^"]+)" value="([^"]*)"/g)].map((m) => [m[1]!, m[2]!]),
    );

  async function join(lastName: string, changes: Record<string, string> = {}) {
    const visitor = new Browser(program);
    const email = `${lastName.toLowerCase()}@example.org`;
    const checked = await visitor.submit(path, { ...answers, lastName, email, ...changes });
    const send = () => visitor.submit(path, hidden(checked.text), `${path}/send`);
    return { visitor, checked, send, sent: checked.status === 200 ? await send() : checked };
  }

  it('shows the answers, registers once, and confirms by their channel', async () => {
    const blank = await new Browser(program).get(path);
    expect(blank.text.match(/name="consents"/g)).toHaveLength(6);
    expect(blank.text).not.toMatch(/name="consents"[^>]*checked/);
    const { checked, sent, send } = await join('Joinwell', { consents: 'carers_information.email' });
    expect(checked.text).toContain('Ines Joinwell');
    expect(sent.headers['location']).toBe('/carers-service/joined');
    await send();
    expect(await cardsOf('Joinwell')).toMatchObject([{ cards: 0 }]);
    await join('Quietly');
    const mails = (await program.outbox()).filter(({ to }) => /^(joinwell|quietly)@/.test(to));
    expect(mails.map(({ to, subject }) => [to, /Welcome/.test(subject ?? '')]).sort()).toEqual([
      ['joinwell@example.org', true],
      ['quietly@example.org', false],
    ]);
  });

  it('tells nobody that they are known, and makes no second record of them', async () => {
    const { person, name } = await withoutCard({ firstName: 'Ines' });
    const { sent } = await join(name, { email: person.email! });
    expect(sent.headers['location']).toBe('/carers-service/joined');
    expect(await cardsOf(name)).toHaveLength(1);
  });

  it('goes back with what was typed, and sends children to an adult', async () => {
    const { visitor, checked } = await join('Backward');
    const back = await visitor.submit(path, hidden(checked.text), `${path}/change`);
    expect(back.text).toContain('value="Backward"');
    const young = await join('Tiny', { 'birthDate-year': '2016' });
    expect(young.checked.text).toContain('Please ask a grown-up to help');
    expect(await cardsOf('Tiny')).toEqual([]);
    expect((await join('Nowhere', { postcode: 'not one', 'birthDate-day': '' })).checked.status).toBe(422);
  });

  it('is held back when one address sends very many', async () => {
    await program.get(Limits).note('carers-join-address', '127.0.0.1');
    await database.pool.query(`UPDATE rate_limit SET points = 1000`);
    const { sent } = await join('Toomany');
    expect(sent.status).toBe(429);
    expect(Number(sent.headers['retry-after'])).toBeGreaterThan(0);
  });
});
