import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { JobRunner } from '@carers/jobs';
import { demoBrand, Translations } from '@carers/pages';
import { Places, SchemeService } from '@carers/places';
import { HandOver, type Referrer, ReferrerFigures, ReferrerLinks, Referrers } from '@carers/referrers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ForgetHandOversSchedule } from '../../libs/referrers/src/hand-over/forget-hand-overs.js';
import { MonthlyLetters, MonthlyLettersSchedule } from '../../libs/referrers/src/figures/monthly-letters.js';
import { referrerLeafletPdf } from '../../libs/referrers/src/paper/leaflet-pdf.js';
import { padPdf } from '../../libs/referrers/src/paper/pad-pdf.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { readPdf } from '../support/read-pdf.js';
import { Browser } from './access-browser.js';
import { schemeWith, staffOf } from './applications-support.js';

const base = '/staff/information-service/referrers';
const queue = '/staff/information-service/hand-overs';
const system = { kind: 'system', id: 'test' } as const;
/** What must never reach a referrer: nobody of the scheme is called like this. */
const planted = { firstName: 'Zinnia', lastName: 'Quillfeather', phone: '07700 900321', email: 'zinnia@example.org' };
const form = {
  ...planted,
  postcode: 'BH15 1HJ',
  bestTime: 'morning',
  reasons: 'needs_break',
  agreedHow: 'spoken',
  agreed: 'yes',
  noteBy: 'none',
  givenBy: 'Nora Nightingale',
  givenAs: 'practice nurse',
};

let program: TestApp;
let database: Database;
let officer: Browser;
let other: Browser;
let services: { here: string; there: string };
let referrer: Referrer;

beforeAll(async () => {
  program = await startTestApp({ at: '2026-11-21T09:00:00Z' });
  database = program.get(Database);
  await schemeWith(program);
  const serviceOf = async (postcode: string) => {
    const { regionId } = await program.get(Places).find(postcode);
    return (await program.get(SchemeService).regions()).find(({ id }) => id === regionId)!.carersServiceId;
  };
  services = { here: await serviceOf('BH15 1HJ'), there: await serviceOf('DT1 1XJ') };
  expect(services.here).not.toBe(services.there);
  const scoped = (id: string) => ({ kind: 'carers_service', id }) as const;
  officer = await staffOf(program, 'carers_service_officer', 'olive', scoped(services.here));
  await noLimits();
  other = await staffOf(program, 'carers_service_officer', 'oscar', scoped(services.there));
});
afterAll(() => program?.close());
beforeEach(async () => {
  await noLimits();
  await database.pool.query(
    'TRUNCATE hand_over_call, hand_over, referrer_letter, referrer_print, referrer, outgoing_message CASCADE',
  );
  program.clock.set('2026-11-21T09:00:00Z');
  referrer = await make({});
});

const noLimits = () => database.pool.query('TRUNCATE rate_limit');
const make = (facts: object) =>
  program.get(Referrers).make(
    {
      ...{ kind: 'gp_practice', name: 'Rowan Surgery', code: null, line1: '1 High Street', line2: null, town: 'Poole' },
      ...{ postcode: 'BH15 1HJ', region: undefined, contactName: 'Pat Manager', contactPhone: null },
      ...{ contactEmail: 'pat@rowan.example', figuresBy: 'email' as const },
      ...facts,
    },
    null,
    system,
  );
const handOvers = () => database.reader.find(HandOver, { order: { receivedAt: 'ASC', id: 'ASC' } });
const doorOf = ({ code }: Referrer) => `/r/${code}/hand-over`;

/** Hands somebody over from a browser of their own. */
async function handOver(changes: Record<string, string> = {}, to = referrer) {
  return new Browser(program).submit(doorOf(to), { ...form, form: randomUUID(), ...changes });
}

