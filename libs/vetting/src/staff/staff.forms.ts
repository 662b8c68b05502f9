import { line, optionalLine, optionalParagraphs } from '@carers/kernel';
import { choice, dateBoxes } from '@carers/pages';
import { z } from 'zod';
import { tieKinds } from '../cases/conflict-declaration.entity.js';
import { recommendations, waitingFor } from '../cases/vetting-case.entity.js';
import { chosenLetters } from './vetting-letter.entity.js';

const longest = 4_000;

/** Several lines that must be there. */
const paragraphs = (missing: string, max = longest) =>
  optionalParagraphs({ max })
    .refine((text) => text !== null, { error: missing })
    .transform((text) => text ?? '');

/** A date that may be left empty. */
const optionalDate = z.union([
  z.preprocess(
    (given) => (isBlankDate(given) ? null : given),
    z.union([z.null(), dateBoxes('vetting:errors.date-wrong')]),
  ),
]);

export const noteForm = z.object({ words: paragraphs('vetting:errors.note-missing') });

export const tieForm = z.object({
  kind: choice(tieKinds, 'vetting:errors.tie-missing'),
  words: optionalParagraphs({ max: 1_000 }),
});

export const acceptForm = z.object({
  until: optionalDate,
  note: optionalParagraphs({ max: longest }),
});

export const rejectForm = z.object({ reason: paragraphs('vetting:errors.reason-missing') });

/** The fields of every move; which of them are shown, and which are needed, depends on the move. */
export const moveForm = z.object({
  recommendation: z.enum(recommendations).optional(),
  reasonKey: optionalLine({ max: 60 }),
  reason: optionalParagraphs({ max: longest }),
  conditions: optionalParagraphs({ max: longest }),
});

export const actionForm = z.object({
  words: paragraphs('vetting:errors.action-missing', 1_000),
  due: dateBoxes('vetting:errors.due-missing', 'vetting:errors.date-wrong'),
});

export const disclosureForm = z.object({
  result: choice(['clear', 'content_weighed', 'refused'], 'vetting:errors.disclosure-missing'),
  on: dateBoxes('vetting:errors.disclosure-date-missing', 'vetting:errors.date-wrong'),
});

export const claimForm = z.object({
  seenAt: line({ max: 500, missing: 'vetting:errors.seen-at-missing' }).refine((text) => isWebAddress(text), {
    error: 'vetting:errors.seen-at-wrong',
  }),
});

export const lookForm = z.object({
  register: line({ max: 100, missing: 'vetting:errors.register-missing' }),
  seenAt: line({ max: 500, missing: 'vetting:errors.seen-at-missing' }).refine((text) => isWebAddress(text), {
    error: 'vetting:errors.seen-at-wrong',
  }),
  looked: dateBoxes('vetting:errors.looked-on-missing', 'vetting:errors.date-wrong'),
  words: paragraphs('vetting:errors.look-words-missing', 2_000),
});

export const letterForm = z.object({
  kind: choice(chosenLetters, 'vetting:errors.letter-missing'),
  channel: choice(['email', 'letter'], 'vetting:errors.channel-missing'),
  words: paragraphs('vetting:errors.words-missing'),
});

export const sanctionForm = z.object({
  kind: choice(['advice', 'warning'], 'vetting:errors.sanction-missing'),
  words: paragraphs('vetting:errors.reason-missing'),
  due: optionalDate,
});

export const queueQuery = z.object({
  waiting: z.enum(waitingFor).optional().catch(undefined),
  tier: z.string().max(40).optional().catch(undefined),
  whose: z.enum(['mine', 'nobody']).optional().catch(undefined),
  q: z.string().max(100).optional().catch(undefined),
  cursor: z.string().max(200).optional().catch(undefined),
});

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function isBlankDate(given: unknown): boolean {
  if (given === undefined || given === '' || given === null) return true;
  return typeof given === 'object' && Object.values(given).every((part) => part === '');
}
