import { Accounts } from '@carers/access';
import { Cardholder, type NewCardholder } from '@carers/cards';
import { Database } from '@carers/database';
import {
  AskGrown,
  type ConsentAnswer,
  InformationService,
  LetterCodes,
  PreferenceLinks,
  shownLetterCode,
  type Subscriber,
} from '@carers/information-service';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';
import { filledIn } from './filled-in.js';
import { staffBrowser } from './staff-browser.js';

const applicant = { kind: 'applicant', id: 'test' } as const;
const yes = (channel: ConsentAnswer['channel'], purpose: ConsentAnswer['purpose'] = 'carers_information') =>
  ({ purpose, channel, given: true }) as const;

let program: TestApp;
let given: Given;
let database: Database;
let letters = 0;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  database = program.get(Database);
  await given.scheme();
});
afterAll(() => program?.close());
beforeEach(() => database.pool.query('TRUNCATE rate_limit'));

interface Person {
  cardholder: Cardholder;
  subscriber: Subscriber;
  /** Path of their preference page. */
  path: string;
}

async function person(
  consents: ConsentAnswer[] = [yes('email')],
  details: Partial<NewCardholder> = {},
): Promise<Person> {
  const contact = { email: 'ruth@example.org', mobile: '+447700900123', contactChannel: 'email' } as const;
  const { cardholder } = await given.card({ firstName: 'Ruth', ...contact, ...details });
  const { subscriber } = await database.transaction((tx) =>
    program
      .get(InformationService)
      .register(tx, { cardholder, source: { kind: 'application' }, consents, how: 'web', actor: applicant }),
  );
  return { cardholder, subscriber, path: `/preferences/${program.get(PreferenceLinks).tokenFor(subscriber)}` };
}

async function ledgerOf({ subscriber }: Person): Promise<string[]> {
  const rows = await database.query<{ what: string }>(
    `SELECT decision || ' ' || how || ' ' || asked_by_kind || ' ' || channel AS what FROM consent_event
      WHERE subscriber_id = $1 ORDER BY number`,
    [subscriber.id],
  );
  return rows.map(({ what }) => what);
}

const stateOf = async ({ subscriber }: Person) =>
  (
    await database.query<Record<string, unknown>>(
      `SELECT format, locale, topics, paused_until AS until, left_at IS NOT NULL AS gone FROM subscriber WHERE id = $1`,
      [subscriber.id],
    )
  )[0]!;
const contactOf = async ({ cardholder }: Person) => database.reader.findOneByOrFail(Cardholder, { id: cardholder.id });

/** A page as it lies open in one window: its answers can be sent at any later time. */
async function open({ path }: Pick<Person, 'path'>) {
  const browser = new Browser(program);
  const shown = filledIn((await browser.get(path)).text);
  return {
    shown,
    send: (changes: Record<string, string> = {}) =>
      Promise.resolve(
        browser.agent
          .post(path)
          .type('form')
          .send({ ...shown, ...changes }),
      ),
  };
}

async function codeFor({ subscriber }: Person): Promise<string> {
  const about = { kind: 'letter', id: String(++letters) };
  const [code] = await database.transaction((tx) =>
    program.get(LetterCodes).issue(tx, [{ subscriberId: subscriber.id, about }]),
  );
  return code!;
}

async function mailTo(address: string) {
  return (await program.outbox()).filter(({ to }) => to === address);
}

