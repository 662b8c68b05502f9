import type { Words } from '@carers/pages';
import { offerReasons } from '@carers/offer-rules';
import type { OfferUse } from './offer-uses.js';
import { cardReasons } from './reasons.js';

/** The colour and shape of an answer: `ask` where nothing is wrong with the carer's card as far as anybody knows. */
export type Tone = 'yes' | 'no' | 'ask';

/** Every way in which a card is not valid at the till: its words are under `till:answers.<name>`. */
export const answers: { name: string; tone: Tone }[] = [
  // What a person typed is more often a slip than a wrong card.
  { name: 'mistyped', tone: 'ask' },
  // Only a till without a connection says this.
  { name: 'needs_scan', tone: 'ask' },
  ...cardReasons.map((name) => ({ name, tone: toneOf(name) })),
];

function toneOf(reason: (typeof cardReasons)[number]): Tone {
  return reason === 'malformed' || reason === 'stale_code' || reason === 'test_card' ? 'ask' : 'no';
}

/** Sentences that the page's script fills in. `{name}` stands for what only the browser knows. */
export function tillWords(words: Words): Record<string, string> {
  const blanks = Object.fromEntries(
    ['name', 'date', 'time', 'many', 'saving', 'offer', 'amount', 'till', 'business', 'list'].map((blank) => [
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
    'undo-too-late',
    'an-offer',
    'not-working',
    'checking',
    'who',
    'foot-alone',
    'foot-practice',
    'state-fresh',
    'state-away',
    'state-never',
    'time-on',
    'waiting-none',
    'deleted',
    'syncing',
    'synced',
    'sync-failed',
    'clock-wrong',
    'mark-printed',
    'mark-plastic',
    'mark-unchecked',
    'mark-no-code',
    'mark-typed',
    'practice-name',
    'number-right',
    'number-wrong',
    'pin-missing',
    'pin-wrong',
    'pin-wait',
  ].map((key): [string, string] => [key, words.t(`till:script.${key}`, blanks)]);
  const counted = ['said-offers', 'waiting', 'stuck', 'undelivered'].flatMap((key) =>
    [1, 2].map((count): [string, string] => [
      `${key}_${count === 1 ? 'one' : 'other'}`,
      words.t(`till:script.${key}`, { count, many: '{many}' }),
    ]),
  );
  const why = offerReasons.map((reason): [string, string] => [reason, words.t(`till:offer-reasons.${reason}`, blanks)]);
  return Object.fromEntries([...plain, ...counted, ...why]);
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
