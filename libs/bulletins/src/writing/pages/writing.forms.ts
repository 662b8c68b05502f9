import { mostCharacters } from '@carers/composer';
import { purposes } from '@carers/information-service';
import { line, optionalLine, optionalParagraphs } from '@carers/kernel';
import { choice } from '@carers/pages';
import { z } from 'zod';

export const newBulletinForm = z.object({
  title: line({ max: 120, missing: 'bulletins:errors.title-missing' }),
  purpose: choice(purposes, 'bulletins:errors.purpose-missing'),
  service: z.string().optional(),
});

/** A text is saved with all its faults; only what could not be kept at all is refused. */
export const textForm = z.object({
  title: line({ max: 120, missing: 'bulletins:errors.title-missing' }),
  markdown: optionalParagraphs({ max: mostCharacters, tooLong: 'bulletins:errors.text-too-long' }),
  shortText: optionalLine({ max: 400 }),
  revision: z.coerce.number().int().min(0).catch(0),
  /** What was pressed. */
  action: z.string().optional(),
  find: optionalLine({ max: 100 }),
});

export const pictureForm = z.object({ alt: line({ max: 300, missing: 'bulletins:errors.alt-missing' }) });

export const newTextForm = z.object({
  locale: z
    .string({ error: 'bulletins:errors.language-missing' })
    .min(1, { error: 'bulletins:errors.language-missing' }),
  edition: choice(['standard', 'easy_read'], 'bulletins:errors.edition-missing'),
});
