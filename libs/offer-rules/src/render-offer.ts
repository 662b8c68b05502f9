import { describeOffer, type PartValue, type Phrase } from './describe-offer.js';
import type { OfferTerms } from './terms.js';

/** Looks a key up in the catalogue `offer-rules`, for instance `(key, params) => t('offer-rules:' + key, params)`. */
export type Translate = (key: string, params: Record<string, string | number>) => string;

/** An offer in words: a title, its conditions as sentences, and all of it as one text. */
export interface OfferWords {
  title: string;
  conditions: string[];
  sentence: string;
}

const listFormats = new Map<string, Intl.ListFormat>();

/**
 * Puts an offer into the words of a catalogue. Phrases inside phrases are put into words first; lists are joined the
 * way the language does it.
 * @param locale BCP 47 tag of the catalogue, such as `en-GB`
 */
export function renderOffer(terms: OfferTerms, translate: Translate, locale = 'en-GB'): OfferWords {
  const said = describeOffer(terms).map((part) => ({ part: part.part, text: render(part, translate, locale) }));
  const title = said[0]!.text;
  const conditions = said.filter(({ part }) => part === 'condition').map(({ text }) => text);
  return { title, conditions, sentence: translate('sentence', { title, conditions: conditions.join(' ') }) };
}

function render({ key, params }: Phrase, translate: Translate, locale: string): string {
  const words: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params)) words[name] = renderValue(value, translate, locale);
  return translate(key, words);
}

function renderValue(value: PartValue, translate: Translate, locale: string): string | number {
  if (typeof value !== 'object') return value;
  if (!Array.isArray(value)) return render(value, translate, locale);
  return listFormat(locale).format(value.map((each) => render(each, translate, locale)));
}

function listFormat(locale: string): Intl.ListFormat {
  let format = listFormats.get(locale);
  if (!format) {
    format = new Intl.ListFormat(locale, { type: 'conjunction' });
    listFormats.set(locale, format);
  }
  return format;
}
