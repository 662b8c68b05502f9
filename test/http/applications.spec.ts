import { Database } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Applicant, applicationOf, carer, schemeWith } from './applications-support.js';

let program: TestApp;
let database: Database;
let applicant: Applicant;

beforeAll(async () => {
  program = await startTestApp();
  await schemeWith(program);
  database = program.get(Database);
});
afterAll(() => program?.close());
beforeEach(async () => {
  applicant = new Applicant(program);
  // Each test begins where nobody is known.
  await database.pool.query('UPDATE cardholder SET left_at = joined_at; DELETE FROM application; TRUNCATE rate_limit');
});

/** Everybody who holds a card now. */
const holders = () => database.query('SELECT account_id, hours_of_caring FROM cardholder WHERE left_at IS NULL');
/** What was said to each question of consent by those who hold a card now. */
const consents = () =>
  database.query<{ decision: string }>(
    `SELECT purpose, channel, decision, how FROM consent_event JOIN subscriber ON subscriber.id = subscriber_id
       JOIN cardholder ON cardholder.id = cardholder_id AND cardholder.left_at IS NULL ORDER BY purpose, channel`,
  );

const path = (response: { headers: Record<string, string> }) => response.headers['location'];

describe('a carer', () => {
  it('applies one question at a time and holds a card a moment later', async () => {
    const start = await applicant.get('/apply');
    expect(start.text).toContain('about 5 minutes');
    expect(path(await applicant.submit('/apply'))).toBe('/apply/caring');
    for (const [index, [step, form]] of carer.entries()) {
      const next = carer[index + 1]?.[0] ?? 'check';
      expect(path(await applicant.submit(`/apply/${step}`, form as Record<string, string>))).toBe(`/apply/${next}`);
    }
    const check = await applicant.get('/apply/check');
    for (const words of ['Morag Tideswell', '17 May 1971', '4 Quay Row, Poole, BH15 1HJ', 'morag@example.org'])
      expect(check.text).toContain(words);
    expect(check.text).toContain('Yes by email, No by post');
    expect(check.text).toContain('Harbour Carers Service');

    expect(path(await applicant.submit('/apply/check', { declared: 'yes' }))).toBe('/apply/status');
    const done = await applicant.get('/apply/status');
    expect(done.text).toContain('Your card is ready, Morag');
    const card = /href="[^"]*(\/my-card\/[\w-]+)"/.exec(done.text)![1]!;
    expect((await applicant.get(card)).text).toContain('Morag');

    const { state, reference, id } = await applicationOf(program, 'Tideswell');
    expect(state).toBe('approved');
    expect(done.text).toContain(`${reference.slice(0, 4)}-${reference.slice(4)}`);
    const messages = await program.outbox();
    const message = messages.find(({ subject }) => subject === 'Your Dorset Carers Card is ready')!;
    expect(message.to).toBe('morag@example.org');
    expect(message.text).toContain(card);
    expect(message.text).toMatch(/CC[0-9A-Z ]+/);
    expect(await consents()).toEqual([
      { purpose: 'business_offers', channel: 'email', decision: 'refused', how: 'web' },
      { purpose: 'business_offers', channel: 'post', decision: 'refused', how: 'web' },
      { purpose: 'carers_information', channel: 'email', decision: 'given', how: 'web' },
      { purpose: 'carers_information', channel: 'post', decision: 'refused', how: 'web' },
    ]);
    const events = await database.query<{ action: string }>(
      'SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY action',
      [id],
    );
    expect(events.map(({ action }) => action)).toEqual(['application.approved', 'application.submitted']);
  });

  it('gets the card without agreeing to anything', async () => {
    const no = { email: 'no', post: 'no' };
    const done = await applicant.apply({ 'carers-information': no, 'business-offers': no });
    expect(done.text).toContain('Your card is ready');
    expect((await consents()).map(({ decision }) => decision)).toEqual(Array.from({ length: 4 }, () => 'refused'));
  });

  it('is asked for consent with nothing chosen beforehand', async () => {
    await applicant.answerUntil('carers-information');
    const page = await applicant.get('/apply/carers-information');
    expect(page.text).not.toMatch(/type="radio"[^>]*checked/);
    expect(page.text).toContain('You get your card whatever you answer');
    const none = await applicant.submit('/apply/carers-information', { email: 'yes' });
    expect(none.status).toBe(422);
    expect(none.text).toContain('<title>Error: ');
  });

  it('cannot skip a question, nor send with one open', async () => {
    expect(path(await applicant.get('/apply/name'))).toBe('/apply');
    await applicant.answerUntil('date-of-birth');
    expect(path(await applicant.get('/apply/contact'))).toBe('/apply/date-of-birth');
    expect(path(await applicant.get('/apply/check'))).toBe('/apply/date-of-birth');
    expect(path(await applicant.submit('/apply/name', { channel: 'post' }, '/apply/contact'))).toBe(
      '/apply/date-of-birth',
    );
    expect((await applicant.get('/apply/no-such-question')).status).toBe(404);
  });

  it('keeps what was typed and is told what to do', async () => {
    await applicant.answerUntil('address');
    const wrong = await applicant.submit('/apply/address', { line1: '4 Quay Row', town: 'Poole', postcode: 'nowhere' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter a full UK postcode, like BH1 1AA');
    expect(wrong.text).toContain('value="4 Quay Row"');
    const early = await applicant.submit(
      '/apply/date-of-birth',
      { 'birthDate-day': '1', 'birthDate-month': '1', 'birthDate-year': '2024' },
      '/apply/date-of-birth',
    );
    expect(early.text).toContain('You need to be 5 or older');
  });

  it('says how many hours they care if they like to, and the registry keeps it', async () => {
    await applicant.answerUntil('looked-after');
    const page = '/apply/looked-after';
    expect((await applicant.get(page)).text).toContain('You do not need to say.');
    for (const hoursOfCaring of ['0', '169', 'all day', '7.5', '-3']) {
      const wrong = await applicant.submit(page, { lookedAfter: 'adult', hoursOfCaring });
      expect(wrong.status).toBe(422);
      expect(wrong.text).toContain('Enter whole hours in a week, from 1 to 168, or leave it empty');
      expect(wrong.text).toContain(`value="${hoursOfCaring}"`);
    }
    await applicant.apply({ 'looked-after': { lookedAfter: 'adult', hoursOfCaring: ' 35 ' } });
    const [holder] = await holders();
    expect(holder).toMatchObject({ hours_of_caring: 35 });
  });

  it('shows the hours that were told before sending, and none where nobody cares any more', async () => {
    await applicant.answerUntil('check', { 'looked-after': { lookedAfter: 'adult', hoursOfCaring: '1' } });
    expect((await applicant.get('/apply/check')).text).toContain('About 1 hour a week');
    expect((await applicant.get('/apply/looked-after?change=yes')).text).toContain('value="1"');
    await applicant.submit('/apply/caring?change=yes', { caring: 'used_to' });
    expect((await applicant.get('/apply/check')).text).not.toContain('hour a week');
    expect((await applicant.get('/apply/looked-after?change=yes')).text).not.toContain('hoursOfCaring');
    await applicant.submit('/apply/check', { declared: 'yes' });
    await program.work();
    expect(await holders()).toMatchObject([{ hours_of_caring: null }]);
  });

  it('changes an answer from the check page and comes back to it', async () => {
    await applicant.answerUntil('check');
    expect((await applicant.get('/apply/check')).text).toContain('href="/apply/name?change=yes"');
    const page = await applicant.get('/apply/name?change=yes');
    expect(page.text).toContain('href="/apply/check" class="govuk-back-link"');
    expect(path(await applicant.submit('/apply/name?change=yes', { first: 'Mo', last: 'Tideswell' }))).toBe(
      '/apply/check',
    );
    expect((await applicant.get('/apply/check')).text).toContain('Mo Tideswell');
    // Another way to be reached is another question of consent.
    expect(path(await applicant.submit('/apply/contact', { channel: 'text' }))).toBe('/apply/contact-address');
    expect(path(await applicant.submit('/apply/contact-address', { mobile: '07700 900 123' }))).toBe(
      '/apply/carers-information',
    );
  });

  it('carries on from another device by a link', async () => {
    await applicant.answerUntil('contact');
    expect(path(await applicant.submit('/apply/save', { contact: 'morag@example.org' }))).toBe('/apply/save');
    const message = (await program.outbox()).find(({ subject }) =>
      subject.startsWith('Carry on with your application'),
    );
    const link = /\/apply\/resume\/[\w-]{43}/.exec(message!.text)![0];
    const phone = new Applicant(program);
    // Opening it changes nothing yet: a link of somebody else's must not plant their application in this browser.
    expect((await phone.get(link)).text).toContain('These are the answers of Morag.');
    expect(phone.cookie('application')).toBeUndefined();
    expect(path(await phone.get('/apply/check'))).toBe('/apply');
    expect(path(await phone.submit(link))).toBe('/apply/check');
    expect(path(await phone.get('/apply/check'))).toBe('/apply/contact');
    const last = link.at(-5) === 'A' ? 'B' : 'A';
    expect((await phone.get(`${link.slice(0, -5)}${last}${link.slice(-4)}`)).status).toBe(404);
  });

  it('who sends twice has one card', async () => {
    await applicant.answerUntil('check');
    const page = await applicant.get('/apply/check');
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)![1]!;
    const send = () => applicant.agent.post('/apply/check').type('form').send({ _csrf, declared: 'yes' });
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(path)).toEqual(Array.from({ length: 3 }, () => '/apply/status'));
    expect(await holders()).toHaveLength(1);
    expect(path(await applicant.submit('/apply/status', { first: 'Eve', last: 'Evil' }, '/apply/name'))).toBe(
      '/apply/status',
    );
  });

  it('who can only be reached by post gets a letter with the card number', async () => {
    await applicant.apply({
      contact: { channel: 'post' },
      'carers-information': { post: 'yes' },
      'business-offers': { post: 'no' },
    });
    const letters = (await program.outbox()).filter(({ channel }) => channel === 'post');
    const letter = letters.find(({ text }) => text.includes('Your card number'))!;
    expect(letter.to).toBe('4 Quay Row\nPoole\nBH15 1HJ');
    expect(await holders()).toMatchObject([{ account_id: null }]);
  });

  it('who lives elsewhere joins through the person they look after, or is told kindly', async () => {
    const home = { line1: '1 High Street', town: 'Salisbury', postcode: 'SP1 2AA' };
    await applicant.answerUntil('contact', { address: home, 'cared-for': null });
    const page = await applicant.get('/apply/cared-for');
    expect(page.text).toContain('outside the area of Dorset Carers Card');
    const wrong = await applicant.submit('/apply/cared-for', { postcode: 'SP1 2AA' });
    expect(wrong.status).toBe(422);
    expect(path(await applicant.submit('/apply/cared-for', { postcode: 'bh15 1hj' }))).toBe('/apply/contact');
    const other = await applicant.get('/apply/not-for-you?because=elsewhere');
    expect(other.text).toContain('Ask the council where you live');
  });

  it('who is paid for it is sent to support instead, and nothing is kept of that answer', async () => {
    await applicant.answerUntil('unpaid');
    const answer = await applicant.submit('/apply/unpaid', { unpaid: 'paid' });
    expect(path(answer)).toBe('/apply/not-for-you?because=paid');
    expect((await applicant.get(path(answer)!)).text).toContain('Harbour Carers Service');
    expect(path(await applicant.get('/apply/area'))).toBe('/apply/unpaid');
  });

  it('is forgotten by a shared computer, not by us', async () => {
    await applicant.answerUntil('contact');
    await applicant.submit('/apply/save', {}, '/apply/leave');
    expect(path(await applicant.get('/apply/contact'))).toBe('/apply');
    expect(await database.query('SELECT 1 FROM application')).toHaveLength(1);
  });
});

