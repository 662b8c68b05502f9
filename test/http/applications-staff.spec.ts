import { Database } from '@carers/database';
import { InformationService } from '@carers/information-service';
import { Messages } from '@carers/messages';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Browser } from './access-browser.js';
import { Applicant, applicationOf, schemeWith, staffOf } from './applications-support.js';

let program: TestApp;
let database: Database;
let registrar: Browser & { accountId: string };
let colleague: Browser & { accountId: string };
let applicant: Applicant;
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
  await schemeWith(program, { automatic: false });
  database = program.get(Database);
  registrar = await staffOf(program, 'registrar', 'Rita');
  colleague = await staffOf(program, 'registrar', 'Colin');
});
afterAll(() => program?.close());
beforeEach(async () => {
  await database.pool.query('TRUNCATE rate_limit');
  applicant = new Applicant(program);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** An application that waits, of somebody nobody is like; gives its page for staff. */
async function waiting(changes: Parameters<Applicant['apply']>[0] = {}) {
  const last = `Zz${String.fromCharCode(97 + (count % 26)).repeat(6)}${count++}`;
  await applicant.apply({
    name: { first: 'Morag', last },
    'date-of-birth': {
      'birthDate-day': String(1 + (count % 28)),
      'birthDate-month': '5',
      'birthDate-year': String(1950 + count),
    },
    address: { line1: '4 Quay Row', town: 'Poole', postcode: ['BH15 1HJ', 'BH14 0AA', 'BH1 1AA'][count % 3]! },
    contact: { channel: 'email', email: `${last}@example.org` },
    ...changes,
  });
  const row = await applicationOf(program, last);
  return { ...row, last, email: `${last}@example.org`.toLowerCase(), page: `/staff/applications/${row.id}` };
}

const stateOf = async (id: string) =>
  (await database.query<{ state: string }>('SELECT state FROM application WHERE id = $1', [id]))[0]?.state;
const path = (response: { headers: Record<string, string> }) => response.headers['location'];
const mailTo = async (email: string) => (await program.outbox()).filter(({ to }) => to === email);

describe('the queue', () => {
  it('is closed to everybody but registrars', async () => {
    expect((await applicant.get('/staff/applications')).status).toBe(303);
    const commissioner = await staffOf(program, 'commissioner', 'Cora');
    expect((await commissioner.get('/staff/applications')).status).toBe(403);
    expect((await commissioner.get('/staff/applications/new')).status).toBe(403);
  });

  it('finds by name, by a name mistyped, by reference, region and age', async () => {
    const { last, reference, page } = await waiting();
    const found = async (query: string) => (await registrar.get(`/staff/applications?${query}`)).text.includes(page);
    expect(await found('')).toBe(true);
    expect(await found(`q=${last}`)).toBe(true);
    expect(await found(`q=Morag+${last.replace('zz', 'z')}`)).toBe(true);
    expect(await found(`q=${reference.slice(0, 4).toLowerCase()}-${reference.slice(4)}`)).toBe(true);
    expect(await found('q=Nobodyhere')).toBe(false);
    expect([await found('region=poole'), await found('region=bournemouth')].sort()).toEqual([false, true]);
    expect(await found('waiting=3')).toBe(false);
    expect(await found('state=approved')).toBe(false);
    expect(await found('cursor=rubbish')).toBe(true);
    expect(await found(`cursor=1_${'-'.repeat(36)}`)).toBe(true);
  });

  it('goes on to the next page without leaving anybody out', async () => {
    await waiting();
    await database.query(
      `INSERT INTO application (id, reference, state, source, locale, answers, first_name, last_name, region_id, waits_for,
                                dismissed_matches, submitted_at, created_at, changed_at)
       SELECT gen_random_uuid(), lpad(n::text, 8, '0'), 'submitted', 'web', 'en-GB', answers, 'Page', 'Turner', region_id,
              '[]', '[]', $1::timestamptz - interval '1 day', $1, $1
         FROM generate_series(1, 30) AS n, (SELECT * FROM application LIMIT 1) AS one`,
      [program.clock.now()],
    );
    const seen = new Set<string>();
    let next: string | undefined = '/staff/applications?q=Page+Turner';
    for (let pages = 0; next && pages < 5; pages++) {
      const text: string = (await registrar.get(next)).text.replace(/&#x3D;/g, '=').replace(/&amp;/g, '&');
      for (const [, id] of text.matchAll(/\/staff\/applications\/([0-9a-f-]{36})"/g)) seen.add(id!);
      next = /href="([^"]*cursor=[^"]*)"/.exec(text)?.[1];
    }
    expect(seen.size).toBe(30);
    await database.query("DELETE FROM application WHERE last_name = 'Turner'");
  });
});

describe('an application', () => {
  it('shows answers and history, and reading it is written down', async () => {
    const { page, id, last } = await waiting();
    const { text } = await registrar.get(page);
    for (const words of [last, '4 Quay Row', 'Yes by email, No by post', 'Every one is looked at'])
      expect(text).toContain(words);
    expect(
      await database.query(
        "SELECT actor_id, actor_role FROM audit_event WHERE action = 'person.viewed' AND subject_id = $1",
        [id],
      ),
    ).toEqual([{ actor_id: registrar.accountId, actor_role: 'registrar' }]);
    expect((await registrar.get('/staff/applications/0')).status).toBe(404);
  });

  it('is approved, and the card, the account, the registration and the message are there', async () => {
    const { page, id, email } = await waiting();
    expect(path(await registrar.submit(page, {}, `${page}/approve`))).toBe(page);
    expect(await stateOf(id)).toBe('approved');
    const [made] = await database.query<{ roles: number; registered: number }>(
      `SELECT (SELECT count(*)::int FROM account_role WHERE account_id = cardholder.account_id AND role = 'carer') AS roles,
              (SELECT count(*)::int FROM subscriber WHERE cardholder_id = cardholder.id) AS registered
         FROM application JOIN cardholder ON cardholder.id = cardholder_id WHERE application.id = $1`,
      [id],
    );
    expect(made).toEqual({ roles: 1, registered: 1 });
    expect((await mailTo(email)).some(({ text }) => text.includes('/my-card/'))).toBe(true);
    // And the carer can sign in.
    expect((await applicant.signIn(email)).status).toBe(303);
  });

  it.each([
    ['the registration fails', () => jest.spyOn(program.get(InformationService), 'register')],
    ['the message fails', () => jest.spyOn(program.get(Messages), 'queue')],
  ])('leaves nothing half done when %s', async (_, part) => {
    const { page, id } = await waiting();
    await program.work();
    const counts = () =>
      database.query(
        `SELECT (SELECT count(*) FROM cardholder) AS cardholders, (SELECT count(*) FROM card) AS cards,
                (SELECT count(*) FROM account) AS accounts, (SELECT count(*) FROM subscriber) AS subscribers,
                (SELECT count(*) FROM outgoing_message) AS messages, (SELECT count(*) FROM queue.job) AS jobs,
                (SELECT count(*) FROM audit_event WHERE action <> 'person.viewed') AS events`,
      );
    await registrar.get(page);
    const before = await counts();
    part().mockRejectedValueOnce(new Error('broken in the middle'));
    const answer = await registrar.submit(page, {}, `${page}/approve`);
    expect(answer.status).toBe(500);
    expect(await counts()).toEqual(before);
    expect(await stateOf(id)).toBe('submitted');
    expect((await registrar.submit(page, {}, `${page}/approve`)).status).toBe(303);
  });

  it('is decided once when two registrars decide at the same moment', async () => {
    const { page, id } = await waiting();
    const answers = await Promise.all([
      registrar.submit(page, {}, `${page}/approve`),
      colleague.submit(page, { reason: 'could_not_confirm', words: 'We could not reach you.' }, `${page}/decline`),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const late = answers.find(({ status }) => status === 409)!;
    expect(late.text).toMatch(/has been (approved|declined) already/);
    const decided = await database.query(
      "SELECT 1 FROM audit_event WHERE subject_id = $1 AND action IN ('application.approved', 'application.declined')",
      [id],
    );
    expect(decided).toHaveLength(1);
  });

  it('is asked about, and answered through the link of the message', async () => {
    const { page, id, email } = await waiting();
    const empty = await registrar.submit(`${page}/ask`, { question: ' ' });
    expect(empty.status).toBe(422);
    await registrar.submit(`${page}/ask`, { question: 'Which GP practice knows you?' });
    expect(await stateOf(id)).toBe('more_information');
    const message = (await mailTo(email)).find(({ text }) => text.includes('Which GP practice knows you?'))!;
    const link = /\/apply\/resume\/[\w-]+/.exec(message.text)![0];
    const phone = new Applicant(program);
    // Answers that are not sent yet are not put aside unasked.
    await phone.answerUntil('name');
    expect((await phone.get(link)).status).toBe(200);
    expect(path(await phone.get('/apply/check'))).toBe('/apply/name');
    expect(path(await phone.submit(link))).toBe('/apply/status');
    expect(path(await new Applicant(program).get(link))).toBe('/apply/status');
    expect((await phone.get('/apply/status')).text).toContain('Which GP practice knows you?');
    expect((await phone.submit('/apply/status', { reply: '' }, '/apply/reply')).status).toBe(422);
    expect(path(await phone.submit('/apply/status', { reply: 'The Quay Surgery' }, '/apply/reply'))).toBe(
      '/apply/status',
    );
    expect(await stateOf(id)).toBe('submitted');
    expect((await registrar.get(page)).text).toContain('The Quay Surgery');
  });

  it('is declined with a reason, and an appeal is decided by another person', async () => {
    const { page, id, email } = await waiting();
    const words = 'The practice you named does not know of it.';
    expect((await registrar.submit(`${page}/decline`, { reason: 'no_such', words })).status).toBe(422);
    await registrar.submit(`${page}/decline`, { reason: 'could_not_confirm', words });
    const message = (await mailTo(email)).find(({ text }) => text.includes(words))!;
    expect(message.text).toContain('can confirm it');
    const decision = await applicant.get('/apply/status');
    expect(decision.text).toContain(words);
    await applicant.submit('/apply/status', { words: 'They have changed their name.' }, '/apply/appeal');
    expect((await registrar.get('/staff/applications?state=appeals')).text).toContain(page);

    const own = await registrar.submit(`${page}/appeal`, { decision: 'allow', reason: 'Fine' });
    expect(own.status).toBe(403);
    expect(await stateOf(id)).toBe('declined');
    expect((await colleague.submit(`${page}/appeal`, { decision: 'allow', reason: 'It was renamed.' })).status).toBe(
      303,
    );
    expect(await stateOf(id)).toBe('approved');
    expect((await applicant.get('/apply/status')).text).toContain('Your card is ready');
    expect((await colleague.submit(`${page}/appeal`, { decision: 'refuse', reason: 'Again' })).status).toBe(409);
  });

  it('is decided by somebody else than whoever made it', async () => {
    const own = { contact: { channel: 'email', email: 'RITA@staff.example' } };
    const { page, id } = await waiting(own);
    expect((await registrar.submit(page, {}, `${page}/approve`)).status).toBe(403);
    const words = 'I would rather not.';
    expect((await registrar.submit(`${page}/decline`, { reason: 'not_caring', words })).status).toBe(403);
    expect(await stateOf(id)).toBe('submitted');
    expect((await colleague.submit(page, {}, `${page}/approve`)).status).toBe(303);
    expect(await stateOf(id)).toBe('approved');
  });

  it('can be taken back by the applicant', async () => {
    const { id, page } = await waiting();
    expect(path(await applicant.submit('/apply/status', {}, '/apply/withdraw'))).toBe('/apply/status');
    expect(await stateOf(id)).toBe('withdrawn');
    expect((await registrar.submit(`${page}/decline`, { reason: 'no_reply', words: 'None' })).status).toBe(409);
  });
});

describe('likely duplicates', () => {
  const born = { 'birthDate-day': '3', 'birthDate-month': '3', 'birthDate-year': '1966' };
  const home = { line1: '9 Elm Lane', town: 'Poole', postcode: 'BH15 1HJ' };

  it('of a cardholder are found through typos, dismissed, or end in the card they hold', async () => {
    const person = { 'date-of-birth': born, address: home };
    await applicant.apply({ name: { first: 'Katherine', last: 'Osmington' }, ...person });
    const one = await applicationOf(program, 'Osmington');
    await registrar.submit(`/staff/applications/${one.id}`, {}, `/staff/applications/${one.id}/approve`);

    const again = new Applicant(program);
    const contact = { channel: 'email', email: 'somebody-else@example.org' };
    const answer = await again.apply({ name: { first: 'Kathrine', last: 'Osmingtn' }, ...person, contact });
    expect(answer.text).not.toMatch(/already|known|duplicate/i);
    const two = await applicationOf(program, 'Osmingtn');
    const page = `/staff/applications/${two.id}`;
    const { text } = await registrar.get(page);
    expect(text).toContain('Katherine Osmington');
    expect(text).toContain('Same date of birth');
    expect(text).toContain('Same postcode');
    expect(text).toContain('3 March 1966');
    expect(text).not.toContain('Same email address');
    const [, holder] = /matches\/([0-9a-f-]{36})\/same/.exec(text)!;

    expect((await registrar.submit(page, {}, `${page}/matches/${one.id}/same`)).status).toBe(409);
    expect((await registrar.submit(page, {}, `${page}/matches/${holder}/same`)).status).toBe(303);
    expect(await stateOf(two.id)).toBe('withdrawn');
    const messages = await program.outbox();
    const sent = messages.find(({ text: words }) => words.includes('another application'))!;
    expect(sent.to).toBe('morag@example.org');
    expect(
      messages.filter(({ to }) => to === contact.email).every(({ text: words }) => !words.includes('my-card')),
    ).toBe(true);

    const third = new Applicant(program);
    await third.apply({ name: { first: 'Katrin', last: 'Osmingham' }, ...person, contact });
    const three = await applicationOf(program, 'Osmingham');
    const other = `/staff/applications/${three.id}`;
    await registrar.submit(other, {}, `${other}/matches/${holder}/dismiss`);
    expect((await registrar.get(other)).text).not.toContain('Katherine Osmington');
  });
});

describe('a paper form', () => {
  const paper = {
    firstName: 'Edwin',
    lastName: 'Purbeck',
    'birthDate-day': '9',
    'birthDate-month': '11',
    'birthDate-year': '1948',
    caring: 'yes',
    lookedAfter: 'adult',
    hoursOfCaring: '60',
    line1: '2 Ferry Road',
    line2: '',
    town: 'Swanage',
    postcode: 'BH19 1AA',
    caredForPostcode: '',
    channel: 'post',
    email: '',
    mobile: '',
    agreementName: '',
    agreementRelation: '',
    agreementContact: '',
    consents: 'carers_information.post',
    how: 'paper',
    onSayOf: 'The carer, on the form',
    'signedOn-day': '18',
    'signedOn-month': '11',
    'signedOn-year': '2026',
    declaration: 'yes',
    referrerCode: 'swan-gp',
  };
  const form = '/staff/applications/new';

  it('is typed in with its consents, and the source stays known', async () => {
    const answer = await registrar.submit(form, paper);
    expect(answer.status).toBe(303);
    const page = path(answer)!;
    const shown = (await registrar.get(page)).text;
    for (const said of ['The carer, on the form', 'About 60 hours a week']) expect(shown).toContain(said);
    await registrar.submit(page, {}, `${page}/approve`);
    const { card_id: card } = await applicationOf(program, 'Purbeck');
    expect(card).not.toBeNull();
    const said = await database.query(
      `SELECT purpose, channel, decision, how, source_kind, source_code
         FROM consent_event JOIN subscriber ON subscriber.id = subscriber_id
         JOIN card ON card.cardholder_id = subscriber.cardholder_id WHERE card.id = $1 ORDER BY purpose`,
      [card],
    );
    const same = { channel: 'post', how: 'paper', source_kind: 'referrer', source_code: 'SWAN-GP' };
    expect(said).toEqual([
      { purpose: 'business_offers', decision: 'refused', ...same },
      { purpose: 'carers_information', decision: 'given', ...same },
    ]);
  });

  it('taken down by phone says so in the proof of consent', async () => {
    const answer = await registrar.submit(form, {
      ...paper,
      lastName: 'Telfer',
      'birthDate-year': '1939',
      postcode: 'BH19 2AA',
      how: 'phone',
    });
    const page = path(answer)!;
    await registrar.submit(page, {}, `${page}/approve`);
    const said = await database.query(
      `SELECT DISTINCT how FROM consent_event JOIN subscriber ON subscriber.id = subscriber_id
         JOIN application ON application.cardholder_id = subscriber.cardholder_id WHERE last_name = 'Telfer'`,
    );
    expect(said).toEqual([{ how: 'phone' }]);
  });

  it('shows each fault at its box, and keeps the rest', async () => {
    const answer = await registrar.submit(form, { ...paper, firstName: '', channel: 'email', 'signedOn-year': '2027' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('href="#firstName"');
    expect(answer.text).toContain('today or earlier');
    expect(answer.text).toContain('value="Purbeck"');
    expect(answer.text).not.toContain('href="#birthDate"');
    const elsewhere = await registrar.submit(form, { ...paper, postcode: 'SP1 2AA' });
    expect(elsewhere.text).toContain('href="#postcode"');
    expect(elsewhere.text).toContain('outside the area');
  });
});
