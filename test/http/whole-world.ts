import { Accounts, Invitations, type Role, staffRoles } from '@carers/access';
import { Business, Joining } from '@carers/businesses';
import { Cardholder, CardLinks } from '@carers/cards';
import { Database } from '@carers/database';
import { PreferenceLinks, Subscriber } from '@carers/information-service';
import { Outbox } from '@carers/messages';
import { bundledScheme, SchemeService } from '@carers/places';
import { TillDevices, TillKeys, Tills } from '@carers/till';
import { reviewKinds, Reviews } from '@carers/reviews';
import { Secret, TOTP } from 'otpauth';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { Browser, linkIn } from './access-browser.js';
import { Applicant, applicationOf, carer } from './applications-support.js';
import { automaticMessagePlaces } from './automatic-messages-world.js';
import { bulletinSendingPlaces } from './bulletins-sending-world.js';
import { bulletinWritingPlaces } from './bulletins-writing-world.js';
import { chainPlaces } from './chains-world.js';
import { vettingPlaces } from './vetting-officers-world.js';
import { vettingOwnerPlaces } from './vetting-owner-world.js';
import { preferencePlaces } from './preference-places.js';
import { recruitingPlaces } from './recruiting-world.js';
import { registeringPlaces } from './registering-world.js';
import { renewalPlaces } from './renewals-world.js';
import { referrerPlaces } from './referrers-world.js';
import { listPlaces } from './list-world.js';
import { invoicePlaces } from './invoices-world.js';
import { registerPlaces } from './register-world.js';
import { stripePlaces } from './stripe-world.js';
import { suppressionPlaces } from './suppression-world.js';

type Form = Record<string, string | string[]>;
type StaffRole = (typeof staffRoles)[number];

/** Everybody who looks at pages. Each is a browser in the state its name says. */
export const visitors = [
  'nobody',
  'asking', // for a sign-in code, not given yet
  'half', // staff without their second factor, which is set up
  'new', // staff who have yet to set it up
  'applicant', // everything answered, not sent
  'waiting', // sent, and waiting for a registrar
  'carer',
  'joiner', // a business with everything answered, not sent
  'joined',
  'trader', // a trade with everything answered, not sent
  'owner',
  'trade', // an owner who gave a second factor, on the way through the checks
  ...staffRoles,
] as const;
export type Visitor = (typeof visitors)[number];

/** A page to look at: who goes where. */
export interface Stop {
  as: Visitor;
  path: string;
}

/** Every route of the program with real parameters, and people of all sorts to ask for them. */
export interface WholeWorld {
  program: TestApp;
  visitors: Record<Visitor, Browser>;
  /** Addresses of a route, filled from the world, each with somebody whom it is for. Throws for one it does not know. */
  stops(url: string): Stop[];
}

const join = '/for-business/join';
const cafe: readonly [string, Form][] = [
  ['name', { name: 'The Lantern Café' }],
  ['kind', { kind: 'independent' }],
  ['category', { category: 'eating-and-drinking' }],
  ['homes', { homes: 'no' }],
  ['contact', { contactName: 'Jo Marsh', contactEmail: 'jo@lantern.example', contactPhone: '01632 960001' }],
  ['about', { summary: 'Cakes by the harbour.', website: 'lantern.example', leafletCode: '' }],
  ['where', { where: 'place' }],
  ['place', { line1: '3 High Street', line2: '', postcode: 'bh15 1hj', phone: '', opening: 'Every day' }],
  ['access', { accessibility: ['step_free', 'assistance_dogs'] }],
  ['offer', { kind: 'percentage', percent: '10', what: 'any cake', who: 'carer', how: 'in_person' }],
  ['terms', { version: '2026-1', agree: 'yes' }],
];
const homeWork: [string, Form] = [
  'work',
  { tasks: ['plumbing'], customers: ['public'], employees: '3', premises: '1', tradingNames: '1' },
];
const typedByPeople = ['name', 'first', 'last', 'line1', 'town', 'contactName', 'summary', 'opening', 'what'];

/**
 * Builds it through the program's own doors.
 * @param written what becomes of each text that people type or that the scheme is made of, so that a test knows it again
 */
