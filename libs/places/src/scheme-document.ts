import { z } from 'zod';
import { brandSchema, contactSchema, documentLine } from './brand.js';
import { parsePostcode } from './postcode.js';
import { datedPolicySchema } from './policy.js';

const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'must be lower-case words joined by hyphens' });
const name = documentLine(60);
const onsCode = z.string().regex(/^[ENSW]\d{8}$/, { error: 'must be an ONS code like E06000059' });

const carersServiceSchema = z.strictObject({
  slug,
  name,
  email: z.email(),
  phone: contactSchema.shape.phone,
  web: z.url({ protocol: /^https$/ }),
  address: contactSchema.shape.address,
});

const regionSchema = z.strictObject({
  slug,
  name,
  carersService: slug,
  /** ONS codes of the wards in it. Every ward of the territory is in exactly one region. */
  wards: z.array(onsCode).min(1).max(500),
});

const townSchema = z.strictObject({
  slug,
  name,
  region: slug,
  lat: z.number().min(49).max(61),
  lng: z.number().min(-9).max(2),
});

/** One scheme as a file: everything that makes a deployment its own. */
export const schemeDocumentSchema = z
  .strictObject({
    slug,
    brand: brandSchema,
    contact: contactSchema,
    /** Councils served. */
    territory: z.strictObject({ districts: z.array(onsCode).min(1).max(100) }),
    /** Languages offered, the first by default. */
    locales: z
      .array(z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/))
      .min(1)
      .max(20),
    policies: z.array(datedPolicySchema).min(1).max(50),
    carersServices: z.array(carersServiceSchema).min(1).max(100),
    regions: z.array(regionSchema).min(1).max(200),
    towns: z.array(townSchema).min(1).max(1000),
  })
  .superRefine((document, context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    for (const list of ['carersServices', 'regions', 'towns'] as const) {
      for (const twice of repeated(document[list].map((one) => one.slug))) fault(`${list}: "${twice}" is there twice`);
    }
    for (const twice of repeated(document.regions.flatMap((region) => region.wards))) {
      fault(`ward ${twice} is in two regions`);
    }
    for (const twice of repeated(document.policies.map((policy) => policy.validFrom))) {
      fault(`two policies begin on ${twice}`);
    }
    const services = new Set(document.carersServices.map((service) => service.slug));
    for (const region of document.regions) {
      if (!services.has(region.carersService))
        fault(`region ${region.slug}: no carers service "${region.carersService}"`);
    }
    const regions = new Set(document.regions.map((region) => region.slug));
    for (const town of document.towns)
      if (!regions.has(town.region)) fault(`town ${town.slug}: no region "${town.region}"`);
    for (const place of [document.contact, ...document.carersServices]) {
      const postcode = place.address.at(-1) ?? '';
      if (!isNormalised(postcode)) fault(`an address ends in "${postcode}", which is not a postcode like BH1 1AA`);
    }
  });

export type SchemeDocument = z.infer<typeof schemeDocumentSchema>;

function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function isNormalised(postcode: string): boolean {
  try {
    return parsePostcode(postcode) === postcode;
  } catch {
    return false;
  }
}
