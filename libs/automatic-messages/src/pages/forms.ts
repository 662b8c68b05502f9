import { mostCharacters } from '@carers/composer';
import { line, optionalLine, optionalParagraphs } from '@carers/kernel';
import { choice } from '@carers/pages';
import { z } from 'zod';

const revision = z.coerce.number().int().min(0).max(1_000_000).catch(0);

export const wordsForm = z.object({
  title: line({ max: 120, missing: 'automatic-messages:errors.title-missing' }),
  markdown: optionalParagraphs({ max: mostCharacters, tooLong: 'automatic-messages:errors.text-too-long' }),
  shortText: optionalLine({ max: 400 }),
  /** The one that the writer began with. */
  revision,
  /** What was pressed. */
  action: z.string().optional(),
});

/** Which earlier version; 0 for the usual words. */
export const restoreForm = z.object({ restore: revision, revision });

export const switchForm = z.object({
  turn: choice(['on', 'off'], 'automatic-messages:errors.turn-missing'),
  reason: line({ max: 300, missing: 'automatic-messages:errors.reason-missing' }),
});
