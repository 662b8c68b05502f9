import { isUuid, line, optionalLine, optionalParagraphs } from '@carers/kernel';
import { choice, dateBoxes, ticked } from '@carers/pages';
import { z } from 'zod';
import { leadStages } from './lead-stages.js';

const slug = z
  .string()
  .regex(/^[a-z-]{0,40}$/)
  .optional()
  .catch(undefined);

/** What is asked of somebody who names a business. */
export const suggestionForm = z.object({
  /** Id of this form: sent twice, it is one suggestion. */
  form: z.string().max(40).optional(),
  name: line({ max: 100, missing: 'recruiting:errors.name-missing' }),
  where: line({ max: 60, missing: 'recruiting:errors.where-missing' }),
  category: slug,
  why: optionalParagraphs({ max: 500 }),
  askFor: optionalLine({ max: 120 }),
  /** "It is not the one in the directory." */
  different: ticked(),
});
export type SuggestionForm = z.output<typeof suggestionForm>;

/** The date that may be left empty: three empty boxes are none. */
const nextOn = z.preprocess(
  (given) => (isEmptyDate(given) ? null : given),
  z.union([z.null(), dateBoxes('recruiting:errors.date-wrong')], { error: 'recruiting:errors.date-wrong' }),
);

function isEmptyDate(given: unknown): boolean {
  if (given === undefined || given === '') return true;
  return typeof given === 'object' && given !== null && Object.values(given).every((part) => part === '');
}

export const stageForm = z.object({
  stage: choice(leadStages, 'recruiting:errors.stage-missing'),
  nextOn,
});

export const assignForm = z.object({ to: z.string().refine((id) => id === '' || isUuid(id)) });
export const mergeForm = z.object({
  other: z
    .string({ error: 'recruiting:errors.other-missing' })
    .refine(isUuid, { error: 'recruiting:errors.other-missing' }),
});
export const linkForm = z.object({
  business: z
    .string({ error: 'recruiting:errors.business-missing' })
    .refine(isUuid, { error: 'recruiting:errors.business-missing' }),
});
export const correctForm = suggestionForm.pick({ name: true, where: true, category: true });

/** The filter of the list: anything that makes no sense is as if it were not there. */
export const pipelineQuery = z.object({
  stage: z.enum([...leadStages, 'open']).catch('open'),
  region: slug,
  category: slug,
  mine: z.literal('yes').optional().catch(undefined),
  due: z.literal('yes').optional().catch(undefined),
  order: z.enum(['wanted', 'oldest']).catch('wanted'),
  cursor: z.string().max(80).optional().catch(undefined),
});

/** To whom a letter goes. */
export const letterForm = z.object({
  name: line({ max: 100, missing: 'recruiting:errors.name-missing' }),
  line1: line({ max: 80, missing: 'recruiting:errors.address-missing' }),
  line2: optionalLine({ max: 80 }),
  town: optionalLine({ max: 60 }),
  postcode: line({ max: 12, missing: 'recruiting:errors.postcode-missing' }),
});

/** The id of a form that is shown again; a new one for a new form. */
export function formIdOf(form: Readonly<Record<string, unknown>> | undefined, next: () => string): string {
  const typed = form?.['form'];
  return typeof typed === 'string' && isUuid(typed) ? typed : next();
}
