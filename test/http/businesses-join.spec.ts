import { Limits } from '@carers/access';
import { type BusinessChange, BusinessEvents, Moderation } from '@carers/businesses';
import { Database } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';

const root = '/for-business/join';

type Form = Record<string, string | string[]>;

/** The answers of a café, page by page. */
const cafe: [string, Form][] = [
  ['name', { name: 'The Lantern Café' }],
  ['kind', { kind: 'independent' }],
  ['category', { category: 'eating-and-drinking' }],
  ['homes', { homes: 'no' }],
  ['contact', { contactName: 'Jo Marsh', contactEmail: 'jo@lantern.example', contactPhone: '01632 960001' }],
  ['about', { summary: 'Cakes by the harbour.', website: 'lantern.example', leafletCode: 'ab-12' }],
  ['where', { where: 'place' }],
  ['place', { line1: '3 High Street', line2: '', postcode: ' bh15 1hj', phone: '', opening: 'Every day' }],
  ['access', { accessibility: ['step_free', 'assistance_dogs'] }],
  ['offer', { kind: 'percentage', percent: '10', what: 'any cake', who: 'carer', how: 'in_person' }],
  ['terms', { version: '2026-1', agree: 'yes' }],
];

let program: TestApp;
let database: Database;
let browser: Browser;

/** Sends a page; the last answer. */
async function answer(step: string, form: Form) {
  return browser.submit(`${root}/${step}`, form as Record<string, string>);
}

/** Answers every page up to, but not with, this one. */
async function upTo(step: string, changes: Record<string, Form> = {}): Promise<void> {
  for (const [name, form] of cafe) {
    if (name === step) return;
    expect((await answer(name, { ...form, ...changes[name] })).status).toBe(303);
  }
}

async function businesses(name: string) {
  return database.query<{ id: string; status: string; recruited_by_code: string | null; works_in_homes: boolean }>(
    'SELECT id, status, recruited_by_code, works_in_homes FROM business WHERE name = $1',
    [name],
  );
}

beforeAll(async () => {
  program = await startTestApp();
  await new Given(program).scheme();
  database = program.get(Database);
});
afterAll(() => program.close());
beforeEach(() => {
  browser = new Browser(program);
});

describe('a café joins', () => {
  it('in eleven short pages, with its first offer, and is thanked by e-mail', async () => {
    expect((await browser.get('/for-business')).text).toContain('Say thank you to carers');
    expect((await browser.get(root)).headers['location']).toBe(`${root}/name`);
    for (const [index, [step, form]] of cafe.entries()) {
      const next = cafe[index + 1]?.[0] ?? 'check';
      expect((await answer(step, form)).headers['location']).toBe(`${root}/${next}`);
    }
    const check = await browser.get(`${root}/check`);
    for (const words of [
      'The Lantern Café',
      '3 High Street',
      'BH15 1HJ',
      'Poole',
      'Assistance dogs welcome',
      '10% off any cake',
      'AB12',
    ])
      expect(check.text).toContain(words);

    expect((await browser.submit(`${root}/check`)).headers['location']).toBe(`${root}/done`);
    expect((await browser.get(`${root}/done`)).text).toContain('The Lantern Café');
    const [business] = await businesses('The Lantern Café');
    expect(business).toMatchObject({ status: 'submitted', recruited_by_code: 'AB12' });
    const offers = await database.query('SELECT status, title FROM offer WHERE business_id = $1', [business!.id]);
    expect(offers).toEqual([{ status: 'submitted', title: '10% off any cake' }]);
    expect(await database.query('SELECT version FROM terms_acceptance WHERE business_id = $1', [business!.id])).toEqual(
      [{ version: '2026-1' }],
    );

    const outbox = await program.outbox();
    const thanks = outbox.find(({ to }) => to === 'jo@lantern.example');
    expect(thanks?.subject).toBe('Thank you for joining with The Lantern Café');
    expect(thanks?.text).toContain('Dear Jo Marsh');
    expect(outbox.map(({ subject }) => subject)).toContain('New business: The Lantern Café');
  });

  it('once, however often its answers are sent', async () => {
    await upTo('', { name: { name: 'Sent Twice' } });
    const page = await browser.get(`${root}/check`);
    const token = /name="_csrf" value="([^"]+)"/.exec(page.text)![1]!;
    const send = () => browser.agent.post(`${root}/check`).type('form').send({ _csrf: token });
    const both = await Promise.all([send(), send()]);
    expect(both.map(({ headers }) => headers['location'])).toEqual([`${root}/done`, `${root}/done`]);
    expect((await send()).headers['location']).toBe(`${root}/done`);
    expect(await businesses('Sent Twice')).toHaveLength(1);
    expect((await answer('name', { name: 'The next one' })).headers['location']).toBe(`${root}/kind`);
  });

  it('without a place when it is online only', async () => {
    await upTo('where', { name: { name: 'Wool By Post' }, kind: { kind: 'online' } });
    expect((await browser.get(root)).headers['location']).toBe(`${root}/offer`);
    expect((await browser.get(`${root}/place`)).status).toBe(303);
    await answer('offer', {
      kind: 'amount_off',
      amount: '5',
      what: 'your first order',
      who: 'carer',
      how: 'online_code',
    });
    await answer('terms', { version: '2026-1', agree: 'yes' });
    expect((await browser.submit(`${root}/check`)).headers['location']).toBe(`${root}/done`);
    const [business] = await businesses('Wool By Post');
    expect(
      await database.query('SELECT online, town, name FROM branch WHERE business_id = $1', [business!.id]),
    ).toEqual([{ online: true, town: null, name: 'Wool By Post' }]);
  });
});

