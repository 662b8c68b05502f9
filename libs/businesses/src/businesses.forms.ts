import { isCleanText, isUuid, line, optionalLine, optionalParagraphs, whenUsed } from '@carers/kernel';
import { choice, choices, ticked } from '@carers/pages';
import { z } from 'zod';
import { accessibilityFacts } from './accessibility.js';
import { businessKinds, businessStatuses } from './business.entity.js';
import { homeCustomers, homeTasks } from './home-work.js';

const phones = whenUsed<typeof import('libphonenumber-js/min')>('libphonenumber-js/min');

/** A telephone number that may be left out; kept the way people write it here. */
const phone = z
  .string()
  .optional()
  .nullable()
  .transform((typed, context) => {
    const text = (typed ?? '').trim();
    if (text === '') return null;
    const number = text.length <= 40 && isCleanText(text) ? phones().parsePhoneNumberFromString(text, 'GB') : undefined;
    if (!number?.isPossible()) {
      context.addIssue({ code: 'custom', message: 'businesses:errors.phone-not-valid' });
      return z.NEVER;
    }
    return number.countryCallingCode === '44' ? number.formatNational() : number.formatInternational();
  });

/** An address on the web that may be left out; `https://` may be too. */
const website = z
  .string()
  .optional()
  .nullable()
  .transform((typed, context) => {
    const text = (typed ?? '').trim();
    if (text === '') return null;
    const address = URL.parse(
      /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/]*\.[^/]*:\d/.test(text) ? text : `https://${text}`,
    );
    const fine =
      address !== null &&
      ['http:', 'https:'].includes(address.protocol) &&
      /^[^.]+(\.[^.]+)+$/.test(address.hostname) &&
      !address.username &&
      !address.password &&
      address.href.length <= 200 &&
      isCleanText(text);
    if (!fine) {
      context.addIssue({ code: 'custom', message: 'businesses:errors.website-not-valid' });
      return z.NEVER;
    }
    return address.href;
  });

const email = z
  .string({ error: 'businesses:errors.email-missing' })
  .trim()
  .min(1, { error: 'businesses:errors.email-missing' })
  .max(254, { error: 'businesses:errors.email-not-valid' })
  .pipe(z.email({ error: 'businesses:errors.email-not-valid' }));

export const nameForm = z.object({ name: line({ max: 100, missing: 'businesses:errors.name-missing' }) });
export const kindForm = z.object({ kind: choice(businessKinds, 'businesses:errors.kind-missing') });
/** The category by its slug; whether there is one is looked up. */
export const categoryForm = z.object({
  category: z
    .string({ error: 'businesses:errors.category-missing' })
    .regex(/^[a-z-]{1,40}$/, { error: 'businesses:errors.category-missing' }),
});
export const homesForm = z.object({ homes: choice(['yes', 'no'], 'businesses:errors.homes-missing') });
/** A whole number from 1 to 9,999. */
const count = (missing: string) =>
  z
    .string({ error: missing })
    .trim()
    .regex(/^\d{1,4}$/, { error: missing })
    .transform(Number)
    .pipe(z.number().min(1, { error: missing }));

/** What a trade does in people's homes, and what the checks are priced by. */
export const homeWorkForm = z.object({
  tasks: choices(homeTasks, 'businesses:errors.tasks-missing'),
  customers: choices(homeCustomers, 'businesses:errors.customers-missing'),
  employees: count('businesses:errors.employees-missing'),
  premises: count('businesses:errors.premises-missing'),
  tradingNames: count('businesses:errors.trading-names-missing'),
});
export const contactForm = z.object({
  contactName: line({ max: 80, missing: 'businesses:errors.contact-name-missing' }),
  contactEmail: email,
  contactPhone: phone,
});
/** Somebody who may act for a business. */
export const personForm = z.object({
  name: line({ max: 80, missing: 'businesses:errors.person-name-missing' }),
  email,
});
export const aboutForm = z.object({
  summary: optionalLine({ max: 300 }),
  website,
  /** As printed on a leaflet that a cardholder brought. */
  leafletCode: z
    .string()
    .optional()
    .transform((typed) => (typed ?? '').replace(/[\s-]/g, '').toUpperCase())
    .refine((code) => /^[A-Z0-9]{0,20}$/.test(code), { error: 'businesses:errors.leaflet-code-not-valid' })
    .transform((code) => code || null),
});
export const whereForm = z.object({ where: choice(['place', 'online'], 'businesses:errors.where-missing') });

/** What is asked of a place and of an online shop alike. */
const anyBranch = { name: optionalLine({ max: 80 }), phone, opening: optionalParagraphs({ max: 300 }) };

/** A place. Whether the postcode is one of the territory is for `Places` to say. */
export const placeForm = z.object({
  ...anyBranch,
  line1: line({ max: 80, missing: 'businesses:errors.street-missing' }),
  line2: optionalLine({ max: 80 }),
  postcode: line({ max: 20, missing: 'businesses:errors.postcode-missing' }),
});
/** Where a trade sets out from: one that works from home need not show its street. */
export const baseForm = placeForm.extend({ line1: optionalLine({ max: 80 }) });
export const onlineForm = z.object(anyBranch);
export const accessForm = z.object({ accessibility: choices(accessibilityFacts) });
export const placeWithAccessForm = placeForm.extend(accessForm.shape);
export const termsForm = z.object({
  version: z.string({ error: 'businesses:errors.terms-missing' }).max(20),
  agree: ticked().pipe(z.literal(true, { error: 'businesses:errors.terms-missing' })),
});

export const detailsForm = nameForm
  .extend(kindForm.shape)
  .extend(categoryForm.shape)
  .extend({ summary: aboutForm.shape.summary, website })
  .extend(contactForm.shape);

export const reasonForm = z.object({
  reason: z
    .string({ error: 'businesses:errors.reason-missing' })
    .transform((text) => text.replace(/\r\n?/g, '\n').trim())
    .refine((text) => text.length > 0, { error: 'businesses:errors.reason-missing' })
    .refine(isCleanText, { error: 'pages:errors.unreadable-characters' })
    .refine((text) => text.length <= 1000, { error: 'businesses:errors.reason-too-long' }),
});

/** The staff's filter: anything that makes no sense is as if it were not there. */
export const filterQuery = z.object({
  status: z.enum(businessStatuses).nullish().catch(null),
  name: z.string().trim().max(100).nullish().catch(null),
  after: z.string().refine(isUuid).nullish().catch(null),
});

export type PlaceAnswers = z.output<typeof placeForm>;
export type DetailsAnswers = z.output<typeof detailsForm>;

/** The lines of an address without town and postcode. */
export function addressLinesOf(answers: { line1: string | null; line2: string | null }): string[] {
  return [answers.line1, answers.line2].filter((text) => text !== null);
}
