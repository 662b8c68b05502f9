import { readEmail } from '@carers/access';
import { line, optionalLine } from '@carers/kernel';
import { choice } from '@carers/pages';
import { postcodeField } from '@carers/places';
import { z } from 'zod';
import { figuresWays } from './referrer.entity.js';

const key = (rest: string) => `referrers:errors.${rest}`;

/** A code as it stands in an address or on paper, in the form in which it is kept; null for what cannot be one. */
export function readReferrerCode(typed: unknown): string | null {
  if (typeof typed !== 'string' || typed.length > 40) return null;
  const code = typed.trim().replace(/\s/g, '').toUpperCase();
  return /^[A-Z0-9-]{3,20}$/.test(code) ? code : null;
}

/** An e-mail address in lower case, or null where none was typed. */
export const optionalEmail = (wrong: string) =>
  optionalLine({ max: 254 }).transform((typed, context) => {
    const read = typed === null ? null : readEmail(typed);
    if (typed === null || read) return read?.address ?? null;
    context.addIssue({ code: 'custom', message: wrong });
    return z.NEVER;
  });

const facts = {
  name: line({ max: 100, missing: key('name-missing') }),
  line1: line({ max: 100, missing: key('line1-missing') }),
  line2: optionalLine({ max: 100 }),
  town: line({ max: 60, missing: key('town-missing') }),
  postcode: postcodeField(key('postcode-missing')),
  /** Slug of a region, or nothing: then the postcode says it. */
  region: z.string().max(60).optional().catch(undefined),
  contactName: optionalLine({ max: 100 }),
  contactEmail: optionalEmail(key('email-wrong')),
  contactPhone: optionalLine({ max: 40 }),
  figuresBy: choice(figuresWays, key('figures-missing')),
};

type Refuse = { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void };

function emailForFigures(form: { figuresBy: string; contactEmail: string | null }, context: Refuse): void {
  if (form.figuresBy === 'email' && !form.contactEmail)
    context.addIssue({ code: 'custom', path: ['contactEmail'], message: key('email-missing') });
}

/** What staff say of a referrer they change. */
export const referrerForm = z.object(facts).superRefine(emailForFigures);
export type ReferrerForm = z.output<typeof referrerForm>;

/** The same for a new one, with its kind for good, and a code of its own where they want one. */
export const newReferrerForm = z
  .object({
    kind: z
      .string({ error: key('kind-missing') })
      .min(1, { error: key('kind-missing') })
      .max(40),
    ...facts,
    code: optionalLine({ max: 40 }).transform((typed, context) => {
      const code = typed === null ? null : readReferrerCode(typed);
      if (typed === null || code) return code;
      context.addIssue({ code: 'custom', message: key('code-wrong') });
      return z.NEVER;
    }),
  })
  .superRefine(emailForFigures);
export type NewReferrerForm = z.output<typeof newReferrerForm>;

/** How a pad is printed. What makes no sense is as if it were not asked for. */
export const padQuery = z.object({
  paper: z.enum(['a4', 'a5']).catch('a5'),
  large: z.literal('yes').optional().catch(undefined),
  forms: z.coerce.number().int().min(1).max(50).catch(10),
});