/** Carers who apply: unlike one another, so that nobody has to look whether they are one. */
const applicants = [
  ['Beatrix', 'Undershaw'],
  ['Odalys', 'Brackenbury'],
  ['Ignatius', 'Thorncastle'],
  ['Wilhelmina', 'Marchbanks'],
  ['Peregrine', 'Oakhollow'],
  ['Saffron', 'Larkspur'],
  ['Ottoline', 'Greaves'],
  ['Cuthbert', 'Yarrow'],
  ['Philippa', 'Dunmore'],
  ['Leopold', 'Ashgrove'],
  ['Henrietta', 'Vickery'],
  ['Barnaby', 'Colthurst'],
] as const;

/** Six sign-ups and cards by the code, in the way applications come in; others the second time. */
async function applyWith(code: string, time: 0 | 1): Promise<void> {
  for (const [at, [firstName, lastName]] of applicants.slice(6 * time, 6 * time + 6).entries()) {
    await noLimits();
    const { status } = await new Browser(program).agent.post('/api/v1/applications').send({
      ...{ firstName, lastName, birthDate: `19${40 + 7 * at}-0${at + 1 + time}-1${at}`, caring: 'yes', unpaid: true },
      ...{ lookedAfter: ['adult'], declaration: true, referrerCode: code },
      address: { lines: [`${at + 4} Quay Row`, 'Poole'], postcode: 'BH15 1HJ' },
      contact: { channel: 'email', email: `${lastName}@example.org` },
    });
    expect(status).toBe(201);
  }
  await program.work();
}

async function monthly(month = '2026-11-01'): Promise<void> {
  await program.get(MonthlyLetters).handle({ month });
}

describe('a referrer', () => {
  it('is made by an officer for their own service, with a code that nobody mistakes', async () => {
    const typed = { kind: 'pharmacy', name: 'Quay Pharmacy', line1: '2 The Quay', line2: '', town: 'Poole' };
    const more = { postcode: 'bh15 1hj', region: '', contactName: '', contactEmail: '', contactPhone: '', code: '' };
    const made = await officer.submit(`${base}/new`, { ...typed, ...more, figuresBy: 'none' });
    expect(made.status).toBe(303);
    const page = await officer.get(made.headers['location'] as string);
    expect(page.text).toContain('Quay Pharmacy');
    expect(page.text).toMatch(/[CDFGHJKMNPQRTWXYZ2346789]{3} [CDFGHJKMNPQRTWXYZ2346789]{3}/);
    expect((await officer.get(base)).text).toContain('Quay Pharmacy');
    // Not for an officer of another service, nor in their list; nor may they make one there.
    expect((await other.get(made.headers['location'] as string)).status).toBe(404);
    expect((await other.get(base)).text).not.toContain('Quay Pharmacy');
    const elsewhere = await other.submit(`${base}/new`, { ...typed, ...more, figuresBy: 'none' });
    expect(elsewhere.text).toContain('This place belongs to another carers service');
  });

  it('has its code for itself, and may choose it', async () => {
    const chosen = await make({ code: 'ROWAN-GP' });
    expect(chosen.code).toBe('ROWAN-GP');
    const typed = { kind: 'gp_practice', name: 'Another', line1: '1 Way', town: 'Poole', postcode: 'BH15 1HJ' };
    const again = await officer.submit(`${base}/new`, { ...typed, code: 'rowan-gp', figuresBy: 'none' });
    expect(again.text).toContain('Another referrer has this code');
    const noAddress = await officer.submit(`${base}/new`, { ...typed, code: 'OTHER', figuresBy: 'email' });
    expect(noAddress.text).toContain('Enter an email address for the figures');
  });

  it('welcomes carers in its name and passes its code on', async () => {
    for (const written of [
      referrer.code,
      referrer.code.toLowerCase(),
      ` ${referrer.code.slice(0, 3)} ${referrer.code.slice(3)}`,
    ]) {
      const { status, text } = await new Browser(program).get(`/r/${encodeURIComponent(written)}`);
      expect(status).toBe(200);
      expect(text).toContain('Welcome from Rowan Surgery');
      expect(text).toContain(`/apply?ref=${referrer.code}`);
      expect(text).toContain(`/carers-service/join?ref&#x3D;${referrer.code}`);
    }
    const start = await new Browser(program).get(`/apply?ref=${referrer.code}`);
    expect(start.text).toContain(`name="ref" value="${referrer.code}"`);
    const carer = new Browser(program);
    const join = '/carers-service/join';
    const born = { 'birthDate-day': '3', 'birthDate-month': '4', 'birthDate-year': '1958' };
    const person = { firstName: 'Tabitha', lastName: 'Merryweather', ...born, postcode: 'BH15 1HJ', channel: 'email' };
    expect((await carer.get(`${join}?ref=${referrer.code}`)).text).toContain(`name="ref" value="${referrer.code}"`);
    const check = await carer.submit(join, { ...person, email: 'tabitha@example.org', ref: referrer.code });
    const carried = Object.fromEntries(
      [...check.text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name!,
        value!,
      ]),
    );
    const sent = await carer.agent.post(`${join}/send`).type('form').send(carried);
    expect(sent.headers['location']).toBe('/carers-service/joined');
    const [exact] = await program.get(ReferrerFigures).exact(referrer, 1);
    expect(exact).toMatchObject({ signUps: 1, cards: 0 });
  });

  it('ends kindly: its code stays known, and nothing is taken in its name', async () => {
    await officer.submit(`${base}/${referrer.id}`, { reason: 'Closed' }, `${base}/${referrer.id}/end`);
    for (const path of [`/r/${referrer.code}`, doorOf(referrer)]) {
      const { status, text } = await new Browser(program).get(path);
      expect(status).toBe(410);
      expect(text).toContain('Rowan Surgery no longer sends people here');
      expect(text).toContain('/apply');
    }
    const browser = new Browser(program);
    const token = /name="_csrf" value="([^"]+)"/.exec((await browser.get('/apply')).text)![1]!;
    const late = await browser.agent
      .post(doorOf(referrer))
      .type('form')
      .send({ _csrf: token, ...form });
    expect(late.status).toBe(410);
    expect(await handOvers()).toEqual([]);
    expect((await officer.get(`${base}?ended=yes`)).text).toContain('Rowan Surgery');
    await officer.submit(`${base}/${referrer.id}`, {}, `${base}/${referrer.id}/resume`);
    expect((await new Browser(program).get(`/r/${referrer.code}`)).status).toBe(200);
  });

  it('is not found by trying codes', async () => {
    const guesser = new Browser(program);
    const statuses = new Set<number>();
    for (let at = 0; at < 31; at++) statuses.add((await guesser.get(`/r/XYZ${100 + at}`)).status);
    expect([...statuses]).toEqual([404, 429]);
    // Whoever has the real code is not held up by others' guessing.
    expect((await guesser.get(`/r/${referrer.code}`)).status).toBe(200);
  });
});

