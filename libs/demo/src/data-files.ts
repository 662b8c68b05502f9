import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessibilityFacts, businessKinds } from '@carers/businesses';
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
  /** Who owns it or answers for it. */
  contact: z.string(),
  /** Absent: `owner@` and the name of the business. */
  email: z.email().optional(),
  summary: z.string(),
  status: z.enum(['published', 'submitted']).default('published'),
  branches: z.array(branch).min(1),
  offers: z.array(offer).min(1),
});

const peopleFile = z.strictObject({ staff: z.array(staff) });

export type StaffPerson = z.infer<typeof staff>;
export type DemoBusiness = z.infer<typeof business>;
export type DemoOffer = z.infer<typeof offer>;

async function read<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
}

/** Who works for the scheme. */
export const readPeople = () => read('people.json', peopleFile);

/** Every business, file by file. */
export async function readBusinesses(): Promise<DemoBusiness[]> {
  const files = (await readdir(join(folder, 'businesses'))).filter((name) => name.endsWith('.json')).sort();
  const lists = await Promise.all(files.map((name) => read(join('businesses', name), z.array(business))));
  return lists.flat();
}
