import type { Branch } from '@carers/businesses';
import type { Words } from '@carers/pages';
import { offerReasons } from '@carers/offer-rules';
import type { OfferUse } from './offer-uses.js';
import { cardReasons } from './reasons.js';
import type { TillLine } from './tills.js';

/** The colour and shape of an answer: `ask` where nothing is wrong with the carer's card as far as anybody knows. */
export type Tone = 'yes' | 'no' | 'ask';

/** Every way in which a card is not valid at the till: its words are under `till:answers.<name>`. */
export const answers: { name: string; tone: Tone }[] = [
  // What a person typed is more often a slip than a wrong card.
  { name: 'mistyped', tone: 'ask' },
  ...cardReasons.map((name) => ({ name, tone: toneOf(name) })),
];

function toneOf(reason: (typeof cardReasons)[number]): Tone {
  return reason === 'malformed' || reason === 'stale_code' || reason === 'test_card' ? 'ask' : 'no';
}

/** Sentences that the page's script fills in. `{name}` stands for what only the browser knows. */
export function tillWords(words: Words): Record<string, string> {
  const blanks = Object.fromEntries(
    ['name', 'date', 'time', 'many', 'saving', 'offer', 'amount', 'till', 'business'].map((blank) => [
      blank,
      `{${blank}}`,
    ]),
  );
  const plain = [
    'said-valid',
    'said-no-offers',
    'until',
    'foot',
    'after-time',
    'after-date',
    'remaining',
    'minimum-spend',
    'saved',
    'used-at',
    'amount-wrong',
    'camera-starting',
    'camera-on',
    'camera-refused',
    'camera-none',
    'number-missing',
    'code-missing',
    'code-refused',
    'no-connection',
    'too-many',
    'wrong',
    'undone',
    'too-late',
    'not-working',
    'checking',
    'who',
  ].map((key): [string, string] => [key, words.t(`till:script.${key}`, blanks)]);
  const offers = ['said-offers_one', 'said-offers_other'].map((key): [string, string] => [
    key,
    words.t('till:script.said-offers', { count: key.endsWith('one') ? 1 : 2, many: '{many}' }),
  ]);
  const why = offerReasons.map((reason): [string, string] => [reason, words.t(`till:offer-reasons.${reason}`, blanks)]);
  return Object.fromEntries([...plain, ...offers, ...why]);
}

/** A pairing code as people read it out: `ABCD EFGH`. */
export function inGroups(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1 ');
}

/** Each place of a business with its tills. */
export function branchesWithTills(branches: readonly Branch[], tills: readonly TillLine[]) {
  return branches.map(({ id, name }) => ({
    name,
    tills: tills.filter(({ branchId }) => branchId === id).map((till) => ({ ...till, phone: till.kind === 'phone' })),
  }));
}

/** The month's uses, with their sum. */
export function usesView(uses: readonly OfferUse[]) {
  const savings = uses.map(({ savingPence }) => savingPence).filter((saving) => saving !== null);
  return {
    uses: uses.map((use) => ({ ...use })),
    total: uses.reduce((sum, use) => sum + use.uses, 0),
    saved: savings.length > 0 ? savings.reduce((sum, saving) => sum + saving, 0) : null,
  };
}
