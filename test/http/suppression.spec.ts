import { Accounts, type Role } from '@carers/access';
import { Audit } from '@carers/audit';
import { Cardholder, Cardholders, type NewCardholder } from '@carers/cards';
import { Database } from '@carers/database';
import {
  channels,
  type ConsentAnswer,
  InformationService,
  LetterCodes,
  shownLetterCode,
  type Subscriber,
} from '@carers/information-service';
import { Places, SchemeService } from '@carers/places';
import { Suppressions } from '@carers/suppression';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { EndingCardsSchedule } from '../../libs/information-service/src/holds/ending-cards.js';
import { ReturnedPost } from '../../libs/information-service/src/holds/returned-post.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';

const system = { kind: 'system', id: 'test' } as const;
const returned = '/staff/information-service/returned-post';
const yesTo = (...by: ConsentAnswer['channel'][]): ConsentAnswer[] =>
  by.map((channel) => ({ purpose: 'carers_information', channel, given: true }));
const byPhone = { how: 'phone', why: 'Her sister rang.' };

let program: TestApp;
let given: Given;
let database: Database;
let here: string;
let there: string;
/** Officers of the carers services of Bournemouth and of Dorchester. */
let officer: Browser;
let stranger: Browser;
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  database = program.get(Database);
  await given.scheme();
  const { regions } = await program.get(SchemeService).current();
  const serviceOf = async (postcode: string) => {
    const { regionId } = await program.get(Places).find(postcode);
    return regions.find(({ id }) => id === regionId)!.carersServiceId;
  };
  [here, there] = [await serviceOf('BH1 1AA'), await serviceOf('DT1 1XJ')];
  officer = await officerOf(here);
  stranger = await officerOf(there);
});
afterAll(() => program?.close());
beforeEach(() => database.pool.query('TRUNCATE rate_limit'));

async function officerOf(service: string, role: Role = 'carers_service_officer'): Promise<Browser> {
  const email = `officer${++count}@example.org`;
  await database.transaction(async (tx) => {
    const id = await program.get(Accounts).ensure(tx, { email, name: 'Olive Ofori' });
    const scope = role === 'carers_service_officer' ? { kind: 'carers_service' as const, id: service } : null;
    await program.get(Accounts).grant(tx, id, role, scope);
  });
  const browser = new Browser(program);
  await browser.signIn(email);
  const setUp = (await browser.get('/sign-in/second-factor/set-up')).text;
  const secret = Secret.fromBase32(/<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(setUp)![1]!.replace(/ /g, ''));
  const code = TOTP.generate({ secret, timestamp: program.clock.now().getTime() });
  await browser.submit('/sign-in/second-factor/set-up', { code });
  return browser;
}

interface Person {
  subscriber: Subscriber;
  cardholder: Cardholder;
  name: string;
  path: string;
}

async function person(details: Partial<NewCardholder> = {}, consents = yesTo(...channels)): Promise<Person> {
  const number = ++count;
  const { cardholder } = await given.card({
    firstName: 'Ruth',
    lastName: `Okafor${number}`,
    email: `ruth${number}@example.org`,
    mobile: `+4477009${String(number).padStart(5, '0')}`,
    contactChannel: 'email',
    address: `${number} Sea Road\nBournemouth`,
    ...details,
  });
  const { subscriber } = await database.transaction((tx) =>
    program
      .get(InformationService)
      .register(tx, { cardholder, source: { kind: 'paper' }, consents, how: 'paper', actor: system }),
  );
  const name = `${cardholder.firstName} ${cardholder.lastName}`;
  return { subscriber, cardholder, name, path: `/staff/subscribers/${subscriber.id}` };
}

/** The code on a letter to somebody, as it is printed. */
async function letterTo({ subscriber }: Person): Promise<string> {
  const about = { kind: 'test', id: `${++count}` };
  const [code] = await database.transaction((tx) =>
    program.get(LetterCodes).issue(tx, [{ subscriberId: subscriber.id, about }]),
  );
  return shownLetterCode(code!);
}

