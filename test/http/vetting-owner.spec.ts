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
    program.get(Joining).addOwner(tx, business.id, { email, name: 'Olu Owner' }, { kind: 'system', id: 'test' }),
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
    for (const words of ['£200.00', '£405.00', '£85.00', 'About your work', 'To do'])
      expect(shown.text).toContain(words);
    expect(
      (await browser.get(`/business/${business!.id}/vetting/${opened!.id}/checks/people`)).headers['location'],
    ).toContain('/sign-in/second-factor?next=');
  });
});

describe('a case of a business', () => {
  it('is answered check by check, with people, papers and customers, and sent', async () => {
    const { owner, at, case: opened, business } = await trade('Harbour Plumbing');
    // What is not right is said at the field, and what was typed is kept.
    const wrong = await owner.submit(`${at}/checks/people`, { company_number: 'GB 12', disqualified: '' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter a company number like 01234567');
    expect(wrong.text).toContain('value="GB 12"');

    register.add('01234567', {
      company_name: 'HARBOUR PLUMBING LTD',
      officers: [{ name: 'MARSH, Pat', officer_role: 'director' }],
    });
    const noPeople = await owner.submit(`${at}/checks/people`, { company_number: '1234567', disqualified: 'no' });
    expect(noPeople.headers['location']).toBe(`${at}/checks/people#people`);
    expect((await owner.get(at)).text).toContain('People are missing.');
    const person = { name: 'Pat Marsh', role: 'owner', entersHomes: 'yes' };
    expect((await owner.submit(`${at}/checks/people/people/new`, { ...person, role: 'employee' })).status).toBe(422);
    expect((await owner.submit(`${at}/checks/people/people/new`, person)).status).toBe(303);
    // The same person goes into homes, so the other check knows them.
    expect((await owner.get(`${at}/checks/disclosures`)).text).toContain('Pat Marsh');
    expect((await owner.submit(`${at}/checks/disclosures`)).headers['location']).toBe(at);

    await program.work();
    expect(
      await database.query(
        `SELECT number, concerns FROM company_finding JOIN vetting_check c ON c.id = check_id WHERE c.case_id = $1`,
        [opened.id],
      ),
    ).toEqual([{ number: '01234567', concerns: [] }]);

    await answerFirst(owner, at);
    const left = await owner.get(`${at}/submit`);
    expect(left.text).toContain('Papers are missing.');
    expect((await owner.submit(`${at}/about`, {}, `${at}/submit`)).status).toBe(422);
    for (const check of ['trading-history', 'public-liability'])
      expect((await upload(owner, `${at}/checks/${check}`, 'proof.png', picture)).headers['location']).toContain(
        '#evidence',
      );
    expect((await owner.get(`${at}/submit`)).text).toContain('Send, and get the invoice');
    expect((await owner.submit(`${at}/submit`)).headers['location']).toBe(at);
    expect((await program.get(VettingCases).get(opened.id)).state).toBe('fee_due');
    const due = await owner.get(at);
    expect(due.text).toContain(`/business/${business.id}/payments/`);
    expect(due.text).toContain('Fee due');
    // Pressed again, in another window: nothing happens twice.
    expect((await owner.get(`${at}/submit`)).status).toBe(409);
  });

  it('takes papers that pass, says why others do not, and gives them back until it is sent', async () => {
    const { owner, at } = await trade('Paper Plumbing');
    const check = `${at}/checks/public-liability`;
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(40)]);
    const refused = await upload(owner, check, 'photo.heic', heic);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Most Compatible');
    expect((await upload(owner, check, '', Buffer.alloc(0))).text).toContain('Choose a file');
    await upload(owner, check, 'certificate.png', picture);
    const shown = await owner.get(check);
    expect(shown.text).toContain('certificate.png');
    const [, file] = /files\/([0-9a-f-]{36})"/.exec(shown.text)!;
    const opened = await owner.get(`${check}/files/${file}`);
    expect(opened.headers['content-disposition']).toContain('attachment');
    expect(opened.headers['x-content-type-options']).toBe('nosniff');
    expect((await owner.get(`${at}/checks/trading-history/files/${file}`)).status).toBe(404);
    expect((await owner.submit(check, {}, `${check}/files/${file}/remove`)).status).toBe(303);
    expect((await owner.get(check)).text).not.toContain('certificate.png');
  });

  it('keeps a paper that an officer accepts while the business presses the button to take it back', async () => {
    const { business } = await given.business({ name: 'Quick Plumbing', worksInHomes: true });
    const made = await given.case({ state: 'in_review', businessId: business.id });
    const owner = await ownerOf(business, `owner-${business.id}@example.org`);
    const check = `/business/${business.id}/vetting/${made.case.id}/checks/public-liability`;
    const checks = program.get(CaseChecks);
    const { id } = (await checks.of(made.case.id)).find(({ key }) => key === 'public-liability')!;
    await database.transaction((tx) => checks.reject(tx, id, 'Where is it?', made.officers[0]));
    program.clock.advance({ minutes: 1 });
    await upload(owner, check, 'certificate.png', picture);
    const [remove] = /[^"]*files\/[0-9a-f-]{36}\/remove/.exec((await owner.get(check)).text)!;
    let taken: Promise<{ status: number }>;
    await database.transaction(async (tx) => {
      await checks.accept(tx, id, {}, made.officers[0]);
      taken = Promise.resolve(owner.submit(check, {}, remove));
      const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      for (let looks = 0; looks < 2_000 && (await database.query(waits)).length === 0; looks++);
    });
    expect((await taken!).status).toBe(409);
    expect((await owner.get(check)).text).toContain('certificate.png');
  });

  it('names customers who agreed, and never learns whether or what they answered', async () => {
    const { owner, at, case: opened } = await trade('Quiet Plumbing');
    const page = `${at}/checks/references/references/new`;
    const customer = { name: 'Ann Customer', email: 'ann@customer.example', job: 'A new tap', when: 'May 2026' };
    const missing = await owner.submit(page, { name: 'Ann Customer', job: 'A tap', when: 'May' });
    expect(missing.text).toContain('Ask them first');
    const unreachable = await owner.submit(page, { ...customer, email: '', agreed: 'yes' });
    expect(unreachable.text).toContain('Enter an email address or a phone number');
    expect((await owner.submit(page, { ...customer, agreed: 'yes' })).status).toBe(303);
    expect((await owner.get(`${at}/checks/references`)).text).toContain('4 more customers');
    expect((await owner.submit(`${at}/checks/references`)).status).toBe(422);
    for (const number of [1, 2, 3, 4])
      await owner.submit(page, { ...customer, email: `n${number}@customer.example`, agreed: 'yes' });
    expect((await owner.submit(`${at}/checks/references`)).headers['location']).toBe(at);
    expect(await stateOf('references', opened)).toBe('answered');
  });

  it('may rest on another scheme, which then stands in for what that scheme looks at', async () => {
    const { owner, at, case: opened } = await trade('Member Plumbing');
    const claim = {
      scheme: 'trustmark',
      number: 'TM 123',
      'claimedOn-day': '1',
      'claimedOn-month': '3',
      'claimedOn-year': '2025',
    };
    expect((await owner.submit(`${at}/claims/new`, { ...claim, 'claimedOn-year': '2035' })).status).toBe(422);
    expect((await owner.submit(`${at}/claims/new`, claim)).headers['location']).toBe(at);
    expect(await stateOf('trading-history', opened)).toBe('answered');
    expect((await owner.get(`${at}/checks/trading-history`)).text).toContain(
      'TrustMark has checked this (number TM 123)',
    );
    expect((await owner.submit(`${at}/claims/new`, claim)).text).toContain('You told us about this scheme already');
  });

  it('is told anew what it is about only while nothing was sent', async () => {
    const { owner, at, case: opened } = await trade('Busy Plumbing');
    const about = { work: ['gas'], where: ['inside'], whom: ['public'], employees: '30', premises: '1', trading_names: '2', subcontractors: 'no', large_jobs: 'no', limited_company: 'yes' }; // prettier-ignore
    expect((await owner.submit(`${at}/about`, about as never)).headers['location']).toBe(at);
    const shown = await owner.get(at);
    // 21 to 49 people: £250 and £540, and one more trading name £135; gas brings its register with it.
    for (const words of ['£250.00', '£540.00', '£135.00', 'Gas Safe register', 'Bad work can kill'])
      expect(shown.text).toContain(words);
    const large = await owner.submit(`${at}/about`, { ...about, employees: '60' } as never);
    expect(large.status).toBe(303);
    expect((await owner.get(at)).text).toContain('we work out the price with you');
    expect((await program.get(VettingCases).get(opened.id)).tier).toBe('high');
  });
});

describe('what was decided', () => {
  it('is told with its reason, and can be appealed in words until its day', async () => {
    const { made, owner, at } = await decided('refused');
    const shown = await owner.get(at);
    expect(shown.text).toContain('Not passed');
    expect((await owner.submit(`${at}/appeal`, { words: ' ' })).text).toContain('Write down what you want to say');
    expect((await owner.submit(`${at}/appeal`, { words: 'The policy was renewed.' })).headers['location']).toBe(at);
    expect((await program.get(VettingCases).get(made.case.id)).state).toBe('appealed');
    expect((await owner.get(`${at}/appeal`)).status).toBe(409);

    const late = await decided('refused');
    program.clock.advance({ days: 29 });
    expect((await late.owner.get(`${late.at}/appeal`)).status).toBe(409);
    program.clock.advance({ days: -29 });
  });

  it('shows conditions and dates, and what was agreed, to which the business answers', async () => {
    const { made, owner, at } = await decided('in_review');
    const [officer] = made.officers;
    const action = await database.transaction((tx) =>
      program.get(CaseActions).agree(tx, made.case.id, { words: 'Carry a badge', dueOn: '2026-12-01' }, officer),
    );
    expect((await owner.get(at)).text).toContain('Carry a badge');
    const reply = `${at}/replies/action/${action.id}`;
    expect((await owner.submit(reply, { words: 'Since Monday.' })).headers['location']).toBe(at);
    expect((await owner.get(at)).text).toContain('You told us it is done');
    expect((await program.get(Replies).of(made.case.id)).map(({ words }) => words)).toEqual(['Since Monday.']);
    expect((await owner.get(`${at}/replies/action/${made.case.id}`)).status).toBe(404);
  });

  it('ends with the business taking it back, and begins again from the price', async () => {
    const { made, owner, at } = await decided('in_review');
    expect((await owner.submit(`${at}/withdraw`)).headers['location']).toBe(`/business/${made.businessId}/vetting`);
    expect((await program.get(VettingCases).get(made.case.id)).state).toBe('withdrawn');
    const start = `/business/${made.businessId}/vetting/new/trader-vetting`;
    expect((await owner.get(start)).text).toContain('Show me the price');
    expect((await owner.get(`${start}?employees=none&premises=1&tradingNames=1`)).status).toBe(422);
    const quoted = `${start}?employees=5&premises=1&tradingNames=1`;
    expect((await owner.get(quoted)).text).toContain('£145.00');
    const begun = await owner.submit(quoted, { employees: '5', premises: '1', tradingNames: '1' }, start);
    expect(begun.headers['location']).toMatch(/\/vetting\/[0-9a-f-]{36}$/);
    const again = await owner.submit(quoted, { employees: '5', premises: '1', tradingNames: '1' }, start);
    expect(again.headers['location']).toBe(`/business/${made.businessId}/vetting`);
  });
});

describe('nobody else', () => {
  it('sees a case, its checks, its papers or its people: not another owner, a stranger or a carer', async () => {
    const { at, case: opened, business, owner } = await trade('Private Plumbing');
    const stranger = (await trade('Nosy Plumbing')).owner;
    const other = await trade('Other Plumbing');
    const mixed = `/business/${other.business.id}/vetting/${opened.id}`;
    for (const end of [
      '',
      '/about',
      '/checks/people',
      '/checks/people/people/new',
      '/submit',
      '/withdraw',
      '/claims/new',
    ]) {
      expect((await stranger.get(at + end)).status).toBe(404);
      expect((await other.owner.get(mixed + end)).status).toBe(404);
      expect((await new Browser(program).get(at + end)).status).toBe(303);
    }
    expect((await stranger.get(`/business/${business.id}/vetting`)).status).toBe(404);
    expect((await owner.get(`${at}/checks/no-such-check`)).status).toBe(404);
  });

  it('who only reads the owner’s mail gets to papers or to what is sent: those ask for the second factor', async () => {
    const { at, business } = await trade('Locked Plumbing');
    await database.pool.query('TRUNCATE rate_limit');
    const reader = new Browser(program);
    await reader.signIn(`owner-${business.id}@example.org`);
    expect((await reader.get(at)).status).toBe(200);
    for (const end of ['/checks/people', '/checks/public-liability', '/submit', '/withdraw', '/claims/new'])
      expect((await reader.get(at + end)).headers['location']).toContain('/sign-in/second-factor');
    expect((await reader.submit(`${at}/about`, {}, `${at}/submit`)).headers['location']).toContain(
      '/sign-in/second-factor',
    );
  });

  it('a café hears nothing of checks, and may choose the award once it is published', async () => {
    const { business } = await given.business({ name: 'Plain Café' });
    const owner = await ownerOf(business, 'plain@example.org');
    const shown = await owner.get(`/business/${business.id}`);
    expect(shown.text).not.toContain('Checks for your business');
    expect(shown.text).toContain('Carer-friendly award');
    const overview = await owner.get(`/business/${business.id}/vetting`);
    expect(overview.text).not.toContain('Trader vetting');
    expect((await owner.get(`/business/${business.id}/vetting/new/trader-vetting`)).status).toBe(404);
    const award = `/business/${business.id}/vetting/new/carer-friendly-award`;
    expect((await owner.get(award)).text).toContain('This costs nothing.');
    const begun = await owner.submit(award);
    const at = begun.headers['location']!;
    await owner.submit(`${at}/about`, { kind: 'community', people: '6', lead: 'The owner' });
    expect((await owner.submit(`${at}/submit`)).headers['location']).toBe(at);
    expect((await program.get(VettingCases).ofBusiness(business.id))[0]!.state).toBe('in_review');
  });
});

/** A white square, as a phone might send one. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** The checks that come before a case is sent, as far as forms ask for them. */
async function answerFirst(owner: Browser, at: string): Promise<void> {
  const day = (name: string, [year, month, date]: [string, string, string]) => ({
    [`${name}-day`]: date,
    [`${name}-month`]: month,
    [`${name}-year`]: year,
  });
  const forms: [string, Record<string, string>][] = [
    ['community-interest', { about: 'Taps and boilers.', against: 'no' }],
    ['trading-history', { ...day('trading_since', ['2012', '5', '1']), former_names: '' }],
    [
      'public-liability',
      {
        insurer: 'Harbour Mutual',
        policy_number: 'HM-1',
        cover: '£2,000,000',
        ...day('expires_on', ['2027', '5', '1']),
      },
    ],
    ['code', { agreed: 'yes', name: 'Pat Marsh' }],
  ];
  for (const [check, form] of forms) {
    const answered = await owner.submit(`${at}/checks/${check}`, form);
    if (answered.status !== 303) throw new Error(`${check}: ${answered.text}`);
  }
}

/** A case that officers brought somewhere, and its owner. */
async function decided(state: GivenCase['case']['state']): Promise<{ made: GivenCase; owner: Browser; at: string }> {
  const { business } = await given.business({ name: `Decided ${state}`, worksInHomes: true });
  const made = await given.case({ state, businessId: business.id });
  const owner = await ownerOf(business, `decided-${business.id}@example.org`);
  return { made, owner, at: `/business/${business.id}/vetting/${made.case.id}` };
}
