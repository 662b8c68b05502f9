import type { NewPerson } from '@carers/cards';
import { Database } from '@carers/database';
import { InformationService, Registrations } from '@carers/information-service';
import { Places } from '@carers/places';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Browser } from './access-browser.js';
import { Applicant, applicationOf, schemeWith, staffOf } from './applications-support.js';

let program: TestApp;
let database: Database;
let registrar: Browser & { accountId: string };
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
  await schemeWith(program, {});
  database = program.get(Database);
  registrar = await staffOf(program, 'registrar', 'Rita');
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
  const actor = { kind: 'system', id: 'test' };
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