const may = async ({ subscriber }: Person) => {
  const asked = channels.map(async (channel) =>
    (await program.get(InformationService).mayReceive(subscriber.id, 'carers_information', channel)) ? channel : null,
  );
  return (await Promise.all(asked)).filter(Boolean);
};
const cardOf = async ({ cardholder }: Person) => {
  const { card } = await program.get(Cardholders).find(cardholder.id);
  return card.status;
};
/** Another reader's own page after a form, with its notice. */
const after = async (browser: Browser, answer: Awaited<ReturnType<Browser['get']>>) => {
  expect(answer.status).toBe(303);
  return (await browser.get(answer.headers['location'] as string)).text;
};
const scan = (code: string, reason: string, browser = officer) => browser.submit(returned, { code, reason });

describe('a letter that came back', () => {
  it('stops post to the person whose code is on it, and says by what else they may be reached', async () => {
    const one = await person({}, yesTo('email', 'post'));
    const page = await after(officer, await scan(await letterTo(one), 'gone_away'));
    expect(page).toContain(`Letters to ${one.name} stop at this address.`);
    expect(page).toContain('Post stops until they give a new address.');
    expect(page).toContain('by email');
    // Ready for the next one: the same reason is chosen and the cursor is in the box.
    expect(page).toMatch(/value="gone_away" checked/);
    expect(page).toMatch(/<input[^>]*name="code"[^>]*autofocus/);
    expect(await may(one)).toEqual(['email']);
  });

  it('may be scanned again and again, however it is typed, and changes nothing then', async () => {
    const one = await person();
    const code = await letterTo(one);
    await scan(code, 'refused');
    const events = async () =>
      (await program.get(Audit).historyOf({ kind: 'subscriber', id: one.subscriber.id })).length;
    const before = await events();
    const page = await after(officer, await scan(` ${code.toLowerCase().replaceAll('-', '')} `, 'deceased'));
    expect(page).toContain(`You already have this letter from ${one.name}.`);
    expect([await events(), await may(one)]).toEqual([before, ['email', 'text']]);
  });

  it('counts once when two officers scan it at the same moment', async () => {
    const one = await person();
    const code = await letterTo(one);
    const take = () => program.get(ReturnedPost).take(code, 'gone_away', null, system, '');
    const taken = await Promise.all([take(), take(), take()]);
    expect(taken.filter((each) => each?.isNew)).toHaveLength(1);
    const rows = await database.query('SELECT FROM returned_letter WHERE subscriber_id = $1', [one.subscriber.id]);
    expect(rows).toHaveLength(1);
  });

  it('of somebody else’s people, or of nobody, is no code that an officer learns anything from', async () => {
    const one = await person();
    const answers = [
      await scan(await letterTo(one), 'gone_away', stranger),
      await scan('7K3F-9TQX-P', 'gone_away', stranger),
      await scan('rubbish', 'gone_away'),
    ];
    for (const { status, text } of answers) {
      expect(status).toBe(422);
      expect(text).toContain('We do not know this code.');
      expect(text).not.toContain(one.name);
    }
    expect(await may(one)).toEqual([...channels]);
  });

  it('tells nothing of an address that was given since', async () => {
    const one = await person();
    const code = await letterTo(one);
    program.clock.advance({ seconds: 1 });
    await moveTo(one, '7 New Street\nBournemouth');
    expect(await after(officer, await scan(code, 'gone_away'))).toContain('has given a new address since');
    expect(await may(one)).toContain('post');
  });

  it('with an incomplete address stops post to everybody there, and a new address frees each', async () => {
    const [one, other] = [await person(), await person()];
    const { address } = one.cardholder;
    await database.transaction((tx) => tx.update(Cardholder, { id: other.cardholder.id }, { address }));
    await scan(await letterTo(one), 'incomplete');
    expect([await may(one), await may(other)]).toEqual([
      ['email', 'text'],
      ['email', 'text'],
    ]);
    await moveTo(one, '8 New Street\nBournemouth');
    expect([await may(one), await may(other)]).toEqual([[...channels], ['email', 'text']]);
  });

  it('of somebody who died stops everything and their card', async () => {
    const one = await person();
    const page = await after(officer, await scan(await letterTo(one), 'deceased'));
    expect(page).toContain(`${one.name} gets nothing from us any more`);
    expect([await may(one), await cardOf(one)]).toEqual([[], 'suspended']);
  });
});

