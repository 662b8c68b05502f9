import { SecondFactor } from '@carers/access';
import { type Business, Joining } from '@carers/businesses';
import { Database } from '@carers/database';
import { type GivenCase } from '../support/given-case.js';
import { CaseActions, CaseChecks, Replies, type VettingCase, VettingCases } from '@carers/vetting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { CompaniesHouseStandIn } from '../support/companies-house.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';

let program: TestApp;
let database: Database;
let given: Given;
let register: CompaniesHouseStandIn;

/** A trade that has registered, and its owner with a second factor given. */
interface Trade {
  business: Business;
  case: VettingCase;
  owner: Browser;
  at: string;
}

async function trade(name: string): Promise<Trade> {
  const { business } = await given.business({ name, worksInHomes: true });
  const { case: opened } = await given.case({ state: 'draft', businessId: business.id });
  const owner = await ownerOf(business, `owner-${business.id}@example.org`);
  return { business, case: opened, owner, at: `/business/${business.id}/vetting/${opened.id}` };
}

/** Somebody who acts for a business, signed in with their second factor. */
async function ownerOf(business: Business, email: string): Promise<Browser> {
  const id = await database.transaction((tx) =>
    program
      .get(Joining)
      .addOwner(tx, business.id, { email, name: 'Olu Owner' }, { kind: 'system', id: 'test' }),
  );
  await database.transaction((tx) => program.get(SecondFactor).useDemoSecret(tx, id));
  await database.pool.query('TRUNCATE rate_limit');
  const browser = new Browser(program);
  await browser.signIn(email);
  const { code } = program.get(SecondFactor).demoCodes();
  expect((await browser.submit('/sign-in/second-factor', { code })).status).toBe(303);
  return browser;
}

/** Sends a file as a phone does. */
async function upload(browser: Browser, check: string, name: string, bytes: Buffer) {
  const token = /name="_csrf" value="([^"]+)"/.exec((await browser.get(check)).text)![1]!;
  return browser.agent.post(`${check}/files`).field('_csrf', token).attach('file', bytes, { filename: name });
}

async function stateOf(checkKey: string, of: VettingCase): Promise<string> {
  return (await program.get(CaseChecks).of(of.id)).find(({ key }) => key === checkKey)!.state;
}

beforeAll(async () => {
  register = await CompaniesHouseStandIn.start();
  program = await startTestApp({ env: register.env });
  given = new Given(program);
  await given.scheme();
  database = program.get(Database);
});
afterAll(async () => {
  await program.close();
  await register.close();
});

describe('a trade that has just joined', () => {
  it('finds its case open, with what it said, and the price before anything is asked', async () => {
    const join = '/for-business/join';
    const browser = new Browser(program);
    const pages: [string, Record<string, string | string[]>][] = [
      ['name', { name: 'Marsh Plumbing' }],
      ['kind', { kind: 'independent' }],
      ['category', { category: 'home-and-garden' }],
      ['homes', { homes: 'yes' }],
      ['work', { tasks: ['plumbing'], customers: ['public'], employees: '8', premises: '2', tradingNames: '1' }],
      ['contact', { contactName: 'Pat Marsh', contactEmail: 'pat@marsh.example', contactPhone: '' }],
      ['about', {}],
      ['place', { postcode: 'BH15 1HJ' }],
      ['offer', { kind: 'percentage', percent: '5', what: 'any repair', who: 'carer', how: 'in_person' }],
      ['terms', { version: '2026-1', agree: 'yes' }],
    ];
    for (const [step, form] of pages)
      expect((await browser.submit(`${join}/${step}`, form as Record<string, string>)).status).toBe(303);
    await browser.submit(`${join}/check`);
    await browser.signIn('pat@marsh.example');
    const [business] = await database.query<{ id: string }>(`SELECT id FROM business WHERE name = 'Marsh Plumbing'`);
    const [opened] = await program.get(VettingCases).ofBusiness(business!.id);
    expect(opened).toMatchObject({ state: 'draft', facts: { work: ['plumbing'], employees: 8, premises: 2 } });

    expect((await browser.get(`/business/${business!.id}`)).text).toContain('Checks for your business');
    const overview = await browser.get(`/business/${business!.id}/vetting`);
    expect(overview.text).toContain('Trader vetting');
    expect(overview.text).toContain('a lock for your papers');
    const shown = await browser.get(`/business/${business!.id}/vetting/${opened!.id}`);
    // 6 to 20 people: £200 and £405, one more premises £85.
    for (const words of ['£200.00', '£405.00', '£85.00', 'About your work', 'To do']) expect(shown.text).toContain(words);
    expect((await browser.get(`/business/${business!.id}/vetting/${opened!.id}/checks/people`)).headers['location']).toContain(
      '/sign-in/second-factor?next=',
    );
  });
});
