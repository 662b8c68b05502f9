import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessibilityFacts, businessKinds } from '@carers/businesses';
import { channels, purposes } from '@carers/information-service';
import { projectRoot } from '@carers/kernel';
import { z } from 'zod';

const folder = join(projectRoot, 'libs/demo/data');

const staff = z.strictObject({
  role: z.enum(['administrator', 'registrar', 'vetting_officer', 'carers_service_officer', 'commissioner']),
  /** What the welcome calls them. */
  title: z.string(),
  name: z.string(),
  email: z.email(),
  /** Slug of the one carers service an officer works for. */
  carersService: z.string().optional(),
});

const bulletin = z.strictObject({
  state: z.enum(['draft', 'awaiting_second', 'sent']),
  days: z.number().int(),
  title: z.string(),
  /** Markdown, a paragraph a line. */
  text: z.array(z.string()).min(1),
  /** The text message. */
  short: z.string(),
});

const branch = z.union([
  z.strictObject({ online: z.literal(true), accessibility: z.array(z.enum(accessibilityFacts)) }),
  z.strictObject({
    online: z.undefined().optional(),
    /** Absent: called like the business. */
    name: z.string().optional(),
    postcode: z.string(),
    /** Without town and postcode. */
    address: z.array(z.string()).min(1).max(3),
    opening: z.string(),
    accessibility: z.array(z.enum(accessibilityFacts)),
  }),
]);

const offer = z.strictObject({
  /** Fixed for the offer that the examples of the API use. */
  id: z.uuid().optional(),
  /** What follows the generated title: "your meal". */
  subject: z.string().optional(),
  /** Checked by `parseOfferTerms` when it is loaded. */
  terms: z.record(z.string(), z.unknown()),
  /** Only at the branches in these towns. */
  atTowns: z.array(z.string()).optional(),
  status: z.enum(['published', 'submitted']).default('published'),
});

const business = z.strictObject({
  name: z.string(),
  kind: z.enum(businessKinds),
  category: z.string(),
  /** Its people go into homes: it is shown only while it is vetted. */
  worksInHomes: z.boolean().default(false),
  /** Who owns it or answers for it. */
  contact: z.string(),
  /** Absent: `owner@` and the name of the business. */
  email: z.email().optional(),
  summary: z.string(),
  status: z.enum(['published', 'submitted']).default('published'),
  branches: z.array(branch).min(1),
  offers: z.array(offer).min(1),
});

const carer = z.strictObject({
  /** What the welcome calls somebody whom a newcomer can be. */
  title: z.string().optional(),
  /** Fixed for the card that the examples of the API use; else drawn like any other. */
  cardNumber: z.string().optional(),
  firstName: z.string(),
  lastName: z.string(),
  birthDate: z.string(),
  email: z.email().nullable().default(null),
  mobile: z.string().nullable().default(null),
  contactChannel: z.enum(['email', 'text', 'post']),
  address: z.array(z.string()),
  postcode: z.string(),
  caringRoles: z.array(z.enum(['adult_carer', 'parent_carer', 'young_carer', 'young_adult_carer', 'former_carer'])),
  hoursOfCaring: z.int().optional(),
  /** Purposes and channels they said yes to: "carers_information email". */
  consents: z.array(z.templateLiteral([z.enum(purposes), ' ', z.enum(channels)])),
});

const vettingCase = z.strictObject({
  business: z.string(),
  programme: z.string(),
  state: z.enum(['in_review', 'approved']),
  /** When it was sent in. */
  daysAgo: z.int().min(1).max(360),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  /** By check; what is not here was answered with the file alone. */
  answers: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  /** Days for which the insurance still runs. */
  insuredDays: z.int(),
  /** Checks that an officer has accepted; absent: all. */
  accepted: z.array(z.string()).optional(),
  people: z.array(
    z.strictObject({ name: z.string(), role: z.enum(['owner', 'director', 'employee']), entersHomes: z.boolean() }),
  ),
  references: z.array(
    z.strictObject({ name: z.string(), job: z.string(), scores: z.array(z.int().min(1).max(5)).nullable() }),
  ),
  visit: z.record(z.string(), z.enum(['yes', 'no'])).nullable(),
  note: z.string(),
});

