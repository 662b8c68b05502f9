import type { Words } from '@carers/pages';
import { fieldsOf, type AutomaticMessage } from '../catalogue.js';

/** A text as the composer reads it. */
export interface WrittenText {
  title: string;
  markdown: string;
  shortText: string | null;
}

/** The program's own words for a message: from the catalogue, so they come in every language that has one. */
export function programWords(message: AutomaticMessage, words: Words): WrittenText {
  const key = `automatic-messages:words.${message.slug}`;
  // Fields of the text look like the catalogue's own placeholders: each stands for itself.
  const fields = Object.fromEntries(fieldsOf(message).map((field) => [field, `{{${field}}}`]));
  return {
    title: words.t(`${key}.title`, fields),
    markdown: words.sentences(`${key}.text`, fields).join('\n\n'),
    shortText: message.channels.includes('text') ? words.t(`${key}.short`, fields) : null,
  };
}