describe('the code of a letter', () => {
  const enter = (code: string, postcode: string) =>
    new Browser(program).submit('/preferences/code', { code, postcode });

  it('opens the preferences with the postcode, however both are typed, and is kept as the way', async () => {
    const somebody = await person([yes('post')]);
    const code = shownLetterCode(await codeFor(somebody));
    const answer = await enter(` ${code.toLowerCase()} `, 'bh11aa');
    expect(answer.status).toBe(303);
    const form = await open({ path: answer.headers['location']! });
    await form.send({ 'carers_information.post': 'no' });
    expect(await ledgerOf(somebody)).toEqual(['given web applicant post', 'withdrawn letter_code link post']);
  });

  it('comes filled in from the QR code of the letter', async () => {
    const code = shownLetterCode(await codeFor(await person()));
    const { text } = await new Browser(program).get(`/preferences/code?code=${code}`);
    expect(text).toContain(`value="${code}"`);
    expect((await new Browser(program).get('/preferences/code?code=%3Cscript%3E')).text).not.toContain('script&gt;');
  });

  it('answers every wrong pair in the same words', async () => {
    const code = await codeFor(await person());
    const answers = await Promise.all([
      enter(code, 'DT1 1XJ'),
      enter('0000-0000-0', 'BH1 1AA'),
      enter('what', 'BH1 1AA'),
    ]);
    const words = answers.map(({ text }) => /id="code-error"[^]*?<\/p>/.exec(text)?.[0]);
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422]);
    expect(words[0]).toContain('do not go together');
    expect(new Set(words).size).toBe(1);
  });

  it('is not to be guessed: after ten wrong postcodes even the right one is refused for that day', async () => {
    const somebody = await person();
    const [code, another] = [await codeFor(somebody), await codeFor(somebody)];
    for (let time = 0; time < 10; time++) expect((await enter(code, 'DT1 1XJ')).status).toBe(422);
    expect((await enter(another, 'BH1 1AA')).status).toBe(422);
    program.clock.advance({ days: 1 });
    await database.pool.query(`UPDATE rate_limit SET expire = 0`);
    expect((await enter(another, 'BH1 1AA')).status).toBe(303);
  });

  it('leads to a page that closes after an hour, since the screen may be a library’s', async () => {
    const path = (await enter(await codeFor(await person()), 'BH1 1AA')).headers['location']!;
    program.clock.advance({ minutes: 59 });
    expect((await new Browser(program).get(path)).status).toBe(200);
    program.clock.advance({ minutes: 3 });
    expect((await new Browser(program).get(path)).status).toBe(404);
  });

  it('is the same again for the same letter, also when two ask at once', async () => {
    const people = await Promise.all([person(), person()]);
    const asked = people.map(({ subscriber }) => ({ subscriberId: subscriber.id, about: { kind: 'run', id: '1' } }));
    const issue = () => database.transaction((tx) => program.get(LetterCodes).issue(tx, asked));
    const [one, two] = await Promise.all([issue(), issue()]);
    expect(one).toEqual(two);
    expect(new Set(one).size).toBe(2);
    expect(await program.get(LetterCodes).find(one[1]!)).toMatchObject(asked[1]!);
  });
});

