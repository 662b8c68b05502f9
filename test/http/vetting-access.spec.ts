import type { Actor } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import {
  CaseActions,
  CaseChecks,
  CasePeople,
  Conflicts,
  OutsideClaims,
  References,
  SiteVisits,
  VettingCases,
} from '@carers/vetting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { GivenCase } from '../support/given-case.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';
import { staffBrowser } from './staff-browser.js';

/** Somebody at a browser, as this specification calls them. */
type Name =
  | 'nobody'
  | 'a carer'
  | 'another owner'
  | 'the owner'
  | 'an officer'
  | 'a tied officer'
  | 'an owner who is an officer'
  | 'a registrar'
  | 'a commissioner'
  | 'a carers service officer'
  | 'an administrator';

/** Who may open the officers' pages about a case, and who the business's own. Nobody else opens any of them. */
const mayOpen: Record<'staff' | 'business', Name[]> = {
  staff: ['an officer', 'an administrator'],
  business: ['the owner', 'an owner who is an officer'],
};

describe('the file of a business under vetting', () => {
  let program: TestApp;
  let given: Given;
  let made: GivenCase;
  let other: GivenCase;
  const ids: Record<string, string> = {};
  const browsers = new Map<Name, Browser>();
  const inTx = <T>(work: (tx: Tx) => Promise<T>) => program.get(Database).transaction(work);

  beforeAll(async () => {
    program = await startTestApp();
    given = new Given(program);
    await given.scheme();
    made = await given.case({ state: 'in_review' });
    other = await given.case({
      state: 'in_review',
      businessId: (await given.business({ name: 'Other & Co' })).business.id,
    });
    await fillTheFile();
    const tied = await given.cases.officer();
    const both = await given.cases.owner(made.businessId);
    await inTx(async (tx) => {
      const tie = { businessId: made.businessId, kind: 'work' as const, words: null };
      await program.get(Conflicts).declare(tx, tie, tied);
      await tx.query(
        `INSERT INTO account_role (id, account_id, role, granted_at) VALUES (gen_random_uuid(), $1, 'vetting_officer', now())`,
        [both.id],
      );
    });
    const who: [Name, Actor][] = [
      ['a carer', await given.cases.person('carer')],
      ['another owner', other.owner],
      ['the owner', made.owner],
      ['an officer', made.officers[0]],
      ['a tied officer', tied],
      ['an owner who is an officer', both],
      ['a registrar', await given.cases.person('registrar')],
      ['a commissioner', await given.cases.person('commissioner')],
      ['a carers service officer', await given.cases.person('carers_service_officer')],
      ['an administrator', await given.cases.person('administrator')],
    ];
    browsers.set('nobody', new Browser(program));
    for (const [name, actor] of who) browsers.set(name, await staffBrowser(program, actor));
  }, 60_000);
  afterAll(() => program?.close());

  /** Something of everything, so that each address leads somewhere. */
  async function fillTheFile(): Promise<void> {
    const checks = await program.get(CaseChecks).of(made.case.id);
    const check = (key: string) => checks.find((each) => each.key === key)!.id;
    const [officer] = made.officers;
    await inTx(async (tx) => {
      const { id: caseId } = made.case;
      const person = { name: 'Pat Plumber', role: 'owner' as const, entersHomes: true };
      ids.person = (await program.get(CasePeople).add(tx, caseId, person, made.owner)).id;
      const customer = { name: 'Rae Referee', email: 'rae@example.org', phone: null, job: null };
      ids.reference = (await program.get(References).name(tx, check('references'), customer, made.owner)).id;
      const claim = { scheme: 'trustmark', number: 'TM 1', claimedOn: '2026-01-01' };
      ids.claim = (await program.get(OutsideClaims).claim(tx, caseId, claim, made.owner)).id;
      ids.visit = (await program.get(SiteVisits).begin(tx, caseId, '2026-11-20', officer)).id;
      ids.action = (
        await program.get(CaseActions).agree(tx, caseId, { words: 'Prices.', dueOn: '2027-01-31' }, officer)
      ).id;
    });
    ids.people = check('people');
    ids.references = check('references');
    ids.check = check('public-liability');
  }

  /** Every address of these pages, with the ids of the case put in. */
  function addresses(method: string, side: 'staff' | 'business'): string[] {
    const prefix = side === 'staff' ? '/staff/vetting/:id' : '/business/:id/vetting';
    return program.routes
      .filter((route) => route.method === method && route.url.startsWith(prefix))
      .map(({ url }) =>
        url.replaceAll(/:([a-z]+)/g, (_, name: string) => {
          if (name === 'id') return side === 'staff' ? made.case.id : made.businessId;
          if (name === 'case') return made.case.id;
          if (name === 'check')
            return (url.includes('/people') ? ids.people : url.includes('/references') ? ids.references : ids.check)!;
          if (name === 'move') return 'recommend';
          if (name === 'kind') return 'action';
          if (name === 'about') return ids.action!;
          if (name === 'programme') return 'carer-friendly-award';
          return ids[name] ?? '019ab000-0000-7000-8000-000000000000';
        }),
      );
  }

  /** Everything that a forbidden request could have changed. */
  async function picture(): Promise<string> {
    const tables = ['case', 'check', 'person', 'reference', 'action', 'note', 'move'].map((name) => `vetting_${name}`);
    const rows = await Promise.all(
      [...tables, 'outside_claim', 'site_visit', 'sanction', 'conflict_declaration', 'evidence_file'].map((table) =>
        program.get(Database).query(`SELECT * FROM ${table} ORDER BY 1`),
      ),
    );
    return JSON.stringify(rows);
  }

  it('has pages for officers and for the business', () => {
    expect(addresses('GET', 'staff').length).toBeGreaterThan(8);
    expect(addresses('POST', 'staff').length).toBeGreaterThan(10);
    expect(addresses('GET', 'business').length).toBeGreaterThan(8);
    expect(addresses('POST', 'business').length).toBeGreaterThan(8);
  });

  describe.each(['staff', 'business'] as const)('on the %s side', (side) => {
    const names: Name[] = [
      'nobody',
      'a carer',
      'another owner',
      'the owner',
      'an officer',
      'a tied officer',
      'an owner who is an officer',
      'a registrar',
      'a commissioner',
      'a carers service officer',
      'an administrator',
    ];

    it.each(names.map((name) => [name]))('opens for %s what is theirs, and nothing else', async (name) => {
      const browser = browsers.get(name)!;
      const theirs = mayOpen[side].includes(name);
      for (const path of addresses('GET', side)) {
        const { status, headers, text } = await browser.get(path);
        if (theirs) expect([path, [200, 303, 404, 409].includes(status)]).toEqual([path, true]);
        else if (name === 'nobody') {
          expect([path, status]).toEqual([path, 303]);
          expect(headers.location).toMatch(/^\/sign-in/);
        } else {
          expect([path, [403, 404].includes(status)]).toEqual([path, true]);
          expect(text).not.toMatch(/Tap &amp; Sons|Pat Plumber|Rae Referee/);
        }
      }
      if (theirs)
        expect((await browser.get(addresses('GET', side).find((path) => path.endsWith(made.case.id))!)).status).toBe(
          200,
        );
    });

    it.each(names.filter((name) => !mayOpen[side].includes(name) || name === 'an administrator').map((name) => [name]))(
      'takes nothing from %s',
      async (name) => {
        const before = await picture();
        const browser = browsers.get(name)!;
        const from = name === 'nobody' ? '/sign-in' : '/sign-out';
        // Without it each answer would be about the form and not about who sends it.
        expect((await browser.get(from)).text).toContain('name="_csrf" value="');
        for (const path of addresses('POST', side)) {
          const { status, text } = await browser.submit(from, { words: 'x', reason: 'x' }, path);
          expect(text).not.toContain('This page was open for too long');
          expect([path, [303, 403, 404].includes(status)]).toEqual([path, true]);
        }
        expect(await picture()).toBe(before);
      },
    );
  });

  it('of another business stays closed at its own business’s address', async () => {
    const browser = browsers.get('the owner')!;
    expect((await browser.get(`/business/${made.businessId}/vetting/${other.case.id}`)).status).toBe(404);
    expect((await browser.get(`/business/${other.businessId}/vetting/${made.case.id}`)).status).toBe(404);
  });

  it('never tells the business what officers and referees said', async () => {
    const [officer] = made.officers;
    await inTx((tx) =>
      program
        .get(References)
        .answerByPhone(
          tx,
          ids.reference!,
          { scores: { quality: 1, price: 1, manner: 1, care: 1, again: 1 }, words: 'Rude and late.' },
          officer,
        ),
    );
    const browser = browsers.get('the owner')!;
    for (const path of addresses('GET', 'business')) {
      const { text } = await browser.get(path);
      expect(text).not.toMatch(/Rude and late/);
    }
    expect((await program.get(VettingCases).get(made.case.id)).state).toBe('in_review');
  });
});
