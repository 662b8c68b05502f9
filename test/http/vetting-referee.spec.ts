import { Accounts, SecondFactor } from '@carers/access';
import { Database } from '@carers/database';
import { CaseChecks, References } from '@carers/vetting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import type { GivenCase } from '../support/given-case.js';
import { RemindReferees } from '../../libs/vetting/src/owner/remind-referees.js';
import { Browser } from './access-browser.js';

let program: TestApp;
let database: Database;
let made: GivenCase;
let count = 0;

const marks = Object.fromEntries(['quality', 'price', 'manner', 'care', 'again'].map((key) => [`scores.${key}`, '4']));

/** A customer whom an officer has asked, and the path of their link. */
async function asked(contact: { email?: string; phone?: string } = {}) {
  const email = contact.email ?? (contact.phone ? null : `referee-${++count}@customer.example`);
  const check = (await program.get(CaseChecks).of(made.case.id)).find(({ key }) => key === 'references')!;
  const { id } = await database.transaction((tx) =>
    program
      .get(References)
      .name(tx, check.id, { name: 'Ann Customer', email, phone: contact.phone ?? null, job: 'A tap' }, made.owner),
  );
  await database.transaction((tx) => program.get(References).request(tx, id, made.officers[0]));
  const message = (await program.outbox()).find(({ to }) => to === (email ?? '+447700900123'))!;
  const path = /\/reference\/[\w-]{22}/.exec(message.text)![0];
  return { id, path, message, to: message.to };
}

async function row(id: string) {
  return (await program.get(References).of(made.case.id)).find((reference) => reference.id === id)!;
}

beforeAll(async () => {
  program = await startTestApp();
  const given = new Given(program);
  await given.scheme();
  database = program.get(Database);
  made = await given.case({
    state: 'in_review',
    businessId: (await given.business({ name: 'Harbour Plumbing' })).business.id,
  });
});
afterAll(() => program.close());