const peopleFile = z.strictObject({
  staff: z.array(staff),
  /** Who joined today, and hears of it. */
  carers: z.array(carer),
  /** Holds the card for practising at a till. */
  training: carer,
  /** Owners whom a newcomer can be; their names stand with their businesses. */
  owners: z.array(z.strictObject({ title: z.string(), email: z.email() })),
});

const application = z.strictObject({
  firstName: z.string(),
  lastName: z.string(),
  /** One of the two: a date for somebody known already, an age for the rest. */
  birthDate: z.string().optional(),
  age: z.int().optional(),
  caring: z.enum(['yes', 'used_to']),
  lookedAfter: z.array(z.enum(['adult', 'own_child', 'other_child'])),
  hoursOfCaring: z.int().optional(),
  address: z.array(z.string()),
  postcode: z.string(),
  contact: z.strictObject({
    channel: z.enum(channels),
    email: z.email().nullable().default(null),
    mobile: z.string().nullable().default(null),
  }),
  agreement: z
    .strictObject({ name: z.string(), relation: z.enum(['parent', 'guardian']), contact: z.string() })
    .optional(),
  waitsFor: z.array(z.enum(['proof', 'age', 'duplicates'])).min(1),
  source: z.enum(['web', 'api', 'paper']),
  referrerCode: z.string().optional(),
  daysAgo: z.int(),
  consents: z.array(z.templateLiteral([z.enum(purposes), ' ', z.enum(channels)])),
  /** What staff asked, where they wait for the applicant. */
  question: z.string().optional(),
});

const namesFile = z.strictObject({
  older: z.array(z.string()),
  middle: z.array(z.string()),
  young: z.array(z.string()),
  last: z.array(z.string()),
  streets: z.array(z.string()),
  /** Codes of practices, wards and schools that send carers. */
  referrers: z.array(z.string()),
});

/** How the tills of a chain know one of its offers. */
const chain = z.strictObject({
  business: z.string(),
  /** Its title, as it is made from the terms. */
  offer: z.string(),
  /** A number for everybody: of those that shops may give out among themselves (20 to 29). */
  ean13: z.string().optional(),
  /** Codes that work once. */
  codes: z.strictObject({ prefix: z.string(), count: z.int() }).optional(),
});

const suggestion = z.strictObject({
  name: z.string(),
  /** Town and category by their slugs. */
  town: z.string(),
  category: z.string(),
  stage: z.enum(['new', 'contacted', 'interested', 'declined', 'no_answer']),
  /** How many asked for it, with a card and without. */
  carers: z.int(),
  others: z.int(),
  why: z.string(),
});

export type StaffPerson = z.infer<typeof staff>;
export type DemoCarer = z.infer<typeof carer>;
export type DemoApplication = z.infer<typeof application>;
export type Names = z.infer<typeof namesFile>;
export type DemoBusiness = z.infer<typeof business>;
export type DemoOffer = z.infer<typeof offer>;
export type DemoChain = z.infer<typeof chain>;
export type DemoCase = z.infer<typeof vettingCase>;
export type DemoSuggestion = z.infer<typeof suggestion>;

async function read<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
}

/** Who works for the scheme, and the carers and owners with a part of their own. */
export const readPeople = () => read('people.json', peopleFile);

/** Applications that wait for a decision. */
export const readApplications = () => read('applications.json', z.array(application));

/** Bulletins of the officers' carers service, as many days ago as they are old. */
export const readBulletins = () => read('bulletins.json', z.array(bulletin));

/** What the tills of chains know offers by. */
export const readChains = () => read('chains.json', z.array(chain));

/** Businesses that the demo's carers would like to have. */
export const readSuggestions = () => read('suggestions.json', z.array(suggestion));

/** Businesses that are vetted, or have been. */
export const readVetting = async () =>
  (await read('vetting.json', z.strictObject({ cases: z.array(vettingCase) }))).cases;

/** Names of which invented people are made. */
export const readNames = () => read('names.json', namesFile);

/** Every business, file by file. */
export async function readBusinesses(): Promise<DemoBusiness[]> {
  const files = (await readdir(join(folder, 'businesses'))).filter((name) => name.endsWith('.json')).sort();
  const lists = await Promise.all(files.map((name) => read(join('businesses', name), z.array(business))));
  return lists.flat();
}
