import { Accounts } from '@carers/access';
import { type Cardholder, type NewCardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { type ConsentAnswer, InformationService, PreferenceLinks, type Subscriber } from '@carers/information-service';
import type { OutboxMessage } from '@carers/messages';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';

const applicant = { kind: 'applicant', id: 'test' } as const;
const yes = (channel: ConsentAnswer['channel']): ConsentAnswer => ({
  purpose: 'carers_information',
  channel,
  given: true,
});

let program: TestApp;
let given: Given;
let database: Database;
let service: InformationService;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  database = program.get(Database);
  service = program.get(InformationService);
  await given.scheme();
});
afterAll(() => program?.close());

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
  const { cardholder } = await given.card({
    firstName: 'Ruth',
    email: 'ruth@example.org',
    mobile: '+447700900123',
    contactChannel: 'email',
    ...details,
  });
  program.clock.advance({ seconds: 1 });
  const { subscriber } = await database.transaction((tx) =>
    service.register(tx, { cardholder, source: { kind: 'application' }, consents, how: 'web', actor: applicant }),
  );
  return { cardholder, subscriber, path: `/preferences/${program.get(PreferenceLinks).tokenFor(subscriber)}` };
}

async function welcomeTo({ subscriber }: Person): Promise<OutboxMessage | undefined> {
  const [row] = await database.query<{ id: string }>(
    `SELECT id FROM outgoing_message WHERE template = 'information-service/welcome' AND about_id = $1`,
    [subscriber.id],
  );
  return (await program.outbox()).find(({ id }) => id === row?.id);
}

/** What somebody gets now, and every answer they ever gave. */
async function stateOf({ subscriber }: Person) {
  const [active, ledger] = await Promise.all([
    database.query<{ what: string }>(
      `SELECT purpose || ' ' || channel AS what FROM subscription WHERE subscriber_id = $1 AND active ORDER BY 1`,
      [subscriber.id],
    ),
    database.query<{ what: string }>(
      `SELECT decision || ' ' || how || ' ' || purpose || ' ' || channel AS what FROM consent_event
        WHERE subscriber_id = $1 ORDER BY number`,
      [subscriber.id],
    ),
  ]);
  return { active: active.map(({ what }) => what), ledger: ledger.map(({ what }) => what) };
}

/** A mail program: no cookies, no following. */
const mailProgram = () => supertest(program.app.getHttpServer());