describe('a child who cares', () => {
  const child = {
    'date-of-birth': { 'birthDate-day': '2', 'birthDate-month': '9', 'birthDate-year': '2015' },
    name: { first: 'Robin', last: 'Merrow' },
    contact: { channel: 'post' },
    'carers-information': { post: 'yes' },
    'business-offers': null,
  };

  it('needs an adult to agree, and never an e-mail address', async () => {
    await applicant.answerUntil('looked-after', child);
    expect(path(await applicant.get('/apply/looked-after'))).toBe('/apply/agreement');
    const missing = await applicant.submit('/apply/agreement', { name: 'Sam Merrow', relation: 'parent', contact: '' });
    expect(missing.text).toContain('The adult needs to tick that they agree');
  });

  it('is never asked about offers from businesses, and waits for a person', async () => {
    const agreement = { name: 'Sam Merrow', relation: 'parent', contact: '01632 960 111', agreed: 'yes' };
    const done = await applicant.apply({ ...child, agreement });
    expect(done.text).toContain('We have your application');
    expect(await applicationOf(program, 'Merrow')).toMatchObject({
      state: 'submitted',
      waits_for: ['age'],
      card_id: null,
    });
  });
});

describe('somebody who is known already', () => {
  it('is told nothing of it, and waits for a person', async () => {
    await applicant.apply();
    const again = new Applicant(program);
    const name = { first: 'Moragh', last: 'Tidswell' };
    const contact = { channel: 'email', email: 'other@example.org' };
    const done = await again.apply({ name, contact });
    expect(done.text).not.toMatch(/already|duplicate|known/i);
    expect(await applicationOf(program, 'Tidswell')).toMatchObject({ state: 'submitted', waits_for: ['duplicates'] });
    expect(await holders()).toHaveLength(1);
  });
});
