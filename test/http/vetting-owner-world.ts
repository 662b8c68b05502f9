import { SecondFactor } from '@carers/access';
import { Business, Joining } from '@carers/businesses';
import { Database } from '@carers/database';
import { EvidenceFiles } from '@carers/evidence';
import { CaseActions, CaseChecks, CasePeople, References, VettingCases } from '@carers/vetting';
import type { TestApp } from '../support/app.js';
import { inPieces, picture } from '../support/files.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';

type Places = Record<string, ['trade' | 'nobody', ...string[]][]>;

const system = { kind: 'system', id: 'test' } as const;

/** A trade on its way through its checks, an award that it did not get, and the addresses of its pages and a referee's. */
export async function vettingOwnerPlaces(
  program: TestApp,
  written: (text: string) => string,
): Promise<{ trade: Browser; places: Places }> {
  const database = program.get(Database);
  const given = new Given(program, written);
  const { business, branch } = await given.business({ name: written('Harbour Plumbing'), worksInHomes: true });
  const [contactName, address] = [written('Sam Sample'), written('2 The Quay')];
  await database.transaction((tx) => tx.update(Business, { id: business.id }, { contactName }));
  await database.pool.query('UPDATE branch SET address_lines = ARRAY[$2] WHERE id = $1', [branch.id, address]);
  const { case: draft } = await given.case({ state: 'draft', businessId: business.id });
  const { case: award } = await given.case({
    state: 'draft',
    businessId: business.id,
    programme: 'carer-friendly-award',
    facts: { lead: written('The owner') },
  });
  await database.pool.query(
    `UPDATE vetting_case SET state = 'refused', waiting_for = 'nobody', appeal_until = '2027-12-31' WHERE id = $1`,
    [award.id],
  );
  const checks = await program.get(CaseChecks).of(draft.id);
  const idOf = (wanted: string) => checks.find(({ key }) => key === wanted)!.id;
  const officer = await given.cases.officer(written('Olga Officer'));
  const customer = { email: 'rae@example.org', phone: null, job: written('A new tap') };
  const [person, reference] = await database.transaction(async (tx) => [
    await program
      .get(CasePeople)
      .add(tx, draft.id, { name: written('Pat Plumber'), role: 'owner', entersHomes: true }, system),
    await program.get(References).name(tx, idOf('references'), { name: written('Rae Referee'), ...customer }, system),
  ]);
  const bytes = await picture(40, 30).jpeg().toBuffer();
  const file = await program.get(EvidenceFiles).keep({
    owner: { kind: 'vetting_check', id: idOf('public-liability') },
    name: written('certificate.jpg'),
    bytes: inPieces(bytes),
    by: system,
  });

  // Customers are asked, and actions agreed, while a case is looked at; afterwards it is a draft again.
  await setState(program, draft.id, 'in_review');
  const action = await database.transaction(async (tx) => {
    await program.get(References).request(tx, reference.id, officer);
    return program
      .get(CaseActions)
      .agree(tx, draft.id, { words: written('Show prices.'), dueOn: '2027-01-31' }, officer);
  });
  await setState(program, draft.id, 'draft');
  const mail = (await program.outbox()).find(({ to }) => to === 'rae@example.org')!;
  const link = /\/reference\/[\w-]{22}/.exec(mail.text)![0];

  const base = `/business/${business.id}/vetting`;
  const [at, refused] = [`${base}/${draft.id}`, `${base}/${award.id}`];
  const known = (await program.get(VettingCases).programmeOf(draft)).checks.map(({ key }) => key);
  const checkPages = checks.filter(({ key }) => known.includes(key)).map(({ key }) => `${at}/checks/${key}`);
  const of = (route: string, ...paths: string[]) => [`/business/:id/vetting${route}`, [['trade', ...paths]]] as const;
  return {
    trade: await signedIn(program, business.id, written('Tia Trade')),
    places: Object.fromEntries([
      of('', base),
      of(
        '/new/:programme',
        `${base}/new/trader-vetting`,
        `${base}/new/trader-vetting?employees=60&premises=2&tradingNames=1`,
      ),
      of('/:case', at, refused),
      of('/:case/about', `${at}/about`),
      of('/:case/checks/:check', ...checkPages),
      of('/:case/checks/:check/files/:file', `${at}/checks/public-liability/files/${file.id}`),
      of('/:case/checks/:check/people/new', `${at}/checks/people/people/new`),
      of('/:case/checks/:check/people/:person', `${at}/checks/people/people/${person.id}`),
      of('/:case/checks/:check/references/new', `${at}/checks/references/references/new`),
      of('/:case/claims/new', `${at}/claims/new`),
      of('/:case/replies/:kind/:about', `${at}/replies/action/${action.id}`),
      of('/:case/submit', `${at}/submit`),
      of('/:case/withdraw', `${at}/withdraw`),
      of('/:case/appeal', `${refused}/appeal`),
      ['/reference/:token', [['nobody', link]]],
    ]) as unknown as Places,
  };
}

async function setState(program: TestApp, caseId: string, state: string): Promise<void> {
  await program.get(Database).pool.query('UPDATE vetting_case SET state = $2 WHERE id = $1', [caseId, state]);
}

/** Somebody who acts for the business, with their second factor given. */
async function signedIn(program: TestApp, businessId: string, name: string): Promise<Browser> {
  const database = program.get(Database);
  const email = 'trade@example.org';
  const id = await database.transaction((tx) => program.get(Joining).addOwner(tx, businessId, { email, name }, system));
  await database.transaction((tx) => program.get(SecondFactor).useDemoSecret(tx, id));
  await database.pool.query('TRUNCATE rate_limit');
  const browser = new Browser(program);
  await browser.signIn(email);
  await browser.submit('/sign-in/second-factor', { code: program.get(SecondFactor).demoCodes().code });
  await database.pool.query('TRUNCATE rate_limit');
  return browser;
}