async function moveTo({ cardholder }: Person, address: string, postcode = cardholder.postcode): Promise<void> {
  const { email, mobile, contactChannel } = cardholder;
  await program.get(Cardholders).correct(cardholder.id, { email, mobile, contactChannel, address, postcode }, system);
}

describe('a death', () => {
  it('stops everything, lets the household be asked, and can be put right', async () => {
    const [one, other] = [await person(), await person()];
    await database.transaction((tx) =>
      tx.update(Cardholder, { id: other.cardholder.id }, { address: one.cardholder.address!.toUpperCase() }),
    );
    const page = await after(officer, await officer.submit(`${one.path}/died`, { ...byPhone, household: 'yes' }));
    expect(page).toContain('Has died');
    expect(page).toContain(other.name);
    expect(page).toContain('Post waits until you have asked');
    expect([await may(one), await cardOf(one)]).toEqual([[], 'suspended']);
    expect(await may(other)).toEqual(['email', 'text']);
    expect((await officer.get(one.path)).text).toContain('Has died: nothing is sent');

    // Asked by telephone, the other one wants post.
    await officer.submit(`${other.path}/release/post`, { why: 'He wants it, he says.' });
    expect(await may(other)).toEqual([...channels]);

    await officer.submit(`${one.path}/lift/deceased`, { how: 'phone', why: 'It was her mother.' });
    expect([await may(one), await cardOf(one)]).toEqual([[...channels], 'active']);
    const history = await program.get(Audit).historyOf({ kind: 'subscriber', id: one.subscriber.id });
    expect(history.map(({ action, reason }) => [action, reason])).toContainEqual([
      'subscriber.lifted',
      'It was her mother.',
    ]);
  });

  it('that was a mistake lets post to the household go on with it', async () => {
    const [one, other] = [await person(), await person()];
    await database.transaction((tx) =>
      tx.update(Cardholder, { id: other.cardholder.id }, { address: one.cardholder.address }),
    );
    await officer.submit(`${one.path}/died`, { ...byPhone, household: 'yes' });
    await officer.submit(`${one.path}/lift/deceased`, byPhone);
    expect(await may(other)).toEqual([...channels]);
  });

  it('ends the card for good after 28 days, and nothing is ever said of it', async () => {
    const one = await person();
    await program.work();
    const sent = async () => (await messagesTo(one)).length;
    const before = await sent();
    await officer.submit(`${one.path}/died`, { ...byPhone, household: 'no' });
    await night(27);
    expect(await cardOf(one)).toBe('suspended');
    await night(2);
    expect([await cardOf(one), await sent()]).toEqual(['revoked', before]);
  });
});

