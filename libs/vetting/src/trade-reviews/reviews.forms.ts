import { optionalLine, optionalParagraphs } from '@carers/kernel';
import { choice, ticked } from '@carers/pages';
import { z } from 'zod';
import { complaintOutcomes } from './trade-review.entity.js';

/** Most characters of what anybody says. */
const longest = 3_000;

const words = (missing: string) =>
  optionalParagraphs({ max: longest })
    .refine((text) => text !== null, { error: missing })
    .transform((text) => text ?? '');

const stars = z
  .enum(['1', '2', '3', '4', '5'], { error: 'vetting:errors.stars-missing' })
  .transform((given) => Number(given));

/** What a customer writes at their link. */
export const reviewForm = z.object({
  stars,
  workedIn: optionalLine({ max: 100 }),
  words: words('vetting:errors.review-missing'),
  mayPublish: ticked(),
});

/** What an officer writes down from a call: a complaint has no stars. */
export const callForm = z
  .object({
    kind: choice(['review', 'complaint'], 'vetting:errors.letter-missing'),
    stars: z.union([stars, z.literal('').transform(() => null)]).nullish(),
    workedIn: optionalLine({ max: 100 }),
    words: words('vetting:errors.review-missing'),
    mayPublish: ticked(),
  })
  .refine(({ kind, stars: given }) => kind === 'complaint' || typeof given === 'number', {
    error: 'vetting:errors.stars-missing',
    path: ['stars'],
  });

export const passForm = z.object({ shown: words('vetting:errors.shown-missing') });
export const setAsideForm = z.object({ why: words('vetting:errors.reason-missing') });
export const lastWordForm = z.object({ lastWord: words('vetting:errors.review-missing') });
export const replyForm = z.object({ words: words('vetting:errors.reply-missing') });

export const endForm = z.object({
  shown: words('vetting:errors.shown-missing'),
  reply: optionalParagraphs({ max: longest }),
  lastWord: optionalParagraphs({ max: longest }),
  outcome: z.enum(complaintOutcomes).optional(),
  outcomeWords: optionalParagraphs({ max: longest }),
});
