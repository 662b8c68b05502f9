import { lettersOf } from '../document.js';
import type { Frame } from '../frame.js';
import { valueOf, type MergePerson } from '../merge-fields.js';
import type { Reading } from '../reading/reading.js';
import type { Composed } from '../source.js';
import { withGsmSigns } from './gsm.js';
import { type Segments, segmentsOf } from './segments.js';

/** A text message as it goes out, and what it costs. */
export interface TextMessage extends Segments {
  text: string;
}

/** One person's text is never longer. */
export const mostSegments = 2;

/**
 * One person's text message: the writer's short text, or the title and the address of the page; and where to change
 * what they get (PECR, regulation 23: a message says how to stop the next).
 *
 * A name that makes it too long, by its letters or their kind, is first written without accents; then the writer's
 * words are cut. The addresses never are.
 */
export function textOf(composed: Composed, person: MergePerson, frame: Pick<Frame, 'words'>): TextMessage {
  const stop = frame.words.t('composer:text.stop');
  const whole = said(composed, person, stop);
  if (whole.segments <= mostSegments) return whole;
  const plain = said(composed, withoutAccents(person), stop);
  if (plain.segments <= mostSegments) return plain;
  const words = wordsOf(composed, withoutAccents(person)).split(' ');
  while (words.length > 1) {
    words.pop();
    const cut = counted(`${words.join(' ')}... ${endOf(composed, person, stop)}`);
    if (cut.segments <= mostSegments) return cut;
  }
  return plain;
}

function said(composed: Composed, person: MergePerson, stop: string): TextMessage {
  return counted(`${wordsOf(composed, person)} ${endOf(composed, person, stop)}`);
}

function wordsOf({ shortText, title }: Composed, person: MergePerson): string {
  return withGsmSigns(lettersOf(shortText ?? title, (field) => valueOf(field, person))).text.trim();
}

function endOf({ shortText, pageUrl }: Composed, person: MergePerson, stop: string): string {
  const page = shortText === null && pageUrl ? `${pageUrl} ` : '';
  return `${page}${stop} ${valueOf('preferences', person)}`;
}

function counted(text: string): TextMessage {
  return { text, ...segmentsOf(text) };
}

/** "Łukasz" has no accent to take away, but a letter that stands for it. */
function withoutAccents(person: MergePerson): MergePerson {
  const plain = (text: string) =>
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/[łŁđĐøØ]/g, (letter) => ({ ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ø: 'o', Ø: 'O' })[letter]!);
  return { ...person, firstName: plain(person.firstName), name: plain(person.name) };
}

/** Tells the writer of a text that is too long for somebody with a usual name, and of signs that are changed. */
export function checkShortText(composed: Composed, reading: Reading): void {
  const usual = Object.fromEntries(fieldsOf(composed).map((field) => [field, 'Alexandrina']));
  const person: MergePerson = {
    firstName: 'Alexandrina',
    name: 'Alexandrina Featherstone',
    // As long as those of a scheme with a usual name.
    preferenceUrl: `${composed.publicUrl}/preferences/${'x'.repeat(43)}`,
    locale: composed.locale,
    format: 'standard',
    values: usual,
  };
  // The word before the address is about as long in every language.
  const message = said(composed, person, 'Stop:');
  if (message.segments > mostSegments) {
    const key = composed.shortText === null ? 'short-text-wanted' : 'short-text-too-long';
    reading.faults.push({ line: null, key: `composer:faults.${key}`, params: { count: message.segments } });
  }
  const words = lettersOf(composed.shortText ?? composed.title);
  const { text, replaced } = withGsmSigns(words);
  if (replaced.length > 0) reading.notice(null, 'text-signs', { signs: replaced.join(' ') });
  if (composed.locale.startsWith('en') && segmentsOf(text).encoding === 'UCS-2') reading.notice(null, 'text-dear');
}

function fieldsOf(composed: Composed): string[] {
  const named: string[] = [];
  lettersOf(composed.shortText ?? composed.title, (field) => {
    named.push(field);
    return '';
  });
  return named;
}
