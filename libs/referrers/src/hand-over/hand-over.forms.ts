import { readMobile } from '@carers/access';
import { isUuid, line, optionalLine } from '@carers/kernel';
import { choice, choices, ticked } from '@carers/pages';
import { postcodeField, postcodeReadings } from '@carers/places';
import { z } from 'zod';
import { optionalEmail } from '../referrers.forms.js';
import { agreementWays, bestTimes } from './hand-over.entity.js';

const key = (rest: string) => `referrers:errors.${rest}`;

/**
 * A name or a job and no more: a number has no place there, for it may be a patient's. There is no box for anything longer
 * on purpose.
 */
const plainName = (missing: string, max: number) =>
  line({ max, missing }).refine((text) => !/\d/.test(text), { error: key('no-numbers') });

/** A British telephone number, landlines too, or another country's with its `+`, as `+44…`; null for anything else. */
export function readPhone(typed: string): string | null {
  const mobile = readMobile(typed);
  if (mobile) return mobile.address;
  const packed = typed.replace(/[\s().-]/g, '');
  if (/^0[1-9]\d{8,9}$/.test(packed)) return `+44${packed.slice(1)}`;
  return /^\+[1-9]\d{7,14}$/.test(packed) ? packed : null;
}

/** The form by which a professional hands a carer over. Nothing is asked about the person looked after. */
export const handOverForm = z
  .object({
    /** Id of this form: sent twice, it is one hand-over. */
    form: z.string().max(40).optional(),
    firstName: plainName(key('first-name-missing'), 60),
    lastName: plainName(key('last-name-missing'), 60),
    phone: line({ max: 40, missing: key('phone-missing') }).transform((typed, context) => {
      const phone = readPhone(typed);
      if (phone) return phone;
      context.addIssue({ code: 'custom', message: key('phone-wrong') });
      return z.NEVER;
    }),
    email: optionalEmail(key('email-wrong')),
    postcode: optionalLine({ max: 12 }).transform((typed, context) => {
      const [reading, another] = typed === null ? [] : postcodeReadings(typed);
      if (typed === null) return null;
      if (reading !== undefined && another === undefined) return reading;
      context.addIssue({ code: 'custom', message: 'places:errors.postcode-not-valid' });
      return z.NEVER;
    }),
    bestTime: choice(bestTimes, key('best-time-missing')),
    reasons: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .transform((given) => [given ?? []].flat().filter((slug) => /^[a-z_]{1,40}$/.test(slug))),
    agreedHow: choice(agreementWays, key('agreed-how-missing')),
    agreed: ticked().refine((agreed) => agreed, { error: key('agreed-missing') }),
    noteBy: z.enum(['none', 'text', 'email']).catch('none'),
    givenBy: plainName(key('given-by-missing'), 80),
    givenAs: plainName(key('given-as-missing'), 80),
  })
  .superRefine(({ noteBy, email, phone }, context) => {
    if (noteBy === 'email' && !email)
      context.addIssue({ code: 'custom', path: ['email'], message: key('note-email-missing') });
    if (noteBy === 'text' && !readMobile(phone))
      context.addIssue({ code: 'custom', path: ['noteBy'], message: key('note-needs-mobile') });
  });
export type HandOverForm = z.output<typeof handOverForm>;

/** What became of a call. `calls`: how many were noted when the page was shown. */
export const callForm = z.object({
  outcome: choice(['no_answer', 'call_later', 'declined'], key('outcome-missing')),
  calls: z.coerce.number().int().min(0).max(1_000).catch(0),
});

const boxes = [
  'carers_information.email',
  'carers_information.text',
  'carers_information.post',
  'business_offers.email',
  'business_offers.text',
  'business_offers.post',
] as const;
export const consentBoxes: readonly string[] = boxes;

/** What is asked on the telephone of a carer who signs up. */
export const registerForm = z
  .object({
    firstName: line({ max: 80, missing: key('first-name-missing') }),
    lastName: line({ max: 80, missing: key('last-name-missing') }),
    role: choice(['adult_carer', 'parent_carer', 'former_carer'], key('role-missing')),
    line1: optionalLine({ max: 100 }),
    line2: optionalLine({ max: 100 }),
    town: optionalLine({ max: 60 }),
    postcode: postcodeField(key('postcode-missing')),
    email: optionalEmail(key('email-wrong')),
    mobile: optionalLine({ max: 40 }).transform((typed, context) => {
      const read = typed === null ? null : readMobile(typed);
      if (typed === null || read) return read?.address ?? null;
      context.addIssue({ code: 'custom', message: key('mobile-wrong') });
      return z.NEVER;
    }),
    consents: choices(boxes),
  })
  .superRefine(({ consents, email, mobile, line1 }, context) => {
    const lacks = (channel: string, address: string | null, field: string) => {
      if (!address && consents.some((box) => box.endsWith(`.${channel}`)))
        context.addIssue({ code: 'custom', path: [field], message: key(`${field}-for-consent`) });
    };
    lacks('email', email, 'email');
    lacks('text', mobile, 'mobile');
    lacks('post', line1, 'line1');
  });
export type RegisterForm = z.output<typeof registerForm>;

/** The id of a form that is shown again; a new one for a new form. */
export function formIdOf(form: Readonly<Record<string, unknown>> | undefined, next: () => string): string {
  const typed = form?.['form'];
  return typeof typed === 'string' && isUuid(typed) ? typed : next();
}