describe('a hand-over', () => {
  it('is taken with the agreement only: how it was given, by whom, and the words', async () => {
    for (const [left, message] of [
      [{ agreed: '' }, 'The carer must agree before you hand them over'],
      [{ agreedHow: '' }, 'Choose how the carer agreed'],
      [{ givenBy: '' }, 'Enter your name'],
    ] as const) {
      const refused = await handOver(left);
      expect(refused.status).toBe(422);
      expect(refused.text).toContain(message);
    }
    expect(await handOvers()).toEqual([]);
    const taken = await handOver();
    expect(taken.headers['location']).toBe(`${doorOf(referrer)}/done`);
    const [kept] = await handOvers();
    expect(kept).toMatchObject({
      state: 'new',
      agreedHow: 'spoken',
      givenBy: 'Nora Nightingale',
      reasons: ['needs_break'],
    });
    const [{ words }] = (await database.query<{ words: Record<string, string> }>(
      `SELECT words FROM hand_over_wording WHERE version = '${kept!.wordingVersion}'`,
    )) as [{ words: Record<string, string> }];
    const shown = await new Browser(program).get(doorOf(referrer));
    for (const path of ['ask', 'agreed', 'spoken', 'kept']) expect(shown.text).toContain(words[path]);
    await expect(database.query(`UPDATE hand_over_wording SET words = '{}'`)).rejects.toThrow();
    // At rest nothing of it can be read.
    const [row] = await database.query('SELECT row_to_json(hand_over)::text AS row FROM hand_over');
    for (const secret of [...Object.values(planted), '+447700900321', 'Nightingale'])
      expect(JSON.stringify(row)).not.toContain(secret);
  });

  it('has no place for what is the patient’s', async () => {
    const { text } = await new Browser(program).get(doorOf(referrer));
    expect(text).not.toContain('<textarea');
    expect(text).toContain('Do not write anything about the patient');
    for (const [field, value] of [
      ['lastName', 'Hale 943 476 5919'],
      ['givenAs', 'nurse of Tom born 3.4.1950'],
      ['phone', '943 476 5919'],
    ] as const)
      expect((await handOver({ [field]: value })).status).toBe(422);
    // Reasons are of the kind's list; anything else is not kept.
    await handOver({ reasons: 'school_noticed' });
    expect((await handOvers()).map(({ reasons }) => reasons)).toEqual([[]]);
  });

  it('is one, however often it is sent and by however many at once', async () => {
    const id = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => handOver({ form: id, noteBy: 'text' })));
    const anew = await handOver({ noteBy: 'text', phone: '+44 7700 900 321' });
    for (const { headers } of [...answers, anew]) expect(headers['location']).toBe(`${doorOf(referrer)}/done`);
    expect(await handOvers()).toHaveLength(1);
    const notes = (await program.outbox()).filter(({ text }) => text.includes('because you said yes'));
    expect(notes.map(({ to, channel }) => [to, channel])).toEqual([['+447700900321', 'text']]);
    expect(notes[0]!.text).toContain('Rowan Surgery gave us your number because you said yes');
  });

  it('is told to the carer by the channel they agreed to, or not at all', async () => {
    await handOver();
    expect((await handOver({ noteBy: 'email', email: '', phone: '07700 900001' })).text).toContain(
      'Enter the carer&#39;s email',
    );
    expect((await handOver({ noteBy: 'text', phone: '01202 960001' })).text).toContain('A text needs a mobile number');
    expect(await program.outbox()).toEqual([]);
  });

  it('is held up when one place sends very many', async () => {
    await database.query(
      `INSERT INTO rate_limit (key, points, expire) SELECT key, 60, expire FROM rate_limit WHERE false`,
    );
    const browser = new Browser(program);
    let last = 0;
    const token = /name="_csrf" value="([^"]+)"/.exec((await browser.get(doorOf(referrer))).text)![1]!;
    for (let at = 0; at < 61; at++)
      last = (
        await browser.agent
          .post(doorOf(referrer))
          .type('form')
          .send({ _csrf: token, ...form })
      ).status;
    expect(last).toBe(429);
  }, 20_000);
});