export async function wholeWorld(
  options: { env?: Record<string, string>; written?: (text: string) => string } = {},
): Promise<WholeWorld> {
  const { written = (text: string) => text } = options;
  const program = await startTestApp({ env: options.env });
  try {
    return await build(program, written);
  } catch (error) {
    await program.close();
    throw error;
  }
}

async function build(program: TestApp, written: (text: string) => string): Promise<WholeWorld> {
  const database = program.get(Database);
  await program.get(SchemeService).loadScheme(await schemeIn(written));
  const noLimits = () => database.pool.query('TRUNCATE rate_limit');
  const typed = (form: Form): Form =>
    Object.fromEntries(
      Object.entries(form).map(([key, value]) => [
        key,
        typeof value === 'string' && value && typedByPeople.includes(key) ? written(value) : value,
      ]),
    );

  const account = (email: string, role?: Role) =>
    database.transaction(async (tx) => {
      const id = await program.get(Accounts).ensure(tx, { email, name: written('Sam Sample') });
      if (role) await program.get(Accounts).grant(tx, id, role);
      return id;
    });
  const signedIn = async (email: string): Promise<Browser> => {
    await noLimits();
    const browser = new Browser(program);
    await browser.signIn(email);
    return browser;
  };
  const setUp = '/sign-in/second-factor/set-up';
  const staff = async (role: StaffRole): Promise<Browser> => {
    await account(`${role}@staff.example`, role);
    const browser = await signedIn(`${role}@staff.example`);
    const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec((await browser.get(setUp)).text)![1]!.replace(/ /g, '');
    const timestamp = program.clock.now().getTime();
    await browser.submit(setUp, { code: TOTP.generate({ secret: Secret.fromBase32(secret), timestamp }) });
    return browser;
  };

  const asCarer = Object.fromEntries(carer.map(([step, form]) => [step, typed(form)]));
  const applicant = new Applicant(program);
  await applicant.answerUntil('check', asCarer);
  const approved = new Applicant(program);
  await approved.apply(asCarer);
  await program.work();
  // The same person again, so that somebody has to look.
  const waiting = new Applicant(program);
  await waiting.apply({ ...asCarer, name: typed({ first: 'Moragh', last: 'Tidewell' }) });
  await program.work();

  const answerAll = async (changes: Record<string, Form> = {}): Promise<Browser> => {
    const browser = new Browser(program);
    const trade = changes['homes'] !== undefined;
    for (const [step, form] of trade ? [...cafe.slice(0, 4), homeWork, ...cafe.slice(4)] : cafe) {
      if (trade && ['where', 'access'].includes(step)) continue;
      const answer = await browser.submit(
        `${join}/${step}`,
        typed({ ...form, ...changes[step] }) as Record<string, string>,
      );
      if (answer.status !== 303) throw new Error(`${step}: ${answer.status} ${answer.text}`);
    }
    return browser;
  };
  const joiner = await answerAll({ name: { name: 'The Other Lantern' } });
  const joined = await answerAll();
  await joined.submit(`${join}/check`);
  const trader = await answerAll({ name: { name: 'Marsh Plumbing' }, homes: { homes: 'yes' } });

  const staffs = Object.fromEntries(
    await inTurn(staffRoles, async (role) => [role, await staff(role)] as const),
  ) as Record<StaffRole, Browser>;
  const half = await signedIn('registrar@staff.example');
  await account('new@staff.example', 'registrar');
  const fresh = await signedIn('new@staff.example');

  const one = async <Row extends object>(statement: string): Promise<Row> => (await database.query<Row>(statement))[0]!;
  const waitingBusiness = await one<{ id: string }>(`SELECT id FROM business WHERE status = 'submitted'`);
  const waitingOffer = await one<{ id: string }>(`SELECT id FROM offer WHERE status = 'submitted'`);

  // A second business is open, so that there is one of each state.
  const given = new Given(program, written);
  const { business, branch } = await given.business({ name: written('The Quay Kitchen') });
  await database.query(
    `UPDATE branch SET name = ${literal(written('Poole Quay'))}, address_lines = ARRAY[${literal(written('1 The Quay'))}] WHERE id = '${branch.id}'`,
  );
  const offer = await given.offer(business.id, {}, written('your meal'));
  await database.transaction((tx) =>
    program
      .get(Joining)
      .addOwner(
        tx,
        business.id,
        { email: 'owner@example.org', name: written('Olu Owner') },
        { kind: 'system', id: 'test' },
      ),
  );
  const colleague = await database.transaction((tx) =>
    program
      .get(Joining)
      .addOwner(
        tx,
        business.id,
        { email: 'colleague@example.org', name: written('Cara Colleague') },
        { kind: 'system', id: 'test' },
      ),
  );
  await database.transaction((tx) => tx.update(Business, { id: business.id }, { contactName: written('Olu Owner') }));
  const { till: system } = await program.get(Tills).create(branch.id, 'System', { kind: 'system', id: 'test' });
  await program.get(TillKeys).rotate(system.id, null, 24, { kind: 'system', id: 'test' });
  const { code } = await program.get(Tills).offerPairing(branch.id, written('Terrace'), { kind: 'system', id: 'test' });
  const { till: phone } = await program.get(Tills).pair(code, written('Firefox'));
  await program.get(TillDevices).setPin(phone.id, business.id, '4821', { kind: 'system', id: 'test' });
  await database.query(
    `UPDATE till SET name = ${literal(written('Counter'))}, last_sync_at = CASE kind WHEN 'phone' THEN created_at END`,
  );
  const owner = await signedIn('owner@example.org');
  const asCardholder = await signedIn('morag@example.org');

  await database.transaction((tx) =>
    program.get(Invitations).invite(tx, 'invited@example.org', 'registrar', null, { kind: 'system', id: 'test' }),
  );
  const invitation = linkIn((await program.outbox()).find(({ to }) => to === 'invited@example.org')!);
  await noLimits();
  const asking = new Browser(program);
  const signInLink = linkIn(await asking.askFor('morag@example.org'));
  await noLimits();

  const { cardholder_id: cardholderId } = await one<{ cardholder_id: string }>(
    `SELECT card.cardholder_id FROM card WHERE id = '${(await applicationOf(program, written('Tideswell'))).card_id}'`,
  );
  const cardholder = await database.reader.findOneByOrFail(Cardholder, { id: cardholderId });
  const ofChains = await chainPlaces(
    program,
    { business, branch },
    { offerId: offer.id, holderId: cardholderId, written },
  );
  const ofRecruiting = await recruitingPlaces(program, {
    businessId: business.id,
    offerId: offer.id,
    holderId: cardholderId,
    written,
  });
  const ofReferrers = await referrerPlaces(program, written);
  const ofList = await listPlaces(program, written);
  const { places: ofVetting } = await vettingPlaces(program, written, {
    ownedId: business.id,
    cardholderId,
  });
  const { trade, places: ofTrade } = await vettingOwnerPlaces(program, written);
  const ofRegister = await registerPlaces(program, { businessId: business.id, written });
  const ofInvoices = await invoicePlaces(program, { business, written });
  const ofStripe = await stripePlaces(program, { businessId: business.id, written });
  const { id: subscriberId } = await one<{ id: string }>('SELECT id FROM subscriber LIMIT 1');
  const ofRegistering = await registeringPlaces(program, written, subscriberId);
  const ofSuppression = await suppressionPlaces(program, { given, written });
  const ofPreferences = await preferencePlaces(program, subscriberId, cardholder.id);
  const subscriber = await database.reader.findOneByOrFail(Subscriber, { id: subscriberId });
  const ofWriting = await bulletinWritingPlaces(program, { offerId: offer.id, subscriberId, written });
  const ofSending = await bulletinSendingPlaces(program, {
    carersServiceId: subscriber.carersServiceId,
    subscriberId,
    officerId: await account('carers_service_officer@staff.example'),
    written,
  });
  const ofAutomatic = await automaticMessagePlaces(program, {
    accountId: await account('administrator@staff.example'),
    written,
  });
  const preferences = `/preferences/${program.get(PreferenceLinks).tokenFor(subscriber)}`;
  const myCard = `/my-card/${program.get(CardLinks).tokenFor(cardholder)}`;
  const ofRenewals = await renewalPlaces(program, given, { written, carerId: cardholder.id, myCard });
  const application = await applicationOf(program, written('Tidewell'));
  const decided = await applicationOf(program, written('Tideswell'));
  const accountId = await account('registrar@staff.example');
  const reviews = await everyKindOfReview(program, decided.card_id!, branch.id);
  await database.query(
    `INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at, recorded_at, saving_pence)
       SELECT gen_random_uuid(), till.id, branch_id, gen_random_uuid(), $1, 1, $2, $3, $3, 250 FROM till LIMIT 1`,
    [offer.id, decided.card_id, program.clock.now()],
  );
  const { slug: offerSlug, region } = await one<{ slug: string; region: string }>(
    `SELECT offer.slug, region.slug AS region FROM offer
       JOIN offer_listing listing ON listing.offer_id = offer.id JOIN region ON region.id = listing.region_id
      WHERE offer.id = '${offer.id}'`,
  );
  const [message] = await program.get(Outbox).newest();
  const { qr } = await given.card({ firstName: written('Ann'), lastName: written('Other') });
  const cardLook = new URL(qr).pathname;

  const visitors = {
    nobody: new Browser(program), asking, half, new: fresh, applicant, waiting, carer: asCardholder,
    joiner, joined, trader, trade, owner, ...staffs,
  }; // prettier-ignore

  const applySteps = ['caring', 'unpaid', 'area', 'name', 'date-of-birth', 'looked-after', 'address', 'contact', 'contact-address', 'carers-information', 'business-offers']; // prettier-ignore
  const joinSteps = [
    'name',
    'kind',
    'category',
    'homes',
    'contact',
    'about',
    'where',
    'place',
    'access',
    'offer',
    'terms',
  ];
  const places: Record<string, [Visitor, ...string[]][]> = {
    '/sign-in/check': [['asking', '/sign-in/check']],
    '/sign-in/link/:token': [['nobody', signInLink]],
    '/sign-in/second-factor': [['half', '/sign-in/second-factor']],
    '/sign-in/second-factor/set-up': [['new', '/sign-in/second-factor/set-up']],
    '/invitation/:token': [['nobody', invitation]],
    '/staff': staffRoles.map((role) => [role, '/staff'] as [Visitor, string]),
    '/staff/people/:id': [['administrator', `/staff/people/${accountId}`]],
    '/apply/:step': [['applicant', ...applySteps.map((step) => `/apply/${step}`)]],
    '/apply/not-for-you': [
      ['nobody', ...['not-caring', 'paid', 'elsewhere', 'too-young'].map((why) => `/apply/not-for-you?because=${why}`)],
    ],
    '/apply/check': [['applicant', '/apply/check']],
    '/apply/save': [['applicant', '/apply/save']],
    '/apply/status': [['waiting', '/apply/status']],
    '/apply/resume/:token': [['nobody', '/apply/resume/unknown', `/apply/resume/${applicant.cookie('application')}`]],
    '/staff/applications/:id': [['registrar', `/staff/applications/${application.id}`, `/staff/applications/${decided.id}`]],
    '/staff/applications/:id/ask': [['registrar', `/staff/applications/${application.id}/ask`]],
    '/staff/applications/:id/decline': [['registrar', `/staff/applications/${application.id}/decline`]],
    '/staff/applications/:id/appeal': [['registrar', `/staff/applications/${application.id}/appeal`]],
    '/staff/cards': [['registrar', '/staff/cards', `/staff/cards?q=${encodeURIComponent(written('Tideswell'))}`]],
    '/staff/cards/:holder': [['registrar', `/staff/cards/${cardholder.id}`]],
    '/staff/cards/:holder/card.pdf': [['registrar', `/staff/cards/${cardholder.id}/card.pdf`]],
    '/account/details/:holder/change': [['carer', `/account/details/${cardholder.id}/change`]],
    '/account/details/:holder/hours': [['carer', `/account/details/${cardholder.id}/hours`]],
    '/staff/cards/:holder/hours': [['registrar', `/staff/cards/${cardholder.id}/hours`]],
    '/account/cards/:holder': [['carer', `/account/cards/${cardholder.id}`]],
    ...Object.fromEntries(
      ['card.pdf', 'qr.png', 'lost', 'state.json', 'app.webmanifest'].map((end) => [`/account/cards/:holder/${end}`, [['carer', `/account/cards/${cardholder.id}/${end}`]]]),
    ),
    ...Object.fromEntries(['', '/card.pdf', '/qr.png', '/lost', '/state.json', '/app.webmanifest'].map((end) => [`/my-card/:token${end}`, [['nobody', myCard + end]]])),
    ...Object.fromEntries(['', '/unsubscribe', '/saved'].map((end) => [`/preferences/:token${end}`, [['nobody', preferences + end]]])),
    '/staff/subscribers/:id': [['carers_service_officer', `/staff/subscribers/${subscriber.id}`]],
    '/staff/reviews': [['registrar', '/staff/reviews', '/staff/reviews?kind=burst', '/staff/reviews?status=closed']],
    '/staff/reviews/:id': [['registrar', ...reviews.map(({ id }) => `/staff/reviews/${id}`)]],
    '/staff/businesses/:id': [['registrar', `/staff/businesses/${waitingBusiness.id}`, `/staff/businesses/${business.id}`]],
    ...ofChains,
    ...ofVetting,
    ...ofTrade,
    ...ofRegister,
    ...ofRecruiting,
    ...ofReferrers,
    ...ofRenewals,
    ...ofList,
    ...ofInvoices,
    ...ofStripe,
    ...ofPreferences,
    ...ofSuppression,
    ...ofRegistering,
    ...ofWriting,
    ...ofSending,
    ...ofAutomatic,
    '/staff/offers/:offer': [['registrar', `/staff/offers/${waitingOffer.id}`, `/staff/offers/${offer.id}`]],
    '/business/:id': [['owner', `/business/${business.id}`]],
    ...Object.fromEntries(
      ['details', 'leave', 'branches/new', 'branches/new-online', 'tills', 'tills/new'].map((end) => [`/business/:id/${end}`, [['owner', `/business/${business.id}/${end}`]]]),
    ),
    '/business/:id/people': [['owner', `/business/${business.id}/people`]],
    '/business/:id/people/:account/remove': [['owner', `/business/${business.id}/people/${colleague}/remove`]],
    '/business/:id/tills/:tillId': [['owner', `/business/${business.id}/tills/${system.id}`, `/business/${business.id}/tills/${phone.id}`]],
    '/business/:id/branches/:branchId': [['owner', `/business/${business.id}/branches/${branch.id}`]],
    '/business/:business/offers': [['owner', `/business/${business.id}/offers`]],
    '/business/:business/offers/new': [['owner', `/business/${business.id}/offers/new`]],
    '/business/:business/offers/:offer': [['owner', `/business/${business.id}/offers/${offer.id}`]],
    '/dev/outbox/:id': [['nobody', `/dev/outbox/${message!.id}`]],
    '/offers': [['nobody', '/offers', '/offers?q=meal&near=BH15+1HJ', '/offers?q=nothing-like-it']],
    '/offers/:region': [['nobody', `/offers/${region}`, '/offers/christchurch?usableOn=2026-11-23&usableTime=2pm']],
    '/offers/:region/:slug': [['nobody', `/offers/${region}/${offerSlug}?usableOn=2026-11-23&usableTime=2pm`]],
    '/businesses/:slug': [['nobody', `/businesses/${business.slug}`]],
    '/sitemaps/:file': [['nobody', '/sitemaps/pages-1.xml']],
    '/for-business/join/:step': [['joiner', ...joinSteps.map((step) => `${join}/${step}`)], ['trader', ...['work', 'place', 'terms'].map((step) => `${join}/${step}`)]],
    '/for-business/join/check': [['joiner', `${join}/check`], ['trader', `${join}/check`]],
    '/for-business/join/later': [['joiner', `${join}/later`]],
    '/for-business/join/done': [['joined', `${join}/done`]],
    '/for-business/join/resume/:token': [['nobody', `${join}/resume/${joiner.cookie('join')}`]],
    '/problems/:slug': [['nobody', '/problems/page-not-found', '/problems/not-signed-in']],
    '/c/:token': [['nobody', cardLook.toLowerCase().startsWith('/c/') ? `/c${cardLook.slice(2)}` : cardLook]],
    '/C/:token': [['nobody', cardLook]],
    '/api/v1/offers/:id': [['nobody', `/api/v1/offers/${offer.id}`]],
    '/api/v1/status-list/changes': [['nobody', `/api/v1/status-list/changes?since=${Math.floor(Date.now() / 1000)}`]],
    '/api/v1/businesses/:slug': [['nobody', `/api/v1/businesses/${business.slug}`]],
  }; // prettier-ignore

  return {
    program,
    visitors,
    stops(url) {
      const found = places[url];
      if (found) return found.flatMap(([as, ...paths]) => paths.map((path) => ({ as, path })));
      if (/[:*]/.test(url)) throw new Error(`Nothing in the whole world for ${url}: add it to whole-world.ts.`);
      return [{ as: visitorOf(url), path: url }];
    },
  };
}