describe('the welcome', () => {
  it('comes by e-mail from the carers service, with headers that end it in one click', async () => {
    const somebody = await person();
    const message = (await welcomeTo(somebody))!;
    expect(message.channel).toBe('email');
    expect(message.subject).toMatch(/^Welcome from /);
    expect(message.text).toContain('Hello Ruth');
    expect(message.text).toMatch(/Phone: [\d ]+/);
    expect(message.text).toContain('Information for carers: by email');
    expect(message.text).toContain('You get this message because');
    expect(message.text).toContain(somebody.path);
    expect(message.headers).toMatchObject({
      'List-Unsubscribe': `<${program.settings.publicUrl}${somebody.path}/unsubscribe>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': expect.stringMatching(/^<[a-z-]+\.carers-information\.[^<>]+>$/),
    });
  });

  it('comes as a short text', async () => {
    const somebody = await person([yes('text')], { contactChannel: 'text' });
    const message = (await welcomeTo(somebody))!;
    expect(message).toMatchObject({ channel: 'text', to: '+447700900123' });
    expect(message.text).toContain(somebody.path);
    expect(message.text.length).toBeLessThan(306);
  });

  it('comes as a letter, with the address to write back to', async () => {
    const message = (await welcomeTo(await person([yes('post')], { contactChannel: 'post' })))!;
    expect(message.channel).toBe('post');
    expect(message.to).toBe('1 Sea Road\nBournemouth\nBH1 1AA');
    expect(message.text).toContain('Write to us');
  });

  it('is dropped when the yes was taken back before it was sent', async () => {
    const somebody = await person();
    await database.transaction((tx) => service.withdraw(tx, somebody.subscriber.id, {}, 'phone', applicant));
    await program.work();
    const [row] = await database.query(`SELECT state, sent_at FROM outgoing_message WHERE about_id = $1`, [
      somebody.subscriber.id,
    ]);
    expect(row).toMatchObject({ state: 'failed', sent_at: null });
  });
});

describe('one click in the header', () => {
  it('stops the e-mails by POST alone, whatever its body, and again changes nothing', async () => {
    const bodies: [string, string | undefined, string][] = [
      ['urlencoded', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
      [
        'multipart',
        'multipart/form-data; boundary=cut',
        '--cut\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--cut--\r\n',
      ],
      ['empty', undefined, ''],
      ['empty with a type', 'application/json', ''],
    ];
    for (const [name, type, body] of bodies) {
      const somebody = await person([yes('email'), { ...yes('email'), purpose: 'business_offers' }, yes('post')]);
      const url = new URL(/<(.+)>/.exec((await welcomeTo(somebody))!.headers['List-Unsubscribe']!)![1]!);
      for (const time of [1, 2]) {
        const request = mailProgram().post(url.pathname).redirects(0);
        if (type) request.set('Content-Type', type);
        const answer = await request.send(body);
        expect([name, time, answer.status]).toEqual([name, time, 200]);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
      expect([name, await stateOf(somebody)]).toEqual([
        name,
        {
          active: ['carers_information post'],
          ledger: [
            'given web carers_information email',
            'given web business_offers email',
            'given web carers_information post',
            expect.stringMatching(/^withdrawn link .* email$/),
            expect.stringMatching(/^withdrawn link .* email$/),
          ],
        },
      ]);
      expect(await service.mayReceive(somebody.subscriber.id, 'carers_information', 'email')).toBe(false);
    }
  });

  it('changes nothing by GET, which shows a button', async () => {
    const somebody = await person();
    const before = await stateOf(somebody);
    for (const path of ['/unsubscribe', '', '/saved']) {
      const { text } = await mailProgram()
        .get(somebody.path + path)
        .expect(200);
      expect(text).not.toContain('⟦');
    }
    const { text } = await mailProgram().get(`${somebody.path}/unsubscribe`);
    expect(text).toContain(`<form method="post" action="${somebody.path}/unsubscribe">`);
    await mailProgram().head(`${somebody.path}/unsubscribe`);
    expect(await stateOf(somebody)).toEqual(before);
  });

  it('refuses a link that was altered', async () => {
    const { path } = await person();
    // The last letter has two bits to spare: the one after it in the alphabet stands for the same bytes.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(path.at(-1)!);
    const others = [1, 4].map((further) => `${path.slice(0, -1)}${alphabet[(last + further) % 64]}`);
    for (const wrong of [...others, '/preferences/x', `${path}A`]) {
      await mailProgram().post(`${wrong}/unsubscribe`).expect(404);
      await mailProgram().get(wrong).expect(404);
    }
  });
});

describe('the preference page', () => {
  it('shows what somebody said, ticks nothing they were never asked, and says that the card is safe', async () => {
    const { path } = await person([yes('email'), { ...yes('text'), given: false }]);
    const { text } = await new Browser(program).get(path);
    const checked = (name: string) => new RegExp(`name="${name}"[^>]*value="(\\w+)"[^>]* checked`).exec(text)?.[1];
    expect(checked('carers_information.email')).toBe('yes');
    expect(checked('carers_information.text')).toBe('no');
    expect(text).toContain('name="business_offers.email"');
    expect(checked('business_offers.email')).toBeUndefined();
    expect(text).toContain('Nothing here changes your card');
    // Enough of the address to know it, not all of it.
    expect(text).toContain('r…@example.org');
    expect(text).not.toContain('ruth@example.org');
  });

  it('saves choices without a script or a password, and confirms them', async () => {
    const somebody = await person();
    const answer = await new Browser(program).submit(somebody.path, {
      'carers_information.email': 'no',
      'carers_information.post': 'yes',
      'business_offers.email': 'yes',
      format: 'large_print',
      topics: 'money',
      pause: 'no',
    });
    expect([answer.status, answer.headers['location']]).toEqual([303, `${somebody.path}/saved`]);
    expect(await stateOf(somebody)).toEqual({
      active: ['business_offers email', 'carers_information post'],
      ledger: [
        'given web carers_information email',
        'withdrawn link carers_information email',
        'given link carers_information post',
        'given link business_offers email',
      ],
    });
    const [row] = await database.query('SELECT format, topics FROM subscriber WHERE id = $1', [somebody.subscriber.id]);
    expect(row).toEqual({ format: 'large_print', topics: ['money'] });
    const { text } = await new Browser(program).get(`${somebody.path}/saved`);
    expect(text).toContain('Your choices are saved');
    expect(text).toContain('by post');
  });

  it('takes a yes back with as many steps as it takes to give it', async () => {
    const somebody = await person();
    const other = { format: 'standard', pause: 'no' };
    const browser = new Browser(program);
    await browser.submit(somebody.path, { ...other, 'carers_information.email': 'no' });
    expect((await stateOf(somebody)).active).toEqual([]);
    await browser.submit(somebody.path, { ...other, 'carers_information.email': 'yes' });
    expect((await stateOf(somebody)).active).toEqual(['carers_information email']);
  });

  it('is refused without the token of its form, since it counts on no cookie of a session', async () => {
    const somebody = await person();
    const before = await stateOf(somebody);
    await mailProgram().post(somebody.path).type('form').send({ 'carers_information.email': 'no' }).expect(403);
    await mailProgram().post(`${somebody.path}/leave`).expect(403);
    expect(await stateOf(somebody)).toEqual(before);
  });

  it('has forms that all work in a browser that was never here before', async () => {
    const { path } = await person();
    const { text } = await new Browser(program).get(path);
    const tokens = [...text.matchAll(/name="_csrf" value="([^"]+)"/g)].map(([, token]) => token);
    expect(tokens.length).toBeGreaterThan(1);
    expect(new Set(tokens).size).toBe(1);
  });

  it('says what to choose when something is missing, and keeps the rest', async () => {
    const { path } = await person();
    const answer = await new Browser(program).submit(path, { 'carers_information.email': 'no', pause: 'no' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Choose a format');
    expect(answer.text).toMatch(/name="carers_information.email"[^>]*value="no"[^>]* checked/);
  });

  it('pauses for as long as was chosen', async () => {
    const somebody = await person();
    await new Browser(program).submit(somebody.path, {
      'carers_information.email': 'yes',
      format: 'standard',
      pause: '3',
    });
    expect(await service.mayReceive(somebody.subscriber.id, 'carers_information', 'email')).toBe(false);
    const { text } = await new Browser(program).get(somebody.path);
    expect(text).toContain('We are not sending you anything until 21 February 2027');
  });

  it('takes somebody off the list with one button, and leaves the card as it is', async () => {
    const somebody = await person([yes('email'), yes('post')]);
    await new Browser(program).submit(somebody.path, {}, `${somebody.path}/leave`);
    expect((await stateOf(somebody)).active).toEqual([]);
    const [row] = await database.query(
      `SELECT s.left_at IS NOT NULL AS left, c.status FROM subscriber s JOIN card c USING (cardholder_id) WHERE s.id = $1`,
      [somebody.subscriber.id],
    );
    expect(row).toEqual({ left: true, status: 'active' });
    const { text } = await new Browser(program).get(`${somebody.path}/saved`);
    expect(text).toContain('You are off the list');
  });

  it('is one step from the account of a signed-in carer, for each card that is with it', async () => {
    const email = 'signed.in@example.org';
    const accountId = await database.transaction(async (tx) => {
      const id = await program.get(Accounts).ensure(tx, { email, name: 'Ruth Hale' });
      await program.get(Accounts).grant(tx, id, 'carer');
      return id;
    });
    const browser = new Browser(program);
    await browser.signIn(email);
    expect((await browser.get('/account')).text).not.toContain('/account/preferences');
    const own = await person([], { accountId });
    expect((await browser.get('/account')).text).toContain('href="/account/preferences"');
    expect((await browser.get('/account/preferences')).headers['location']).toBe(own.path);
    const child = await person([], { accountId, firstName: 'Tom' });
    const { text } = await browser.get('/account/preferences');
    expect([own.path, child.path].map((path) => text.includes(path))).toEqual([true, true]);
  });

  it('is found from the cardholder', async () => {
    const { cardholder, path } = await person();
    const links = program.get(PreferenceLinks);
    expect(await links.forCardholder(cardholder.id)).toBe(`${program.settings.publicUrl}${path}`);
    const { cardholder: nobody } = await given.card();
    expect(await links.forCardholder(nobody.id)).toBeNull();
  });
});
