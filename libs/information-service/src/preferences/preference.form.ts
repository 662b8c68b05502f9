import { addMonths, type LocalDate } from '@carers/kernel';
import { choice, choices } from '@carers/pages';
import { z } from 'zod';
import type { Preferences } from '../information-service.js';
import { channels, type ConsentAnswer, formats, purposes, topics } from '../purposes.js';

/** Both answers are one tap away from each other; a question that nobody answered stays unanswered. */
const yesOrNo = z.enum(['yes', 'no'], { error: 'pages:errors.check-answer' }).optional();
const byChannel = z.object({ email: yesOrNo, text: yesOrNo, post: yesOrNo }).optional();

/** `no`: mail as usual; `keep`: leave the pause as it is; a number: months from today. */
export const pauses = ['no', 'keep', '1', '3', '6'] as const;

/** The preference page, for the person and for staff on the phone. */
export const preferenceForm = z.object({
  carers_information: byChannel,
  business_offers: byChannel,
  format: choice(formats, 'information-service:preferences.format-missing'),
  locale: z
    .string()
    .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$/, { error: 'pages:errors.check-answer' })
    .optional(),
  topics: choices(topics),
  pause: choice(pauses, 'information-service:preferences.pause-missing'),
});

export type PreferenceFormValues = z.output<typeof preferenceForm>;

/** The answers of a form, without the questions left open. */
export function answersOf(form: PreferenceFormValues): ConsentAnswer[] {
  return purposes.flatMap((purpose) =>
    channels.flatMap((channel) => {
      const answer = form[purpose]?.[channel];
      return answer === undefined ? [] : [{ purpose, channel, given: answer === 'yes' }];
    }),
  );
}

/** @param locales languages that the scheme offers; another one is not taken */
export function preferencesOf(form: PreferenceFormValues, today: LocalDate, locales: readonly string[]): Preferences {
  return {
    format: form.format,
    topics: form.topics,
    ...(form.locale !== undefined && locales.includes(form.locale) ? { locale: form.locale } : {}),
    ...(form.pause === 'keep'
      ? {}
      : { pausedUntil: form.pause === 'no' ? null : addMonths(today, Number(form.pause)) }),
  };
}
