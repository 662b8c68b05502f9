import { readEmail, readMobile } from '@carers/access';
import { addMonths, isLocalDate, type LocalDate, optionalLine, optionalParagraphs } from '@carers/kernel';
import { choice, choices, dateBoxes } from '@carers/pages';
import { postcodeField } from '@carers/places';
import { z } from 'zod';
import { channels, formats, purposes, topics } from '../purposes.js';
import type { Answers } from './preference-merge.js';

/** Both answers are one tap away from each other; a question that nobody answered stays unanswered. */
const yesOrNo = z.enum(['yes', 'no'], { error: 'pages:errors.check-answer' }).optional();
const byChannel = z.object({ email: yesOrNo, text: yesOrNo, post: yesOrNo }).optional();

/** `no`: mail as usual; `keep`: leave the pause as it is; a number: months from today; `until`: to a day of their own. */
export const pauses = ['no', 'keep', '1', '3', '6', 'until'] as const;

/** A pause longer than this is a goodbye that nobody said. */
const longestPauseMonths = 24;

const key = (name: string) => `information-service:preferences.${name}`;

/** A new e-mail address or mobile number; empty for none. */
function contact(read: (typed: string) => { address: string } | null, wrong: string) {
  return optionalLine({ max: 254 }).transform((typed, context) => {
    if (typed === null) return null;
    const found = read(typed);
    if (found) return found.address;
    context.addIssue({ code: 'custom', message: wrong });
    return z.NEVER;
  });
}

const emptyIsNone = (typed: unknown) => (typeof typed === 'string' && typed.trim() === '' ? undefined : typed);

/** What the form showed, as it came back with it; null where it did not, or was spoilt. */
const shown = z
  .string()
  .max(2000)
  .transform((text) => shownSchema.parse(JSON.parse(text)))
  .optional()
  .catch(undefined);
const shownSchema = z.record(z.string().max(60), z.string().max(200));

/** The preference page, for the person and for staff on the phone. */
export const preferenceFields = z.object({
  carers_information: byChannel,
  business_offers: byChannel,
  format: choice(formats, key('format-missing')),
  locale: z
    .string()
    .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$/, { error: 'pages:errors.check-answer' })
    .optional(),
  topics: choices(topics),
  pause: choice(pauses, key('pause-missing')),
  until: z.unknown().optional(),
  newEmail: contact(readEmail, key('email-wrong')),
  newMobile: contact(readMobile, key('mobile-wrong')),
  newAddress: optionalParagraphs({ max: 300 }),
  newPostcode: z.preprocess(emptyIsNone, postcodeField(key('postcode-missing')).optional()),
  shown,
  wording: z.string().max(100).optional(),
});

/** What hangs together: a pause until a day needs the day, a new address its postcode. */
export function checkTogether(
  form: Pick<z.output<typeof preferenceFields>, 'pause' | 'until' | 'newAddress' | 'newPostcode'>,
  context: z.RefinementCtx,
): void {
  const wrong = (field: string, name: string) =>
    context.addIssue({ code: 'custom', path: [field], message: key(name) });
  if (form.pause === 'until') {
    const day = untilDay.safeParse(form.until);
    if (!day.success) wrong('until', day.error.issues[0]!.message.split('.').at(-1)!);
  }
  if (form.newAddress && !form.newPostcode) wrong('newPostcode', 'postcode-missing');
  if (form.newPostcode && !form.newAddress) wrong('newAddress', 'address-missing');
}

const untilDay = dateBoxes(key('until-missing'), key('until-wrong'));

export const preferenceForm = preferenceFields.superRefine(checkTogether);

export type PreferenceFormValues = z.output<typeof preferenceFields>;

/** The answers of a form as plain texts by field. @param locales languages that the scheme offers; another is not taken */
export function answersOf(form: PreferenceFormValues, today: LocalDate, locales: readonly string[]): Answers {
  const answers: Record<string, string> = { format: form.format, topics: [...form.topics].sort().join(' ') };
  for (const purpose of purposes) {
    for (const channel of channels) {
      const answer = form[purpose]?.[channel];
      if (answer !== undefined) answers[`${purpose}.${channel}`] = answer;
    }
  }
  if (form.locale !== undefined && locales.includes(form.locale)) answers['locale'] = form.locale;
  if (form.pause !== 'keep') answers['pause'] = pauseOf(form, today);
  return answers;
}

/** Why a day is no day for a pause to end; null when it is one. */
export function faultOfPause(form: PreferenceFormValues, today: LocalDate): string | null {
  if (form.pause !== 'until') return null;
  const day = pauseOf(form, today);
  if (day <= today) return key('until-past');
  return day > addMonths(today, longestPauseMonths) ? key('until-far') : null;
}

/** The first day of mail after the pause; empty for none. */
function pauseOf({ pause, until }: PreferenceFormValues, today: LocalDate): string {
  if (pause === 'no') return '';
  if (pause === 'until') {
    const day = untilDay.parse(until);
    return isLocalDate(day) ? day : '';
  }
  return addMonths(today, Number(pause));
}

/** The form by which a letter leads to the preferences. */
export const letterCodeForm = z.object({
  code: optionalLine({ max: 64 }),
  postcode: postcodeField(key('postcode-missing')),
});