describe('caring that ended', () => {
  const ended = (others: 'yes' | 'no', meanwhile: string) => {
    const [year, month, day] = program.clock.today().split('-').map(Number);
    const endedOn = { 'endedOn.day': `${day}`, 'endedOn.month': `${month}`, 'endedOn.year': `${year}` };
    return { ...byPhone, others, meanwhile, ...endedOn };
  };

  it('lets the card go on for the tail, says so once before its end, and leaves the list as it was', async () => {
    const one = await person();
    const page = await after(officer, await officer.submit(`${one.path}/caring-ended`, ended('no', 'as_before')));
    expect(page).toMatch(/Their card works until \d+ \w+ 2027/);
    const until = new Date(program.clock.now());
    until.setUTCMonth(until.getUTCMonth() + 3);
    const days = Math.round((until.getTime() - program.clock.now().getTime()) / 86_400_000);
    await night(days - 15);
    expect(await messagesTo(one, 'card-ends')).toEqual([]);
    await night(2);
    await night(1);
    const told = await messagesTo(one, 'card-ends');
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('It works until');
    expect(told[0]).not.toMatch(/die|death|sorry|bereave|loss/i);
    expect(await cardOf(one)).toBe('active');
    await night(14);
    expect([await cardOf(one), await may(one)]).toEqual(['revoked', [...channels]]);
    const { caringRoles } = await database.reader.findOneByOrFail(Cardholder, { id: one.cardholder.id });
    expect(caringRoles).toEqual(['former_carer']);
  });

  it('changes nothing of the card for somebody who still cares for somebody else; they may have quiet', async () => {
    const one = await person();
    await officer.submit(`${one.path}/caring-ended`, ended('yes', 'pause'));
    expect([await may(one), await cardOf(one)]).toEqual([[], 'active']);
    await night(120);
    expect([await may(one), await cardOf(one)]).toEqual([[...channels], 'active']);
    const leaver = await person();
    await officer.submit(`${leaver.path}/caring-ended`, ended('yes', 'leave'));
    expect((await officer.get(leaver.path)).text).toContain('Left on');
  });

  it('can be taken back, and says nothing to somebody who died since', async () => {
    const [one, other] = [await person(), await person()];
    for (const each of [one, other]) await officer.submit(`${each.path}/caring-ended`, ended('no', 'as_before'));
    const page = await after(officer, await officer.submit(`${one.path}/caring-goes-on`, byPhone));
    expect(page).toContain('The card goes on.');
    await officer.submit(`${other.path}/died`, { ...byPhone, household: 'no' });
    await night(100);
    expect([await cardOf(one), await cardOf(other)]).toEqual(['active', 'revoked']);
    expect([await messagesTo(one, 'card-ends'), await messagesTo(other, 'card-ends')]).toEqual([[], []]);
  });

  it('is not in days to come', async () => {
    const one = await person();
    const form = { ...ended('no', 'pause'), 'endedOn.year': '2031' };
    const { status, text } = await officer.submit(`${one.path}/caring-ended`, form);
    expect([status, text.includes('The date must be today or earlier')]).toEqual([422, true]);
  });
});

/** Lets days pass, and does the work of the last night. */
async function night(days: number): Promise<void> {
  program.clock.advance({ days });
  await program.get(EndingCardsSchedule).ask();
  await program.work();
  // Nobody stays signed in for so long.
  if (days > 1) officer = await officerOf(here);
}

/** The texts of what was sent about somebody, with part of the template's name. */
async function messagesTo({ cardholder }: Person, template = ''): Promise<string[]> {
  const ids = await database.query<{ id: string }>(
    `SELECT id FROM outgoing_message WHERE about_id = $1 AND template LIKE $2 AND state <> 'suppressed'`,
    [cardholder.id, `%${template}%`],
  );
  const outbox = await program.outbox();
  return ids.map(({ id }) => outbox.find((message) => message.id === id)?.text ?? 'not sent');
}

describe('a person who is held', () => {
  it('because they moved is free again with a new address in the area, and not before', async () => {
    const one = await person();
    await officer.submit(`${one.path}/hold`, { ...byPhone, reason: 'moved_away' });
    expect(await may(one)).toEqual([]);
    await moveTo(one, '1 High Street\nEdinburgh', 'EH1 1YZ');
    expect(await may(one)).toEqual([]);
    await moveTo(one, '9 New Street\nBournemouth', 'BH1 1AA');
    expect(await may(one)).toEqual([...channels]);
  });

  it('while something is checked is sent nothing, until an officer says why again', async () => {
    const one = await person();
    expect((await officer.submit(`${one.path}/hold`, { ...byPhone, reason: 'under_review', why: '' })).status).toBe(
      422,
    );
    await officer.submit(`${one.path}/hold`, { ...byPhone, reason: 'under_review' });
    expect([await may(one), await cardOf(one)]).toEqual([[], 'active']);
    expect((await officer.submit(`${one.path}/lift/under_review`, { how: 'phone', why: '' })).status).toBe(422);
    await officer.submit(`${one.path}/lift/under_review`, byPhone);
    expect(await may(one)).toEqual([...channels]);
  });
});

