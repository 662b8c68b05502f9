import { parseCardNumber, verifyCredentialSync, type VerifyingKeys } from '@carers/credentials';
import { whenItHappened } from './offline-clock.js';
import type { OfflineFlag } from './offline-flags.js';
import type { CardReason } from './reasons.js';
import type { OfflineUse } from './till-sync-forms.js';

/** One use as it was told, with everything that can be known without the database. */
export interface ReadUse {
  scanId: string;
  offerId: string;
  /** When it happened, by our clock. */
  at: Date;
  entered: 'scan' | 'number' | 'nothing';
  credentialId: string | null;
  cardNumber: string | null;
  /** Why the text is no card, or no card of that day. */
  refusal: CardReason | null;
  isTest: boolean;
  basketPence: number | null;
  offerRevision: number | null;
  /** Age of the till's status list at that time; null where it did not say. */
  listAgeDays: number | null;
  flags: OfflineFlag[];
}

const dayInMs = 86_400_000;
const mostPence = 10_000_000;

/** Reads one use. Never throws: what cannot be understood of it is left out, since the use happened all the same. */
export function readUse(use: OfflineUse, keys: VerifyingKeys<boolean>, offset: number, now: Date): ReadUse {
  const { at, flag } = whenItHappened(use.occurredAt, offset, now);
  const listAsOf = Date.parse(use.listAsOf ?? '');
  return {
    scanId: use.scanId.toLowerCase(),
    offerId: use.offerId.toLowerCase(),
    at,
    ...recognise(use, keys, at),
    basketPence: wholeNumber(use.basketPence, 0, mostPence),
    offerRevision: wholeNumber(use.offerRevision, 1, 0x7fff_ffff),
    listAgeDays: Number.isNaN(listAsOf) ? null : Math.max(0, at.getTime() - listAsOf) / dayInMs,
    flags: flag ? [flag] : [],
  };
}

/** Which card is meant, and whether the text proves it, at that time. */
function recognise({ credential, cardNumber }: OfflineUse, keys: VerifyingKeys<boolean>, now: Date) {
  const none = { credentialId: null, cardNumber: null, refusal: null, isTest: false };
  if (credential === undefined) {
    const number = parseCardNumber(cardNumber ?? '');
    const entered = cardNumber === undefined ? ('nothing' as const) : ('number' as const);
    return { ...none, entered, cardNumber: number, refusal: number ? null : ('malformed' as const) };
  }
  const check = verifyCredentialSync(credential, keys, { now });
  const entered = 'scan' as const;
  if (!('claims' in check)) return { ...none, entered, refusal: check.reason };
  const { credentialId, kind } = check.claims;
  return { ...none, entered, credentialId, refusal: check.ok ? null : check.reason, isTest: kind === 'test' };
}

function wholeNumber(value: number | undefined, least: number, most: number): number | null {
  return value !== undefined && Number.isInteger(value) && value >= least && value <= most ? value : null;
}
