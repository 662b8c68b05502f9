import { describe, expect, it } from '@jest/globals';
import { Translations } from '@carers/pages';
import { catalogue, fieldsOf } from './catalogue.js';
import { personOf } from './merge-values.js';
import { checked } from './words/composing.js';
import { programWords } from './words/program-words.js';

const words = new Translations({ strict: true, watch: false }).in('en-GB');
const publicUrl = 'https://card.example';
const scheme = { contact: { phone: '01202 960000', email: 'hello@card.example' } } as Parameters<
  typeof personOf
>[2]['scheme'];
const editable = catalogue.filter(({ mayEdit }) => mayEdit);

describe('the catalogue', () => {
  it.each(editable.map((message) => [message.slug, message] as const))(
    'has words of %s that can be sent',
    (_, message) => {
      const text = { ...programWords(message, words), locale: 'en-GB', savedAt: new Date(0) };
      expect(checked(message, text, publicUrl).faults).toEqual([]);
    },
  );

  it('has a name and a time for each message, and a name for each field', () => {
    const keys = [
      ...catalogue.flatMap(({ slug }) => [`messages.${slug}.name`, `messages.${slug}.when`]),
      ...catalogue.flatMap((message) => fieldsOf(message).map((field) => `fields.${field}`)),
    ];
    expect(keys.filter((key) => !words.has(`automatic-messages:${key}`))).toEqual([]);
  });

  it('never lets staff switch off or word what law or safety needs', () => {
    const always = catalogue.filter(({ maySwitchOff }) => !maySwitchOff);
    expect(always.map(({ slug }) => slug)).toEqual(
      expect.arrayContaining(['sign-in', 'card-replaced', 'application-declined']),
    );
    expect(always.filter(({ mayEdit }) => mayEdit)).toEqual([]);
  });
});

describe('what a message says of somebody', () => {
  it('has a value for every field, whatever is missing', () => {
    for (const message of editable) {
      const { values } = personOf(message, {}, { words, scheme, publicUrl });
      expect(Object.keys(values!).sort()).toEqual([...message.fields].sort());
    }
  });

  it('is in words of the language: the day, the first name, the page', () => {
    const renewal = catalogue.find(({ slug }) => slug === 'renewal-8')!;
    const model = { name: 'Ann Other', until: '2027-01-31' };
    const person = personOf(renewal, model, { words, scheme, publicUrl });
    expect(person).toMatchObject({
      firstName: 'Ann',
      values: { until: '31 January 2027', schemePhone: '01202 960000' },
    });
    const offer = catalogue.find(({ slug }) => slug === 'offer-published')!;
    const owner = personOf(offer, { path: '/business/7/offers' }, { words, scheme, publicUrl });
    expect(owner.values!['page']).toBe('https://card.example/business/7/offers');
  });
});
