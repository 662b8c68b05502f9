import type { Channel } from '@carers/messages';

/** Who gets a message: whoever is on the list of a carers service, whoever has a card, or a business. */
export type Audience = 'subscriber' | 'cardholder' | 'business' | 'anybody';

/** A message that the program sends by itself. */
export interface AutomaticMessage {
  /** Its template, as `information-service/welcome`; also its name in the audit trail. */
  key: string;
  /** The last part of its page's address, and of its catalogue keys. */
  slug: string;
  audience: Audience;
  channels: readonly Channel[];
  /** What may stand in it beside `firstName`, `name` and, for people on a list, `preferences`. */
  fields: readonly string[];
  /** Fields that hold the address of a page: without one of them the message is of no use. */
  needs: readonly string[];
  /** False where law or safety needs it: signing in, a lost card, decisions. */
  maySwitchOff: boolean;
  /** False where its words follow from what happened, so that no text of staff could say it. */
  mayEdit: boolean;
  /** Whether a template of another lib has the usual words; the others have them in this lib's catalogue alone. */
  hasTemplate: boolean;
}

const all: readonly Channel[] = ['email', 'text', 'post'];
const service = ['service', 'servicePhone', 'serviceEmail', 'serviceWeb'];
const card = ['until', 'card', 'schemePhone', 'schemeEmail'];
const renewal = ['until', 'renew', 'card', 'schemePhone', 'schemeEmail'];

const own = { mayEdit: true, maySwitchOff: true, hasTemplate: false, channels: all, needs: [] as string[] };
const edited = { ...own, hasTemplate: true };
const fixed = { ...edited, mayEdit: false, maySwitchOff: false, fields: [] };

/** Every automatic message that staff can see, in the order in which people meet them. */
export const catalogue: readonly AutomaticMessage[] = [
  { ...edited, key: 'information-service/welcome', slug: 'welcome', audience: 'subscriber', fields: service },
  { ...own, key: 'automatic-messages/welcome-3', slug: 'welcome-3', audience: 'subscriber', fields: service },
  { ...own, key: 'automatic-messages/welcome-14', slug: 'welcome-14', audience: 'subscriber', fields: service },
  { ...own, key: 'automatic-messages/card-posted', slug: 'card-posted', audience: 'cardholder', fields: card },
  { ...own, key: 'automatic-messages/renewal-8', slug: 'renewal-8', audience: 'cardholder', fields: renewal },
  { ...own, key: 'automatic-messages/renewal-4', slug: 'renewal-4', audience: 'cardholder', fields: renewal },
  { ...own, key: 'automatic-messages/renewal-1', slug: 'renewal-1', audience: 'cardholder', fields: renewal },
  {
    ...{ ...edited, key: 'businesses/received', slug: 'business-received', audience: 'business', channels: ['email'] },
    ...{ fields: ['business', 'page'] },
  },
  {
    ...{
      ...edited,
      key: 'businesses/published',
      slug: 'business-published',
      audience: 'business',
      channels: ['email'],
    },
    ...{ fields: ['business', 'page'], needs: ['page'] },
  },
  {
    ...{ ...edited, key: 'offers/published', slug: 'offer-published', audience: 'business', channels: ['email'] },
    ...{ fields: ['business', 'offer', 'sentence', 'page'], needs: ['page'] },
  },
  { ...fixed, key: 'access/sign-in', slug: 'sign-in', audience: 'anybody' },
  { ...fixed, key: 'applications/received', slug: 'application-received', audience: 'anybody' },
  { ...fixed, key: 'applications/card-issued', slug: 'card-issued', audience: 'anybody' },
  { ...fixed, key: 'applications/declined', slug: 'application-declined', audience: 'anybody' },
  { ...fixed, key: 'cards/replaced', slug: 'card-replaced', audience: 'cardholder' },
];

const byKey = new Map(catalogue.map((message) => [message.key, message]));
const bySlug = new Map(catalogue.map((message) => [message.slug, message]));

/** The message of a template; undefined for one that staff do not see here. */
export const messageOf = (key: string): AutomaticMessage | undefined => byKey.get(key);

/** The message of a page's address. */
export const messageAt = (slug: string): AutomaticMessage | undefined => bySlug.get(slug);

/** What its text may name. */
export function fieldsOf({ audience, fields }: AutomaticMessage): string[] {
  return ['firstName', 'name', ...(audience === 'subscriber' ? ['preferences'] : []), ...fields];
}