/** One review of each kind, and a closed one. */
async function everyKindOfReview(program: TestApp, cardId: string, branchId: string): Promise<{ id: string }[]> {
  const database = program.get(Database);
  const at = '2026-11-21T09:30:00.000Z';
  await database.transaction(async (tx) => {
    for (const kind of reviewKinds)
      await program.get(Reviews).raise(tx, {
        kind,
        subject: { kind: 'card', id: cardId },
        branchId,
        once: kind,
        reasonKey: `misuse:${kind}`,
        evidence: {
          scans: 12,
          firstAt: at,
          firstBranchId: branchId,
          miles: 40.2,
          minutes: 10,
          mph: 241.2,
          windowMinutes: 60,
        },
      });
  });
  const all = await database.query<{ id: string }>('SELECT id FROM review_item ORDER BY id');
  await program.get(Reviews).close(all[0]!.id, 'nothing_wrong', '⟦It was a mistake⟧', { kind: 'system', id: 'test' });
  return all;
}

/** Somebody whom a page without parameters is for, by the part of the site it is in. */
function visitorOf(url: string): Visitor {
  if (url.startsWith('/staff/people')) return 'administrator';
  if (url.startsWith('/staff/information-service')) return 'carers_service_officer';
  if (url.startsWith('/staff/subscribers')) return 'carers_service_officer';
  if (url.startsWith('/staff')) return 'registrar';
  if (url.startsWith('/business/') || url === '/business') return 'owner';
  if (url.startsWith('/account')) return 'carer';
  return 'nobody';
}

