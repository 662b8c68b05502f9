import { check, compile, type Composed, type ComposerSource, type Remark } from '@carers/composer';
import { type AutomaticMessage, fieldsOf } from '../catalogue.js';
import type { WrittenText } from './program-words.js';

/** Where and when a text was written. */
export interface Written extends WrittenText {
  locale: string;
  savedAt: Date;
}

/** @throws CompositionFaults */
export function composed(message: AutomaticMessage, text: Written, publicUrl: string): Composed {
  return compile(sourceOf(message, text, publicUrl));
}

/** What is wrong with a text, and what is worth knowing, for somebody who is still writing it. */
export function checked(
  message: AutomaticMessage,
  text: Written,
  publicUrl: string,
): { faults: Remark[]; notices: Remark[] } {
  const { faults, notices } = check(sourceOf(message, text, publicUrl));
  return { faults: [...faults, ...ownFaults(message, text)], notices: [...notices] };
}

/** What only automatic messages can be wrong in. */
function ownFaults(message: AutomaticMessage, { title, markdown, shortText }: WrittenText): Remark[] {
  const whole = [title, markdown, shortText ?? ''].join('\n');
  const has = (field: string) => new RegExp(`\\{\\{\\s*${field}\\s*\\}\\}`).test(whole);
  const faults: Remark[] = message.needs
    .filter((field) => !has(field))
    .map((field) => ({ line: null, key: 'automatic-messages:faults.needed', params: { field: `{{${field}}}` } }));
  const known = fieldsOf(message)
    .map((field) => `{{${field}}}`)
    .join(', ');
  if (message.audience !== 'subscriber' && has('preferences'))
    faults.push({ line: null, key: 'automatic-messages:faults.no-preferences', params: { known } });
  if (message.channels.includes('text') && !shortText?.trim())
    faults.push({ line: null, key: 'automatic-messages:faults.short-missing' });
  if (/!\[|^::offer\{|^```event/m.test(markdown))
    faults.push({ line: null, key: 'automatic-messages:faults.words-only' });
  return faults;
}

function sourceOf(message: AutomaticMessage, { savedAt, ...text }: Written, publicUrl: string): ComposerSource {
  const { title, markdown, shortText, locale } = text;
  const source = { id: message.slug, writtenAt: savedAt, title, markdown, shortText, locale, publicUrl };
  return { ...source, pictures: [], offers: [], pageUrl: null, extraFields: message.fields };
}