describe('an address that takes nothing', () => {
  it('is shown to an officer with the reason, and used again when they say why', async () => {
    const one = await person();
    const { email } = one.cardholder;
    await database.transaction((tx) =>
      program.get(Suppressions).bounced(tx, { channel: 'email', address: email!, kind: 'hard', at: new Date(0) }),
    );
    expect((await officer.get(`${one.path}/situation`)).text).toContain('Messages came back');
    await officer.submit(`${one.path}/release/email`, { why: 'She made room in her mailbox.' });
    expect(await may(one)).toEqual([...channels]);
  });

  it('of anybody is looked up and used again by a registrar, who says why', async () => {
    const address = `post.master${++count}@example.org`;
    await database.transaction((tx) =>
      program.get(Suppressions).bounced(tx, { channel: 'email', address, kind: 'hard', at: new Date(0) }),
    );
    const desk = '/staff/addresses';
    expect((await officer.submit(desk, { address })).status).toBe(403);
    const registrar = await officerOf(here, 'registrar');
    const looked = await registrar.submit(desk, { address: ` ${address.toUpperCase()} ` });
    expect([looked.status, looked.text.includes('Messages came back')]).toEqual([200, true]);
    expect((await registrar.submit(desk, { address, why: '' }, `${desk}/release`)).status).toBe(422);
    const page = await after(registrar, await registrar.submit(desk, { address, why: 'He rang.' }, `${desk}/release`));
    expect(page).toContain('The address is used again.');
    expect((await registrar.submit(desk, { address })).text).toContain('Nothing is held back');
    expect((await registrar.submit(desk, { address: '' })).status).toBe(422);
    expect((await registrar.submit(desk, { address: '1 Sea Road\r\nBH1 1AA' })).status).toBe(200);
  });

  it('takes a sign-in message after a complaint, and not after a bounce', async () => {
    const address = `signs.in${++count}@example.org`;
    await database.transaction((tx) => program.get(Accounts).ensure(tx, { email: address, name: 'Ann Other' }));
    const asked = async () => {
      await database.pool.query('TRUNCATE rate_limit');
      const browser = new Browser(program);
      await browser.submit('/sign-in', { contact: address });
      return (await program.outbox()).filter(({ to }) => to === address).length;
    };
    const suppress = (reason: 'complaint' | 'bounced') =>
      database.transaction((tx) =>
        program.get(Suppressions).suppress(tx, { channel: 'email', address, reason }, system),
      );
    await suppress('complaint');
    expect(await asked()).toBe(1);
    await suppress('bounced');
    expect(await asked()).toBe(1);
  });
});

describe('another carers service', () => {
  it('finds nobody of these people, whatever it asks', async () => {
    stranger = await officerOf(there);
    officer = await officerOf(here);
    const one = await person();
    const ends = ['situation', 'died', 'caring-ended', 'caring-goes-on', 'hold', 'lift/deceased', 'release/post'];
    for (const end of ends) {
      expect([end, (await stranger.get(`${one.path}/${end}`)).status]).toEqual([end, 404]);
      expect([end, (await officer.get(`${one.path}/${end}`)).status]).toEqual([end, 200]);
      expect([end, (await new Browser(program).get(`${one.path}/${end}`)).status]).toEqual([end, 303]);
      if (end === 'situation') continue;
      const form = { ...byPhone, household: 'yes', reason: 'moved_away' };
      expect([end, (await stranger.submit(returned, form, `${one.path}/${end}`)).status]).toEqual([end, 404]);
    }
    for (const end of ['lift/asleep', 'release/pigeon'])
      expect((await officer.get(`${one.path}/${end}`)).status).toBe(404);
    expect(await may(one)).toEqual([...channels]);
  });
});