/** The demo scheme's document with its words passed through, asking nobody for proof. */
async function schemeIn(written: (text: string) => string): Promise<unknown> {
  const document = structuredClone(await bundledScheme('dorset')) as {
    brand: Record<string, string>;
    contact: { phoneHours: string; address: string[] };
    carersServices: { name: string; address: string[] }[];
    regions: { name: string }[];
    towns: { name: string }[];
    policies: { document: { approval: { automatic: boolean }; proof: { askedShare: number } } }[];
  };
  for (const key of ['name', 'shortName', 'tagline', 'operator']) document.brand[key] = written(document.brand[key]!);
  const { contact } = document;
  contact.phoneHours = written(contact.phoneHours);
  contact.address = addressIn(contact.address, written);
  for (const service of document.carersServices) {
    service.name = written(service.name);
    service.address = addressIn(service.address, written);
  }
  for (const place of [...document.regions, ...document.towns]) place.name = written(place.name);
  for (const { document: policy } of document.policies) {
    policy.proof.askedShare = 0;
    policy.approval.automatic = true;
  }
  return document;
}

/** All but its last line, which is the postcode. */
function addressIn(lines: string[], written: (text: string) => string): string[] {
  return lines.map((line, index) => (index < lines.length - 1 ? written(line) : line));
}

async function inTurn<In, Out>(list: readonly In[], work: (each: In) => Promise<Out>): Promise<Out[]> {
  const made: Out[] = [];
  for (const each of list) made.push(await work(each));
  return made;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
