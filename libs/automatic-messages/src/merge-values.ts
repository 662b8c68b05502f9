import type { MergePerson } from '@carers/composer';
import type { SchemeInForce } from '@carers/places';
import type { Words } from '@carers/pages';
import type { AutomaticMessage } from './catalogue.js';

type Model = Readonly<Record<string, unknown>>;

/** What a message is about to be filled with, as its text may name it. Everything is plain text. */
export function personOf(
  message: AutomaticMessage,
  model: Model,
  { words, scheme, publicUrl }: { words: Words; scheme: Pick<SchemeInForce, 'contact'>; publicUrl: string },
): MergePerson {
  const service = (model['service'] ?? {}) as Model;
  const name = text(model['name']);
  const until = text(model['until']);
  const path = text(model['path']);
  const values: Record<string, string> = {
    service: text(service['name']),
    servicePhone: text(service['phone']),
    serviceEmail: text(service['email']),
    serviceWeb: text(service['web']),
    schemePhone: scheme.contact.phone,
    schemeEmail: scheme.contact.email,
    until: until && words.longDate(until),
    card: text(model['card']),
    renew: text(model['card']) && `${text(model['card'])}/renew`,
    business: text(model['business']),
    offer: text(model['title']),
    sentence: text(model['sentence']),
    // A message whose template names its page itself has no path in its model.
    page: publicUrl + (path || '/business'),
  };
  return {
    firstName: text(model['firstName']) || name.split(' ')[0]!,
    name,
    preferenceUrl: text(model['link']),
    locale: words.locale,
    format: 'standard',
    values: Object.fromEntries(message.fields.map((field) => [field, values[field] ?? ''])),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
