import { isLocalDate } from '@carers/kernel';
import { z } from 'zod';
import { questionKinds } from './question-kinds.js';

const key = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, { error: 'must be a short key of small letters, digits, - and _' });
const version = z.string().regex(/^[0-9A-Za-z_-]{1,20}$/, { error: 'must be letters, digits, - and _, at most 20' });
const date = z.string().refine(isLocalDate, { error: 'must be a day written YYYY-MM-DD' });
const days = z.int().min(1).max(3660);
const months = z.int().min(1).max(120);
const pence = z.int().min(0).max(10_000_000);

/** One sentence or more, by language; British English is always there. */
const words = z
  .string()
  .min(1)
  .max(2000)
  .refine((said) => !/\{\{|\$t\(/.test(said), { error: 'must not contain {{ or $t(' });
const text = z.strictObject({ 'en-GB': words }).catchall(words);

const named = { key, title: text };
const choice = z.strictObject({ ...named, hint: text.optional() });

const question = z
  .strictObject({
    ...named,
    kind: z.enum(questionKinds),
    hint: text.optional(),
    /** A text that must have a form of its own. */
    format: z.enum(['company_number']).optional(),
    /** May be left empty. */
    optional: z.boolean().default(false),
    choices: z.array(choice).min(2).max(20).optional(),
    /** Smallest and largest number, or fewest and most characters, people, references or files. */
    least: z.int().min(0).optional(),
    most: z.int().min(1).optional(),
    /** Asked only when another question of the same list has one of these answers. */
    onlyIf: z.strictObject({ question: key, is: z.array(z.union([key, z.boolean()])).min(1) }).optional(),
  })
  .refine(({ kind, choices }) => (kind === 'choice' || kind === 'choices') === (choices !== undefined), {
    error: 'must have choices if, and only if, it is a choice',
    path: ['choices'],
  });

/** Something a business said about itself: all conditions that are given must hold. */
const condition = z
  .strictObject({
    fact: key,
    isOneOf: z.array(key).min(1).optional(),
    isYes: z.boolean().optional(),
    atLeast: z.int().optional(),
    atMost: z.int().optional(),
  })
  .refine((given) => Object.keys(given).length > 1, { error: 'must say what the fact has to be' });

const tierRule = z.strictObject({ tier: key, when: z.array(condition).min(1), because: text });

const references = z.strictObject({
  /** Contacts that the business gives, and answers that must be in. */
  ask: z.int().min(1).max(20),
  need: z.int().min(1).max(20),
  /** Mean of all scores, in hundredths (1 to 5 → 100 to 500), from which the check may be accepted. */
  meanAtLeast: z.int().min(100).max(500),
  linkDays: days,
  questions: z
    .array(z.strictObject({ ...named, hint: text.optional() }))
    .min(1)
    .max(12),
});

const check = z.strictObject({
  ...named,
  why: text,
  tiers: z.array(key).min(1),
  /** Needed only where all of this holds as well. */
  when: z.array(condition).default([]),
  asks: z.array(question).max(20).default([]),
  /** What counts as evidence, for the business to upload. */
  evidence: z
    .array(z.strictObject({ ...named, optional: z.boolean().default(false) }))
    .max(10)
    .default([]),
  looks: z.enum(['officer', 'system', 'outside']),
  /** What the officer who looks goes by. */
  advice: text.optional(),
  /** Must be answered before the case can be sent in. */
  first: z.boolean().default(false),
  /** How long an acceptance lasts; `until` names a date question whose answer is the end. */
  lasts: z.union([z.strictObject({ months }), z.strictObject({ until: key }), z.literal('always')]),
  onLapse: z.enum(['hide_home_visits', 'notice_only', 'suspend']),
  references: references.optional(),
  /** People who are entered one by one; with a disclosure, each who enters homes needs one, and its date counts. */
  people: z
    .strictObject({
      roles: z.array(z.enum(['owner', 'director', 'employee', 'subcontractor'])).min(1),
      disclosure: z.boolean(),
    })
    .optional(),
  /** Outside schemes whose membership is accepted instead. */
  insteadBy: z.array(key).default([]),
});

const band = z.union([
  z.strictObject({ key, upTo: z.int().min(0).nullable(), application: pence, annual: pence }),
  z.strictObject({ key, upTo: z.int().min(0).nullable(), byQuotation: z.literal(true) }),
]);

const feeList = z.strictObject({
  inForceFrom: date,
  /** Basis points: 2000 = 20 %. */
  vatRate: z.int().min(0).max(10_000),
  /** By the number of people who work there, fewest first; the last has no `upTo`. Pence before VAT. */
  bands: z.array(band).min(1).max(20),
  /** For each beyond the first, with the fee that it says. */
  extraPremises: z.strictObject({ pence, with: z.enum(['application', 'annual']) }),
  extraTradingName: z.strictObject({ pence, with: z.enum(['application', 'annual']) }),
  dueDays: z.strictObject({ application: days, annual: days }),
  /** Parts in which the annual fee may be paid. */
  instalments: z.strictObject({ parts: z.int().min(2).max(12), everyMonths: z.int().min(1).max(6) }).nullable(),
});

const outsideScheme = z.strictObject({
  ...named,
  /** Where staff look a member up. */
  lookUp: z.url({ protocol: /^https$/ }),
  recheckMonths: months,
});

/** A programme as it is written in its file. Everything that people read is a text by language. */
export const programmeSchema = z.strictObject({
  slug: key,
  version,
  inForceFrom: date,
  title: text,
  summary: text,
  /** The businesses that must have it to be listed; everybody else may ask for it, or need not know of it. */
  mustHave: z.strictObject({ worksInHomes: z.boolean(), words: text }).nullable(),
  /** What is asked first: it decides on tier and fee. */
  facts: z.array(question).max(20),
  /** Facts that the fee goes by. */
  feeFacts: z.strictObject({ employees: key.optional(), premises: key.optional(), tradingNames: key.optional() }),
  /** Lowest risk first. The highest tier that a rule gives counts; without one, the first. */
  tiers: z
    .array(z.strictObject({ ...named, why: text }))
    .min(1)
    .max(5),
  tierRules: z.array(tierRule).max(50),
  outsideSchemes: z.array(outsideScheme).max(20),
  checks: z.array(check).min(1).max(40),
  /** Gone through on a visit, on a phone. */
  visit: z.strictObject({ items: z.array(z.strictObject({ ...named, hint: text.optional() })).max(40) }).nullable(),
  decision: z.strictObject({
    /** Every needed check must be accepted; those named here may still be open with a condition. */
    mayWait: z.array(key),
    conditionsAllowed: z.boolean(),
    refusalReasons: z
      .array(z.strictObject({ ...named }))
      .min(1)
      .max(20),
    suspensionReasons: z
      .array(z.strictObject({ ...named }))
      .min(1)
      .max(20),
  }),
  /** Whole years: the fee is asked for each year, the accreditation renewed after so many months. */
  renewal: z.strictObject({
    months: months.multipleOf(12),
    noticeDays: z.int().min(1).max(180),
    reacceptTerms: z.boolean(),
  }),
  appealDays: days,
  fees: z.array(feeList),
});

/** A programme as read from its file. */
export type ProgrammeDocument = z.infer<typeof programmeSchema>;
export type LocalText = z.infer<typeof text>;
