import { isCleanText } from '@carers/kernel';
import { offerReasons } from '@carers/offer-rules';
import { z } from 'zod';
import { askedTime } from './asked-time.js';

/** Empty boxes of a filter form are no filters. */
const optional = <S extends z.ZodType>(schema: S) =>
  z.preprocess((given) => (given === '' ? undefined : given), schema.optional());

const text = (most: number) =>
  z
    .string({ error: 'offers:errors.once' })
    .max(most, { error: 'offers:errors.too-long' })
    .refine(isCleanText, { error: 'pages:errors.unreadable-characters' });

const usableAt = optional(text(40).refine((given) => askedTime(given) !== null, { error: 'offers:errors.usable-at' }));
const timesAsked =
  'an ISO 8601 time, without an offset a time in London; a date alone asks for any time of that day. Years 2000 to 2199';

const fields = {
  region: optional(text(80)).describe('Slug from `/api/v1/regions`'),
  category: optional(text(80)).describe('Slug from `/api/v1/categories`'),
  town: optional(text(80)).describe('Slug of a town'),
  q: optional(text(100)).describe('Words; typing mistakes are forgiven'),
  near: optional(text(40)).describe('A UK postcode, however typed. The nearest offers come first'),
  within: optional(
    z.coerce
      .number({ error: 'offers:errors.within' })
      .min(0.1, { error: 'offers:errors.within' })
      .max(100, { error: 'offers:errors.within' }),
  ).describe('Miles from `near`'),
  usableAt: usableAt.describe(`Only offers that may be used then: ${timesAsked}`),
  cursor: optional(text(200)).describe('`next` of the page before'),
};

/** What `GET /api/v1/offers` may be asked. */
export const OffersQuery = z.object({
  ...fields,
  limit: optional(
    z.coerce
      .number({ error: 'offers:errors.limit' })
      .int({ error: 'offers:errors.limit' })
      .min(1, { error: 'offers:errors.limit' })
      .max(100, { error: 'offers:errors.limit' }),
  ).describe('Offers a page, 1 to 100; 20 where it is not given'),
});

/** What `GET /api/v1/offers/{id}` may be asked. */
export const OfferQuery = z.object({
  usableAt: usableAt.describe(`Whether it may be used then, told in \`usableThen\`: ${timesAsked}`),
});

export type OfferAsked = z.output<typeof OfferQuery>;
export type OffersAsked = z.output<typeof OffersQuery>;

const branch = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    town: z.string().nullable(),
    postcode: z.string().nullable(),
    online: z.boolean(),
    accessibility: z.array(z.string()),
  })
  .meta({ id: 'OfferBranch' });

const offer = z.object({
  id: z.uuid(),
  title: z.string(),
  terms: z.string().describe('The whole offer in plain words'),
  kind: z.enum(['percentage', 'amount_off', 'fixed_price', 'free_item', 'service']),
  business: z.object({ slug: z.string(), name: z.string() }),
  branches: z
    .array(branch)
    .describe('Where it can be used: in lists the first few, the nearest first where `near` was given'),
  branchCount: z.number().int(),
  region: z.string().describe('Slug of the region'),
  category: z.string().describe('Slug of the category'),
  distanceMiles: z.number().nullable().describe('From `near`'),
  conditions: z.array(z.string()),
  lastConfirmedOn: z.string(),
  url: z.url(),
  details: z.record(z.string(), z.unknown()).describe('The terms as data'),
  usableThen: z
    .object({
      usable: z.boolean(),
      reason: z.enum(offerReasons).nullable().describe('Why it may not be used; null where it may'),
      nextUsableAt: z.iso
        .datetime()
        .nullable()
        .describe('The first time from then on, where that is not at once; null too where there is none'),
    })
    .optional()
    .describe('Only where `usableAt` was asked. What is asked of a card or a basket is the till’s to see to'),
});

const example = {
  id: '01a1fdfa-4600-7b84-b25c-430a2e56f7b0',
  title: '10% off your meal',
  terms: '10% off your meal. For the carer. Monday to Thursday only. Show your card when you pay.',
  kind: 'percentage' as const,
  business: { slug: 'cafe-otterley', name: 'Café Otterley' },
  branches: [],
  branchCount: 1,
  region: 'poole',
  category: 'eating-and-drinking',
  distanceMiles: 0.2,
  conditions: ['For the carer.', 'Monday to Thursday only.', 'Show your card when you pay.'],
  lastConfirmedOn: '2026-11-02',
  url: 'https://card.example/offers/poole/10-off-your-meal-cafe-otterley',
  details: { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person', days: [1, 2, 3, 4] },
};

export const OfferAnswer = offer.meta({ id: 'Offer', examples: [example] });
export const OffersAnswer = z
  .object({ data: z.array(offer), next: z.string().nullable() })
  .meta({ id: 'OfferPage', examples: [{ data: [example], next: null }] });

export const PlacesAnswer = z
  .object({ data: z.array(z.object({ slug: z.string(), name: z.string(), offerCount: z.number().int() })) })
  .meta({ id: 'CountedList', examples: [{ data: [{ slug: 'poole', name: 'Poole', offerCount: 41 }] }] });

export const BusinessAnswer = z
  .object({
    slug: z.string(),
    name: z.string(),
    summary: z.string().nullable(),
    website: z.string().nullable(),
    category: z.string(),
    branches: z.array(
      branch.extend({
        addressLines: z.array(z.string()),
        phone: z.string().nullable(),
        opening: z.string().nullable(),
        region: z.string(),
      }),
    ),
    offers: z.array(offer),
    url: z.url(),
  })
  .meta({ id: 'Business' });