describe('the queue of hand-overs', () => {
  const call = (id: string, outcome: string, calls = '0') =>
    // From a page that always has a form.
    officer.submit(`${base}/new`, { outcome, calls }, `${queue}/${id}/call`);

  it('is of the officer’s own service, by where the carer lives', async () => {
    await handOver();
    program.clock.advance({ seconds: 1 });
    await handOver({ lastName: 'Dorchester', phone: '07700 900002', postcode: 'DT1 1XJ' });
    const [mine, theirs] = await handOvers();
    expect((await officer.get(queue)).text).toContain('Zinnia Quillfeather');
    expect((await officer.get(queue)).text).not.toContain('Zinnia Dorchester');
    expect((await other.get(queue)).text).toContain('Zinnia Dorchester');
    expect((await officer.get(`${queue}/${theirs!.id}`)).status).toBe(404);
    expect((await call(mine!.id, 'nonsense')).status).toBe(422);
  });

  it('ends after three calls that nobody answered, each counted once', async () => {
    await handOver();
    const [{ id }] = (await handOvers()) as [HandOver];
    await call(id, 'no_answer');
    expect((await call(id, 'no_answer', '0')).status).toBe(409);
    await call(id, 'call_later', '1');
    await call(id, 'no_answer', '2');
    expect(await handOvers()).toMatchObject([{ state: 'called', attempts: 2 }]);
    await call(id, 'no_answer', '3');
    expect(await handOvers()).toMatchObject([{ state: 'not_reached', attempts: 3, firstName: 'Zinnia' }]);
    expect((await call(id, 'no_answer', '4')).status).toBe(409);
    // They ring back in time.
    expect((await officer.get(`${queue}/${id}`)).text).toContain('Sign them up');
  });

  it('forgets at once who said no', async () => {
    await handOver();
    const [{ id }] = (await handOvers()) as [HandOver];
    await call(id, 'declined');
    expect(await handOvers()).toMatchObject([
      { state: 'declined', firstName: null, phone: null, reasons: [], givenBy: null },
    ]);
    expect((await officer.get(`${queue}?view=closed`)).text).toContain('Details deleted');
  });

  it('registers a carer with every answer, once, and forgets them here', async () => {
    await handOver();
    const [{ id }] = (await handOvers()) as [HandOver];
    const path = `${queue}/${id}/register`;
    expect((await officer.get(path)).text).toContain('value="Quillfeather"');
    const typed = { firstName: 'Zinnia', lastName: 'Quillfeather', role: 'adult_carer', postcode: 'BH15 1HJ' };
    const given = {
      ...typed,
      email: 'zinnia@example.org',
      mobile: '',
      line1: '',
      consents: 'carers_information.email',
    };
    const noReach = await officer.submit(path, { ...given, email: '' });
    expect(noReach.text).toContain('Enter the email address they want this sent to');
    const answers = await Promise.all([officer.submit(path, given), officer.submit(path, given)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const people = await database.query(
      `SELECT source_kind, source_code, (SELECT array_agg(purpose || ' ' || decision ORDER BY number) FROM consent_event
          WHERE subscriber_id = subscriber.id) AS answers FROM subscriber WHERE source_code = '${referrer.code}'`,
    );
    expect(people).toEqual([
      {
        source_kind: 'referrer',
        source_code: referrer.code,
        answers: ['carers_information given', 'business_offers refused'],
      },
    ]);
    expect(await handOvers()).toMatchObject([{ state: 'registered', firstName: null, phone: null }]);
  });

  it('lets go of what was not taken up in time, and keeps the count', async () => {
    await handOver();
    program.clock.advance({ days: 27 });
    await handOver({ phone: '07700 900002' });
    program.clock.advance({ days: 2 });
    await program.get(ForgetHandOversSchedule).ask();
    await program.get(JobRunner).drain();
    expect(await handOvers()).toMatchObject([
      { state: 'lapsed', firstName: null, phone: null, reasons: [] },
      { state: 'new', firstName: 'Zinnia' },
    ]);
  });
});

describe('what a referrer learns', () => {
  const pathOf = (of: Referrer) => program.get(ReferrerLinks).figuresPath(of);
  const letters = async () =>
    (await program.outbox()).filter(({ text }) => text.includes('Thank you for telling carers about us'));

  it('is how many, by month, and never few', async () => {
    await applyWith(referrer.code.toLowerCase(), 0);
    for (let at = 0; at < 3; at++) await handOver({ phone: `07700 90010${at}` });
    await officer.get(`${base}/${referrer.id}/pad.pdf?forms=25`);
    const [exact] = await program.get(ReferrerFigures).exact(referrer, 1);
    expect(exact).toEqual({ month: '2026-11-01', forms: 25, handedOver: 3, signUps: 6, cards: 6 });
    const running = await new Browser(program).get(pathOf(referrer));
    expect(running.text).toContain('There is nothing to show yet');
    program.clock.set('2026-12-01T06:00:00Z');
    const { text, headers } = await new Browser(program).get(pathOf(referrer));
    expect(text.replace(/\s+/g, ' ')).toContain(
      'numeric">25</td> <td class="govuk-table__cell govuk-table__cell--numeric">fewer than 5 </td> <td class="govuk-table__cell govuk-table__cell--numeric">6 </td>',
    );
    expect(text).toContain('at least 5 carers signed up');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('comes by a link that the code does not give, and that can be ended', async () => {
    const path = pathOf(referrer);
    const browser = new Browser(program);
    expect((await browser.get(path)).status).toBe(200);
    for (const bad of [referrer.code, referrer.id, path.slice(10, -1) + 'A', `${path.slice(10)}A`, 'x'.repeat(43)])
      expect((await browser.get(`/referrer/${bad}`)).status).toBe(404);
    await officer.submit(`${base}/${referrer.id}`, {}, `${base}/${referrer.id}/new-link`);
    expect((await browser.get(path)).status).toBe(404);
  });

  it('comes once a month, to those who want it, whoever asks and however often', async () => {
    const silent = await make({ figuresBy: 'none' });
    const byPost = await make({ name: 'Quay Ward', figuresBy: 'post', contactEmail: null });
    program.clock.set('2026-12-01T06:00:00Z');
    const late = await make({ name: 'Late School' });
    await program.get(MonthlyLettersSchedule).ask();
    await Promise.all([monthly(), monthly()]);
    await program.get(JobRunner).drain();
    program.clock.advance({ days: 1 });
    await program.get(MonthlyLettersSchedule).ask();
    const sent = await letters();
    expect(sent.map(({ channel, to }) => [channel, to]).sort()).toEqual([
      ['email', 'pat@rowan.example'],
      ['post', 'Quay Ward\n1 High Street\nPoole\nBH15 1HJ'],
    ]);
    expect(sent.every(({ text }) => text.includes('fewer than 5 carers signed up'))).toBe(true);
    for (const { id } of [silent, late])
      expect(await database.query(`SELECT FROM referrer_letter WHERE referrer_id = '${id}'`)).toEqual([]);
    expect(byPost.figuresBy).toBe('post');
    // In the middle of a month nobody asks.
    program.clock.set('2026-12-15T06:00:00Z');
    await program.get(MonthlyLettersSchedule).ask();
    expect(await letters()).toHaveLength(2);
  });

  it('never holds anything of a person', async () => {
    await applyWith(referrer.code, 1);
    await handOver({ noteBy: 'email' });
    await officer.get(`${base}/${referrer.id}/pad.pdf?forms=2`);
    const known = await database.query<{ id: string; name: string }>(
      `SELECT id::text, first_name || ' ' || last_name AS name FROM cardholder UNION SELECT id::text, '' FROM subscriber
         UNION SELECT id::text, reference FROM application UNION SELECT id::text, '' FROM hand_over`,
    );
    program.clock.set('2026-12-01T06:00:00Z');
    await monthly();
    const browser = new Browser(program);
    const path = pathOf(referrer);
    const pages = [path, `/r/${referrer.code}`, doorOf(referrer), `${doorOf(referrer)}/done`];
    const read = await Promise.all(pages.map(async (each) => (await browser.get(each)).text));
    const files = [`${path}/leaflet.pdf`, `${path}/pad.pdf`, `${path}/leaflet.pdf?paper=a4`];
    for (const file of files) {
      const { status, headers } = await browser.get(file);
      expect([status, headers['content-type']]).toEqual([200, 'application/pdf']);
    }
    const printing = { brand: demoBrand, words: new Translations().in('en-GB') };
    const paper = { ...referrer, service: 'Service', phone: '1', scanned: 'https://x.example', typed: 'x.example' };
    const drawn = [
      await padPdf({ ...paper, reasons: ['needs_break'] }, printing, { paper: 'a5', forms: 1, uncompressed: true }),
      await referrerLeafletPdf(paper, printing, { paper: 'a5', uncompressed: true }),
    ].map((file) =>
      readPdf(file)
        .lines.map(({ text }) => text)
        .join('\n'),
    );
    const mails = (await letters()).map(({ subject, text, html, headers }) =>
      JSON.stringify([subject, text, html, headers]),
    );
    expect(mails).toHaveLength(1);
    const all = [...read, ...drawn, ...mails].join('\n').toLowerCase();
    const secrets = [...Object.values(planted), ...applicants.flat(), '900321', 'quay row', 'nightingale'];
    for (const secret of [...secrets, ...known.flatMap(({ id, name }) => [id, name])].filter(Boolean))
      expect(all).not.toContain(secret.toLowerCase());
  });
});
