import { AskedTooOften, type Limits } from '@carers/access';
import { SetClock } from '@carers/kernel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CompaniesHouseStandIn } from '../../../../test/support/companies-house.js';
import { testSettings } from '../../../../test/support/settings.js';
import { CompaniesHouse, CompaniesHouseBusy, CompaniesHouseUnavailable } from './companies-house.js';
import { companyFinding, plainName } from './company-finding.js';
import { companyNumber } from './company-number.js';

const now = '2026-11-22T10:00:00.000Z';
const number = companyNumber('1234567')!;
let register: CompaniesHouseStandIn;
let counted: string[];

/** @param limit how many requests are allowed */
function client(env: Record<string, string> = register.env, limit = Infinity): CompaniesHouse {
  const limits = {
    count(name: string) {
      if (counted.length >= limit) return Promise.reject(new AskedTooOften(90));
      counted.push(name);
      return Promise.resolve();
    },
  };
  return new CompaniesHouse(
    testSettings('postgres://127.0.0.1/none', env),
    limits as unknown as Limits,
    new SetClock(now),
  );
}

beforeEach(async () => {
  counted = [];
  register = await CompaniesHouseStandIn.start();
  register.add('01234567', {
    company_name: 'MARSH PLUMBING LIMITED',
    officers: [
      { name: 'MARSH, Patricia Ann', officer_role: 'director', appointed_on: '2012-05-01' },
      { name: 'OLDFIELD, John', officer_role: 'secretary', appointed_on: '2012-05-01', resigned_on: '2019-01-31' },
    ],
  });
});
afterEach(() => register.close());

describe('a look at Companies House', () => {
  it('gives the company with its officers in office, by two requests that are both counted', async () => {
    expect(await client().find(number)).toEqual({
      number: '01234567',
      name: 'MARSH PLUMBING LIMITED',
      status: 'active',
      createdOn: '2012-05-01',
      endedOn: null,
      insolvencyHistory: false,
      filingsOverdue: false,
      officers: [{ name: 'MARSH, Patricia Ann', role: 'director', since: '2012-05-01' }],
    });
    expect(register.asked).toEqual(['GET /company/01234567', 'GET /company/01234567/officers?items_per_page=100']);
    expect(counted).toEqual(['companies-house', 'companies-house']);
  });

  it('finds nothing for a number that the register does not have', async () => {
    expect(await client().find(companyNumber('SC000001')!)).toBeNull();
  });

  it('finds a company without a list of officers', async () => {
    register.add('RS007654', { company_name: 'WAREHAM CARE CO-OP' });
    expect((await client().find(companyNumber('RS007654')!))?.officers).toEqual([]);
  });

  it.each([
    ['its Retry-After', { 'retry-after': '120' }, '2026-11-22T10:02:00.000Z'],
    [
      'the second that it names',
      { 'x-ratelimit-reset': String(Date.parse(now) / 1000 + 60) },
      '2026-11-22T10:01:00.000Z',
    ],
    ['five minutes where it says nothing', {}, '2026-11-22T10:05:00.000Z'],
    [
      'five minutes where it says nonsense',
      { 'retry-after': 'soon', 'x-ratelimit-reset': '-1' },
      '2026-11-22T10:05:00.000Z',
    ],
    ['an hour at most', { 'retry-after': '999999999' }, '2026-11-22T11:00:00.000Z'],
  ])('that is refused as too many waits: %s', async (_what, headers, until) => {
    register.fail({ status: 429, headers: headers as Record<string, string> });
    const refused = await client()
      .find(number)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CompaniesHouseBusy);
    expect((refused as CompaniesHouseBusy).until.toISOString()).toBe(until);
  });

  it('is not sent at all once our own count is full', async () => {
    const refused = await client(register.env, 1)
      .find(number)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'CompaniesHouseBusy', until: new Date('2026-11-22T10:01:30.000Z') });
    expect(register.asked).toHaveLength(1);
  });

  it.each([
    ['an error of theirs', { status: 502 }],
    ['another form', { status: 200, body: '{"company_name":7}' }],
    ['a page instead of JSON', { status: 200, body: '<html>' }],
    ['far too much', { status: 200, body: `{"company_name":"${'x'.repeat(1_100_000)}"}` }],
    ['a way elsewhere', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['a broken line', 'hang-up' as const],
  ])('that meets %s is unavailable, and the key stays out of the words', async (_what, fault) => {
    register.fail(fault);
    const refused = await client()
      .find(number)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CompaniesHouseUnavailable);
    expect(String((refused as Error).stack)).not.toContain(register.apiKey);
  });

  it('with a wrong key, or none, is unavailable', async () => {
    const wrong = client({ ...register.env, COMPANIES_HOUSE_API_KEY: 'stolen' });
    await expect(wrong.find(number)).rejects.toThrow('answered 401');
    expect(client({}).available).toBe(false);
    await expect(client({}).find(number)).rejects.toThrow('No key');
  });
});

describe('what was found', () => {
  const sound = {
    number: '01234567',
    name: 'MARSH PLUMBING LIMITED',
    status: 'active',
    createdOn: '2012-05-01' as const,
    endedOn: null,
    insolvencyHistory: false,
    filingsOverdue: false,
    officers: [{ name: 'MARSH, Patricia', role: 'director', since: null }],
  };
  const weigh = (record: object | null) =>
    companyFinding('01234567', record && { ...sound, ...record }, 'Marsh Plumbing', '2026-11-22', '2026-05-22')
      .concerns;

  it('is nothing odd for a sound company', () => {
    expect(weigh({})).toEqual([]);
  });

  it.each([
    ['not_found', null],
    ['not_active', { status: 'dissolved' }],
    ['not_active', { status: 'liquidation' }],
    ['not_active', { status: 'a word that is new' }],
    ['another_name', { name: 'HARBOUR BUILDERS LTD' }],
    ['no_officers', { officers: [] }],
    ['insolvency_history', { insolvencyHistory: true }],
    ['filings_overdue', { filingsOverdue: true }],
    ['young', { createdOn: '2026-06-01' }],
  ])('is %s', (concern, record) => {
    expect(weigh(record)).toEqual([concern]);
  });

  it('takes two spellings of a name for one', () => {
    expect(plainName('Éclair & Sons (Poole) Ltd.')).toBe(plainName('ECLAIR AND SONS POOLE LIMITED'));
  });
});