describe('a form that lay open', () => {
  it('takes nothing back that was changed in another window', async () => {
    const somebody = await person([yes('email'), yes('post')]);
    const [old, newer] = [await open(somebody), await open(somebody)];
    await newer.send({ 'carers_information.email': 'no', format: 'audio' });
    const answer = await old.send({ topics: 'money' });
    expect(answer.status).toBe(303);
    expect(await ledgerOf(somebody)).toHaveLength(3);
    expect(await stateOf(somebody)).toMatchObject({ format: 'audio', topics: ['money'] });
  });

  it('asks again where both windows changed the same answer, and keeps what was typed', async () => {
    const somebody = await person([yes('email')]);
    const [old, newer] = [await open(somebody), await open(somebody)];
    await newer.send({ format: 'audio', 'carers_information.email': 'no' });
    const answer = await old.send({ format: 'large_print', pause: '3' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('This was changed since you opened the page');
    expect(await stateOf(somebody)).toMatchObject({ format: 'audio', until: null });
    const again = filledIn(answer.text);
    expect(again).toMatchObject({ format: 'large_print', pause: '3', 'carers_information.email': 'no' });
  });

  it('changes nothing when it is sent twice', async () => {
    const somebody = await person([]);
    const form = await open(somebody);
    await Promise.all([
      form.send({ 'carers_information.email': 'yes' }),
      form.send({ 'carers_information.email': 'yes' }),
    ]);
    expect(await ledgerOf(somebody)).toEqual(['given link link email']);
  });

  it('brings nobody back who left since: it asks first', async () => {
    const somebody = await person([yes('email')]);
    const [untouched, wanting] = [await open(somebody), await open(somebody)];
    await new Browser(program).submit(somebody.path, {}, `${somebody.path}/leave`);
    expect((await untouched.send()).status).toBe(303);
    const answer = await wanting.send({ 'carers_information.post': 'yes' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('You left the list since you opened the page');
    expect(await stateOf(somebody)).toMatchObject({ gone: true });
    const browser = new Browser(program);
    const shown = filledIn((await browser.get(somebody.path)).text);
    await browser.agent.post(somebody.path).type('form').send({ ...shown, 'carers_information.post': 'yes' }); // prettier-ignore
    expect(await stateOf(somebody)).toMatchObject({ gone: false });
  });

  it('keeps the sentence as it was read, in the version that the form showed', async () => {
    const somebody = await person([]);
    const form = await open(somebody);
    const html = (await new Browser(program).get(somebody.path)).text;
    await form.send({ 'business_offers.text': 'yes' });
    const [{ words }] = (await database.query<{ words: Record<string, string> }>(
      `SELECT words FROM consent_event JOIN consent_wording ON version = wording_version WHERE subscriber_id = $1`,
      [somebody.subscriber.id],
    )) as [{ words: Record<string, string> }];
    for (const read of ['about', 'business_offers.question', 'business_offers.hint', 'legends.business_offers.text']) {
      expect(html).toContain(words[read]);
    }
    const spoilt = await (await open(somebody)).send({ wording: '2019-01.en-GB.0', 'business_offers.text': 'no' });
    expect(spoilt.status).toBe(409);
  });
});

describe('a pause', () => {
  it.each([
    ['in the past', { day: '1', month: '1', year: '2020' }, 'Enter a day after today'],
    ['too far', { day: '1', month: '1', year: '2099' }, 'Enter a day within two years'],
    ['no day', { day: '31', month: '2', year: '2027' }, 'Enter a real date'],
    ['nothing', { day: '', month: '', year: '' }, 'Enter the day on which'],
  ])('until a day is refused: %s', async (_what, { day, month, year }, words) => {
    const form = await open(await person());
    const answer = await form.send({ pause: 'until', 'until-day': day, 'until-month': month, 'until-year': year });
    expect([answer.status, answer.text.includes(words)]).toEqual([422, true]);
  });

  it('lasts until the day chosen, and ends with one press', async () => {
    const somebody = await person();
    await (await open(somebody)).send({ pause: 'until', 'until-day': '9', 'until-month': '1', 'until-year': '2028' });
    expect(await stateOf(somebody)).toMatchObject({ until: '2028-01-09' });
    const form = await open(somebody);
    expect(form.shown['pause']).toBe('keep');
    await form.send({ pause: 'no' });
    expect(await stateOf(somebody)).toMatchObject({ until: null });
  });
});

describe('a new way to reach somebody', () => {
  it('by e-mail is asked first, then used, and the old address is told', async () => {
    const somebody = await person([yes('email')], { email: 'old@example.org' });
    const answer = await (await open(somebody)).send({ newEmail: ' New@Example.org ' });
    expect(answer.headers['location']).toBe(`${somebody.path}/saved`);
    expect((await new Browser(program).get(`${somebody.path}/saved`)).text).toContain(
      'a link to your new email address',
    );
    expect(await contactOf(somebody)).toMatchObject({ email: 'old@example.org' });
    const [mail] = await mailTo('new@example.org');
    const link = new URL(/https?:\/\/[^\s\]<>"]+\/preferences\/confirm\/[\w-]+/.exec(mail!.text)![0]).pathname;
    // A scanner that follows links changes nothing.
    await new Browser(program).get(link);
    expect(await contactOf(somebody)).toMatchObject({ email: 'old@example.org' });
    const browser = new Browser(program);
    expect((await browser.submit(link)).text).toContain('Thank you');
    expect((await browser.get(link)).text).toContain('Thank you');
    expect(await contactOf(somebody)).toMatchObject({ email: 'new@example.org' });
    expect((await mailTo('old@example.org')).map(({ subject }) => subject).join()).toMatch(/reach you/);
  });

  it('is forgotten when another one is asked for, or after a week', async () => {
    const somebody = await person([], { email: null, mobile: null, contactChannel: 'post' });
    const linkTo = async (address: string) =>
      new URL(/https?:\/\/\S+\/preferences\/confirm\/[\w-]+/.exec((await mailTo(address))[0]!.text)![0]).pathname;
    await (await open(somebody)).send({ newMobile: '07700 900456' });
    const first = await linkTo('+447700900456');
    await (await open(somebody)).send({ newMobile: '07700 900789' });
    const second = await linkTo('+447700900789');
    expect((await new Browser(program).get(first)).status).toBe(404);
    program.clock.advance({ days: 8 });
    expect((await new Browser(program).get(second)).status).toBe(404);
    expect((await new Browser(program).get('/preferences/confirm/x')).status).toBe(404);
  });

  it('by post counts at once, and needs its postcode', async () => {
    const somebody = await person();
    const missing = await (await open(somebody)).send({ newAddress: '2 Hill Street\nBournemouth' });
    expect([missing.status, missing.text.includes('Enter a postcode')]).toEqual([422, true]);
    await (await open(somebody)).send({ newAddress: '2 Hill Street\nBournemouth', newPostcode: 'bh2 6aa' });
    expect(await contactOf(somebody)).toMatchObject({ address: '2 Hill Street\nBournemouth', postcode: 'BH2 6AA' });
  });

  it('does not let one link send messages to the whole world', async () => {
    const somebody = await person();
    const form = await open(somebody);
    const sent: number[] = [];
    for (let time = 0; time < 8; time++) sent.push((await form.send({ newEmail: `a${time}@example.org` })).status);
    expect(sent.slice(0, 6)).toEqual(Array<number>(6).fill(303));
    expect(sent.slice(6)).toEqual([429, 429]);
  });
});

describe('a child', () => {
  const parent = { capacity: 'parent', name: 'Ada Hale', contact: '07700 900111' } as const;

  /** Aged 10, registered with a parent's yes to information and, which nobody may say for a child, to offers. */
  async function child(): Promise<Person> {
    const contact = { email: 'tom@example.org', contactChannel: 'email' } as const;
    const { cardholder } = await given.card({ firstName: 'Tom', birthDate: '2016-05-01', ...contact });
    const { subscriber } = await database.transaction((tx) =>
      program.get(InformationService).register(tx, {
        cardholder,
        source: { kind: 'application' },
        consents: [yes('email'), yes('email', 'business_offers')],
        how: 'web',
        actor: applicant,
        decidedBy: parent,
      }),
    );
    return { cardholder, subscriber, path: `/preferences/${program.get(PreferenceLinks).tokenFor(subscriber)}` };
  }
  const decidedFor = ({ subscriber }: Person) =>
    database.query(
      `SELECT purpose, decision, decided_as AS as, decider_id IS NOT NULL AS named FROM consent_event
        WHERE subscriber_id = $1 ORDER BY number`,
      [subscriber.id],
    );

  it('gets what a parent said yes to, by name and capacity, and no advertising', async () => {
    expect(await decidedFor(await child())).toEqual([
      { purpose: 'carers_information', decision: 'given', as: 'parent', named: true },
    ]);
  });

  it('sees what it gets by its own link, and changes no consent there', async () => {
    const tom = await child();
    const { text } = await new Browser(program).get(tom.path);
    expect(text).toContain('another adult decides this for you');
    expect(text).not.toContain('name="carers_information.email"');
    const answer = await (await open(tom)).send({ 'carers_information.post': 'yes' });
    expect(answer.status).toBe(422);
    expect(await decidedFor(tom)).toHaveLength(1);
    expect((await (await open(tom)).send({ format: 'easy_read' })).status).toBe(303);
  });

  it('is asked themselves once they are old enough, once, and nothing new comes before they answer', async () => {
    const tom = await child();
    await program.get(AskGrown).handle();
    expect(await mailTo('tom@example.org')).not.toContainEqual(expect.objectContaining({ subject: 'You decide now' }));
    const now = program.clock.now();
    program.clock.set('2029-05-01T08:00:00Z');
    await program.get(AskGrown).handle();
    await program.get(AskGrown).handle();
    const asked = (await mailTo('tom@example.org')).filter(({ subject, text }) => subject === 'You decide now' && text.includes(tom.path)); // prettier-ignore
    expect(asked).toHaveLength(1);
    expect(await decidedFor(tom)).toHaveLength(1);
    await (await open(tom)).send({ 'carers_information.email': 'no' });
    expect(await decidedFor(tom)).toMatchObject([{}, { decision: 'withdrawn', as: 'self' }]);
    program.clock.set(now.toISOString());
  });

  it('is decided for on the phone by an adult whose name and capacity are written down', async () => {
    const tom = await child();
    const id = await database.transaction(async (tx) => {
      const account = await program.get(Accounts).ensure(tx, { email: 'officer@example.org', name: 'Olive Ofori' });
      const scope = { kind: 'carers_service', id: tom.subscriber.carersServiceId } as const;
      await program.get(Accounts).grant(tx, account, 'carers_service_officer', scope);
      return account;
    });
    const officer = await staffBrowser(program, { kind: 'account', id });
    const path = `/staff/subscribers/${tom.subscriber.id}`;
    const said = { how: 'phone', format: 'standard', pause: 'no', 'carers_information.post': 'yes' };
    const refused = await officer.submit(path, said);
    expect([refused.status, refused.text.includes('A parent or sponsor decides')]).toEqual([422, true]);
    await officer.submit(path, { ...said, deciderName: 'Ada Hale', deciderCapacity: 'parent' });
    expect(await decidedFor(tom)).toMatchObject([{}, { decision: 'given', as: 'parent', named: true }]);
  });
});