describe('a customer who was named', () => {
  it('is told who asks and that the business sees nothing, and answers once', async () => {
    const { id, path, message } = await asked();
    expect(message.subject).toContain('Harbour Plumbing');
    expect(message.text).toContain('do not show your answers to Harbour Plumbing');
    const browser = new Browser(program);
    const page = await browser.get(path);
    expect(page.text).toContain('never sees your answers');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(page.headers['cache-control']).toContain('no-store');

    const half = await browser.submit(path, { 'scores.quality': '4', words: 'Kind <b>people</b>' });
    expect(half.status).toBe(422);
    expect(half.text).toContain('Choose an answer');
    expect(half.text).toContain('Kind &lt;b&gt;people');
    expect((await browser.submit(path, { ...marks, 'scores.again': '9' })).status).toBe(422);
    const sent = await browser.submit(path, { ...marks, words: 'Very tidy.' });
    expect(sent.headers['location']).toBe('/reference/thank-you');
    expect((await browser.get('/reference/thank-you')).text).toContain('Thank you');
    expect(await row(id)).toMatchObject({ mean: 400, answer: { words: 'Very tidy.' }, answeredBy: 'link' });
    expect((await browser.get(path)).status).toBe(410);
  });

  it('loses nothing to a program that opens every link in their mail', async () => {
    const { id, path } = await asked();
    for (let look = 0; look < 3; look++) expect((await new Browser(program).get(path)).status).toBe(200);
    expect((await new Browser(program).get(`${path}/not-me`)).status).toBe(404);
    expect(await row(id)).toMatchObject({ answeredAt: null, declinedAt: null });
  });

  it('may say that they do not know them, and is not asked again', async () => {
    const { id, path, to } = await asked();
    const sent = await new Browser(program).submit(path, {}, `${path}/not-me`);
    expect(sent.headers['location']).toBe('/reference/thank-you');
    expect((await row(id)).declinedAt).not.toBeNull();
    await inDays(8, async () => {
      expect((await program.outbox()).filter((message) => message.to === to)).toHaveLength(1);
    });
  });

  it('is counted once when the same answer comes from two windows', async () => {
    const { path } = await asked();
    const outcomes = await Promise.all([1, 2].map(() => new Browser(program).submit(path, marks)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual([303, 410]);
  });

  it('is reminded once, after a week, with the same link, however many workers look', async () => {
    const { path, to } = await asked();
    await inDays(6, async () => {
      expect((await program.outbox()).filter((message) => message.to === to)).toHaveLength(1);
    });
    await inDays(8, async () => {
      await Promise.all([1, 2].map(() => program.get(RemindReferees).handle()));
      const sent = (await program.outbox()).filter((message) => message.to === to);
      expect(sent).toHaveLength(2);
      const reminder = sent.find(({ subject }) => subject.includes('reminder'));
      expect(reminder?.text).toContain(path);
    });
    await inDays(9, async () => {
      expect((await program.outbox()).filter((message) => message.to === to)).toHaveLength(2);
    });
  });

  it('finds the link over after its day', async () => {
    const { path } = await asked();
    await inDays(29, async () => {
      expect((await new Browser(program).get(path)).status).toBe(410);
      expect((await new Browser(program).submit(path, marks)).status).not.toBe(303);
    });
  });

  it('with a mobile number alone gets a text', async () => {
    const { message } = await asked({ phone: '07700 900123' });
    expect(message.channel).toBe('text');
    expect(message.text).toContain('Harbour Plumbing');
  });
});

describe('nobody', () => {
  it('finds a link by guessing, and whoever tries is soon stopped', async () => {
    await database.pool.query('TRUNCATE rate_limit');
    const guesser = new Browser(program);
    for (const guess of ['x', 'A'.repeat(22), '../../etc', 'A'.repeat(400)])
      expect([404, 410]).toContain((await guesser.get(`/reference/${encodeURIComponent(guess)}`)).status);
    let status = 0;
    for (let tries = 0; tries < 70 && status !== 429; tries++)
      ({ status } = await guesser.get(`/reference/${'B'.repeat(22)}`));
    expect(status).toBe(429);
    await database.pool.query('TRUNCATE rate_limit');
  });

  it('of the business can read an answer on any of its pages, or see that there is one', async () => {
    // After the reminders of the days to come: the code for signing in is in the newest message.
    program.clock.advance({ days: 30 });
    const owner = await ownerOf(made);
    const { id, path } = await asked();
    const pages = ['', '/checks/references', '/submit', '/withdraw'].map(
      (end) => `/business/${made.businessId}/vetting/${made.case.id}${end}`,
    );
    const shown = async () => (await Promise.all(pages.map((page) => owner.get(page)))).map(({ text }) => text);
    const before = await shown();
    await new Browser(program).submit(path, { ...marks, words: 'A secret between us.' });
    expect((await row(id)).answer?.words).toBe('A secret between us.');
    const plain = (text: string) => text.replace(/nonce="[^"]*"|name="_csrf" value="[^"]*"/g, '');
    expect((await shown()).map(plain)).toEqual(before.map(plain));
    expect(before.join()).not.toContain('secret');
  });
});

/** Somebody who acts for the business, with their second factor given. */
async function ownerOf({ owner }: GivenCase): Promise<Browser> {
  const { email } = await program.get(Accounts).contactOf(owner.id);
  await database.transaction((tx) => program.get(SecondFactor).useDemoSecret(tx, owner.id));
  await database.pool.query('TRUNCATE rate_limit');
  const browser = new Browser(program);
  await browser.signIn(email!);
  await browser.submit('/sign-in/second-factor', { code: program.get(SecondFactor).demoCodes().code });
  return browser;
}

/** Looks at a day to come; the reminders of that day are sent. */
async function inDays(days: number, look: () => Promise<void>): Promise<void> {
  program.clock.advance({ days });
  await program.get(RemindReferees).handle();
  try {
    await look();
  } finally {
    program.clock.advance({ days: -days });
  }
}
