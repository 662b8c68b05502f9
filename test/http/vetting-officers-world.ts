import { randomUUID } from 'node:crypto';
import type { Actor } from '@carers/audit';
import { Business } from '@carers/businesses';
import { Database } from '@carers/database';
import { EvidenceFiles } from '@carers/evidence';
import {
  CaseActions,
  CaseChecks,
  CaseNotes,
  CasePeople,
  OutsideClaims,
  References,
  SiteVisits,
  TradeReviews,
  VettingCases,
} from '@carers/vetting';
import { ReviewLinks } from '../../libs/vetting/src/trade-reviews/review-links.js';
import { TradeReview } from '../../libs/vetting/src/trade-reviews/trade-review.entity.js';
import type { TestApp } from '../support/app.js';
import { inPieces, picture } from '../support/files.js';
import { Given } from '../support/given.js';

type Visitor = 'vetting_officer' | 'nobody' | 'owner';
type Places = Record<string, [Visitor, ...string[]][]>;

const system: Actor = { kind: 'system', id: 'test' };
const plumber = {
  work: ['plumbing'],
  where: ['inside'],
  whom: ['public'],
  employees: 3,
  premises: 1,
  trading_names: 1,
  subcontractors: false,
  large_jobs: false,
  limited_company: false,
};

/** A case with something of everything in its file, and the addresses of the officers' pages about it. */
export async function vettingPlaces(
  program: TestApp,
  written: (text: string) => string,
  /** A business of the visitor `owner`, and a cardholder. */
  others: { ownedId: string; cardholderId: string },
): Promise<{ businessId: string; caseId: string; places: Places }> {
  const database = program.get(Database);
  const given = new Given(program, written);
  const { business, branch } = await given.business({ name: written('Marsh & Sons') });
  const [name, address] = [written('Sam Sample'), written('2 The Quay')];
  await database.transaction((tx) => tx.update(Business, { id: business.id }, { contactName: name }));
  await database.pool.query('UPDATE branch SET address_lines = ARRAY[$2] WHERE id = $1', [branch.id, address]);
  // Whoever does it through the services would bring people whose names are not passed through.
  const made = await database.transaction((tx) =>
    program
      .get(VettingCases)
      .open(tx, { businessId: business.id, programme: 'trader-vetting', answers: plumber }, system),
  );
  await database.pool.query(
    `UPDATE vetting_case SET state = 'in_review', waiting_for = 'officer', submitted_at = created_at WHERE id = $1`,
    [made.id],
  );
  const officer = await given.cases.officer(written('Olga Officer'));
  const check = (await program.get(CaseChecks).of(made.id)).find(({ key }) => key === 'people')!;
  const asks = (await program.get(VettingCases).programmeOf(made)).checks.find(({ references }) => references)!;
  const asking = (await program.get(CaseChecks).of(made.id)).find(({ key }) => key === asks.key)!;
  const bytes = await picture(40, 30).jpeg().toBuffer();

  const { person, reference, claim, visit } = await database.transaction(async (tx) => ({
    person: await program
      .get(CasePeople)
      .add(tx, made.id, { name: written('Pat Plumber'), role: 'owner', entersHomes: true }, system),
    reference: await program
      .get(References)
      .name(
        tx,
        asking.id,
        { name: written('Rae Referee'), email: 'rae@example.org', phone: null, job: written('A new tap') },
        system,
      ),
    claim: await program
      .get(OutsideClaims)
      .claim(tx, made.id, { scheme: 'trustmark', number: '123456', claimedOn: '2026-01-31' }, system),
    visit: await program.get(SiteVisits).begin(tx, made.id, '2026-11-20', officer),
  }));
  await database.transaction(async (tx) => {
    await program.get(CaseNotes).add(tx, made.id, written('Rang them.'), officer);
    await program.get(CaseActions).agree(tx, made.id, { words: written('Show prices.'), dueOn: '2027-01-31' }, officer);
  });
  const file = await program.get(EvidenceFiles).keep({
    owner: { kind: 'site_visit', id: visit.id },
    name: written('van.jpg'),
    bytes: inPieces(bytes),
    by: officer,
  });

  const reviewOf = (id: string) =>
    database.transaction(async (tx) => {
      const said = { stars: 2, workedIn: written('October'), words: written('They were late.'), mayPublish: true };
      const kept = await program.get(TradeReviews).record(tx, id, { kind: 'review', ...said }, officer);
      await program.get(TradeReviews).pass(tx, id, kept.id, said.words, officer);
      return kept;
    });
  const review = await reviewOf(business.id);
  const owned = await reviewOf(others.ownedId);
  const asked = { ...review, id: randomUUID(), state: 'invited' as const, cardholderId: others.cardholderId };
  await database.transaction((tx) =>
    tx.insert(TradeReview, {
      ...asked,
      tokenHash: program.get(ReviewLinks).hashFor(asked),
      openUntil: '2030-01-01',
      passedAt: null,
    }),
  );

  // A firm so large that staff set its price.
  const large = (await given.business({ name: written('Marsh Builders') })).business.id;
  const unpriced = await database.transaction((tx) =>
    program
      .get(VettingCases)
      .open(tx, { businessId: large, programme: 'trader-vetting', answers: { ...plumber, employees: 60 } }, system),
  );
  const base = `/staff/vetting/${made.id}`;
  const at = (route: string, ...paths: string[]): [string, [Visitor, ...string[]][]] => [
    `/staff/vetting/:id${route}`,
    [['vetting_officer', ...paths.map((path) => base + path)]],
  ];
  return {
    businessId: business.id,
    caseId: made.id,
    places: {
      '/trade-review/:token': [['nobody', new URL(program.get(ReviewLinks).urlFor(asked)).pathname]],
      '/business/:id/trade-reviews': [['owner', `/business/${others.ownedId}/trade-reviews`]],
      '/business/:id/trade-reviews/:review': [['owner', `/business/${others.ownedId}/trade-reviews/${owned.id}`]],
      '/staff/vetting': [['vetting_officer', '/staff/vetting', '/staff/vetting?waiting=appeal&whose=mine']],
      ...Object.fromEntries([
        at('', ''),
        at('/tie', '/tie'),
        at('/checks/:check', `/checks/${check.id}`),
        at('/moves/:move', '/moves/recommend', '/moves/agree_actions', '/moves/approve'),
        at('/people/:person', `/people/${person.id}`),
        at('/references/:reference/call', `/references/${reference.id}/call`),
        at('/claims/:claim', `/claims/${claim.id}`),
        at('/actions/new', '/actions/new'),
        at('/sanctions/new', '/sanctions/new'),
        at('/letters/new', '/letters/new'),
        at('/visits/new', '/visits/new'),
        at('/visits/:visit', `/visits/${visit.id}`),
        at('/reviews/new', '/reviews/new'),
        at('/reviews/:review', `/reviews/${review.id}`),
        at('/files/:file', `/files/${file.id}`),
        [
          '/staff/vetting/:id/price',
          [
            [
              'vetting_officer',
              `${base}/price`,
              `/staff/vetting/${unpriced.id}`,
              `/staff/vetting/${unpriced.id}/price`,
            ],
          ],
        ],
      ]),
    },
  };
}