describe('what is not right', () => {
  it('is said at the field, and what was typed is kept', async () => {
    const empty = await answer('name', { name: '  ' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Enter the name of your business');
    expect(empty.text).toMatch(/<title>Error: /);
    await upTo('contact');
    const contact = await answer('contact', {
      contactName: 'Jo <b>Marsh</b>',
      contactEmail: 'not an address',
      contactPhone: '12',
    });
    expect(contact.status).toBe(422);
    expect(contact.text).toContain('Enter an email address like name@example.com');
    expect(contact.text).toContain('Enter a phone number like 01632 960001');
    expect(contact.text).toContain('Jo &lt;b&gt;Marsh&lt;/b&gt;');
  });

  it.each([
    ['BH99', 'Enter a full UK postcode'],
    ['SW1A 1AA', 'outside the area'],
    ['', 'Enter the postcode'],
  ])('postcode "%s" is answered with "%s"', async (postcode, words) => {
    await upTo('place');
    const shown = await answer('place', { line1: '1 Road', postcode });
    expect(shown.status).toBe(422);
    expect(shown.text).toContain(words);
    expect((await browser.get(root)).headers['location']).toBe(`${root}/place`);
  });

  it('such as an impossible offer or no yes to the terms stops on its page', async () => {
    await upTo('offer');
    expect((await answer('offer', { kind: 'percentage', percent: '900', who: 'carer', how: 'in_person' })).status).toBe(
      422,
    );
    expect((await answer('offer', {})).status).toBe(422);
    await answer('offer', cafe[9]![1]);
    const terms = await answer('terms', { version: '2026-1' });
    expect(terms.status).toBe(422);
    expect(terms.text).toContain('Tick the box if you agree');
    expect((await answer('terms', { version: '2019-1', agree: 'yes' })).text).toContain('Our terms have changed');
  });

  it('such as skipping a page leads back to it', async () => {
    expect((await browser.get(`${root}/terms`)).headers['location']).toBe(`${root}/name`);
    await upTo('homes');
    expect((await browser.get(`${root}/check`)).headers['location']).toBe(`${root}/homes`);
    expect((await browser.submit(`${root}/homes`, {}, `${root}/check`)).headers['location']).toBe(root);
    expect((await answer('category', { category: 'made-up' })).status).toBe(422);
    expect((await browser.get(`${root}/nonsense`)).status).toBe(404);
  });

  it('such as one registration after the other from one address is stopped', async () => {
    const limits = program.get(Limits);
    const here = ['join-address', '127.0.0.1'] as const;
    while (!(await limits.isUsedUp(...here))) await limits.note(...here);
    expect((await answer('name', { name: 'One Too Many' })).status).toBe(429);
    await database.pool.query('TRUNCATE rate_limit');
  });

  it('such as a form of another site saves nothing', async () => {
    const refused = await browser.agent.post(`${root}/name`).type('form').send({ name: 'Forged' });
    expect(refused.status).toBe(403);
    expect(browser.cookie('join')).toBeUndefined();
  });
});

describe('a trade', () => {
  const work = { tasks: ['plumbing'], customers: ['public'], employees: '3', premises: '1', tradingNames: '1' };
  /** Its answers, page by page. */
  async function answerAsTrade(name: string): Promise<void> {
    await upTo('contact', { name: { name }, homes: { homes: 'yes' } });
    expect((await answer('work', work)).headers['location']).toBe(`${root}/contact`);
    const contact = { contactName: 'Pat', contactEmail: 'pat@plumbing.example', contactPhone: '' };
    expect((await answer('contact', contact)).headers['location']).toBe(`${root}/about`);
    await answer('about', { summary: '', website: '', leafletCode: '' });
    expect((await answer('place', { line1: '', postcode: 'BH15 1HJ' })).headers['location']).toBe(`${root}/offer`);
    await answer('offer', { kind: 'percentage', percent: '5', what: 'any repair', who: 'carer', how: 'in_person' });
    expect((await browser.get(`${root}/terms`)).text).toContain('There is a fee for that');
    await answer('terms', { version: '2026-1', agree: 'yes' });
  }

  it('goes on through the same questions, and becomes a business that works in homes', async () => {
    const heard: BusinessChange[] = [];
    program.get(BusinessEvents).on('registered', (_tx, change) => Promise.resolve(void heard.push(change)));
    await answerAsTrade('Marsh Plumbing');
    const check = await browser.get(`${root}/check`);
    for (const words of ['Where do you set out from?', 'Plumbing', '3', 'Then your checks begin'])
      expect(check.text).toContain(words);
    expect(check.text).not.toContain('What helps carers here');
    expect((await browser.submit(`${root}/check`)).headers['location']).toBe(`${root}/done`);
    expect((await browser.get(`${root}/done`)).text).toContain('what the checks cost');

    const [business] = await businesses('Marsh Plumbing');
    expect(business).toMatchObject({ status: 'submitted', works_in_homes: true });
    expect(await database.query('SELECT status FROM offer WHERE business_id = $1', [business!.id])).toEqual([
      { status: 'submitted' },
    ]);
    expect(heard).toEqual([
      {
        businessId: business!.id,
        actor: expect.objectContaining({ kind: 'link' }),
        homeWork: { tasks: ['plumbing'], customers: ['public'], employees: 3, premises: 1, tradingNames: 1 },
      },
    ]);
    const mail = (await program.outbox()).find(({ to }) => to === 'pat@plumbing.example');
    expect(mail?.text).toContain('we check your business before carers can find it');
  });

  it('is asked for the answers that the checks are priced by', async () => {
    await upTo('contact', { homes: { homes: 'yes' } });
    expect((await browser.get(root)).headers['location']).toBe(`${root}/work`);
    const wrong = await answer('work', { employees: '0', premises: '0', tradingNames: 'one' });
    expect(wrong.status).toBe(422);
    for (const words of [
      'Choose what you do in people’s homes',
      'Choose who you mostly work for',
      'Enter how many people work in the business',
      'Enter from how many places you trade',
      'Enter how many names you trade under',
    ])
      expect(wrong.text).toContain(words);
  });

  it('is all that hears of checks: a café never sees a word of them', async () => {
    await upTo('', { name: { name: 'No Checks Here' } });
    expect((await browser.get(`${root}/work`)).status).toBe(303);
    expect((await browser.get(`${root}/terms`)).text).not.toContain('fee for that');
    expect((await browser.get(`${root}/check`)).text).not.toContain('your checks begin');
    await browser.submit(`${root}/check`);
    expect((await browser.get(`${root}/done`)).text).not.toContain('checks cost');
    expect(await businesses('No Checks Here')).toMatchObject([{ works_in_homes: false }]);
  });
});

describe('a registration that is put off', () => {
  it('goes on from its link in another browser, after a press of a button', async () => {
    await upTo('contact', { name: { name: 'Later Cafe' } });
    const later = await browser.get(`${root}/later`);
    const link = /href="http:\/\/127\.0\.0\.1:3000(\/for-business\/join\/resume\/[^"]+)"/.exec(later.text)![1]!;

    browser = new Browser(program);
    const asked = await browser.get(link);
    expect(asked.text).toContain('Later Cafe');
    expect(browser.cookie('join')).toBeUndefined();
    expect((await browser.submit(link)).headers['location']).toBe(root);
    expect((await browser.get(root)).headers['location']).toBe(`${root}/contact`);
    expect((await browser.get(`${root}/name`)).text).toContain('Later Cafe');
  });

  it('is not found by a guessed link, nor after thirty days', async () => {
    expect((await browser.get(`${root}/resume/guess`)).status).toBe(404);
    await upTo('homes');
    program.clock.advance({ days: 31 });
    expect((await browser.get(root)).headers['location']).toBe(`${root}/name`);
    program.clock.advance({ days: -31 });
  });
});

describe('what staff see of it', () => {
  it('is one business more that waits', async () => {
    const { submitted = 0 } = await program.get(Moderation).counts();
    await upTo('', { name: { name: 'One More' } });
    await browser.submit(`${root}/check`);
    expect((await program.get(Moderation).counts()).submitted).toBe(submitted + 1);
  });
});
