import {
  type CredentialCheck,
  type CredentialClaims,
  verifyCredential,
  verifyCredentialSync,
  type VerifyingKeys,
} from '../../../../credentials/src/browser.js';
import { type CardFacts, evaluateOffer, type OfferAnswer } from '../../../../offer-rules/src/browser.js';
import type { CheckAnswer, OfferLine } from '../service.js';
import type { BundleOffer, TillBundle } from './bundle.js';
import { dayOf, type Tallies, usageFor } from './tallies.js';

/** The signed status list: 0 valid, 1 not valid any more, 2 on hold; null for a place outside it. */
export interface Statuses {
  statusOf(index: number): number | null;
}

/** All that a till needs for judging a card alone. */
export interface Material<Keys extends VerifyingKeys = VerifyingKeys> {
  keys: Keys;
  statuses: Statuses;
  /** When the server last said that the list is so: milliseconds since 1970. */
  listAsOf: number;
  bundle: TillBundle;
  tallies: Tallies;
}

/** The server's answer, with what a till keeps of the card for counting its uses. */
export interface OfflineAnswer extends CheckAnswer {
  credentialId: string | null;
  facts: CardFacts | null;
}

export interface CheckOptions {
  /** Practice: a training card is as good as a real one. */
  training?: boolean;
}

const DAY = 86_400_000;
/** The code that a phone's card adds to its token. */
const movingCode = /\.[A-Z2-7]{5}\s*$/i;

/**
 * Checks a scanned text without a connection: its signature and validity, the status list, this branch's offers with
 * the uses known here. The same answer, with the same reasons, as the server's. Never throws for any text.
 * @param now milliseconds since 1970, put right where the till's clock is wrong
 */
export async function checkOffline(
  text: string,
  material: Material,
  now: number,
  options: CheckOptions = {},
): Promise<OfflineAnswer> {
  return judge(await verifyCredential(text, material.keys, { now: new Date(now) }), text, material, now, options);
}

/** The same with keys that answer at once (Node). */
export function checkOfflineSync(
  text: string,
  material: Material<VerifyingKeys<boolean>>,
  now: number,
  options: CheckOptions = {},
): OfflineAnswer {
  return judge(verifyCredentialSync(text, material.keys, { now: new Date(now) }), text, material, now, options);
}

/** One offer for one card, worked out here. */
export function judgeOffer(
  offer: BundleOffer,
  card: { credentialId: string | null; facts: CardFacts },
  material: Omit<Material, 'keys' | 'statuses'>,
  now: number,
  basketPence: number | null = null,
): OfferAnswer {
  const { bundle, tallies, listAsOf } = material;
  return evaluateOffer({
    terms: offer.terms,
    branchId: bundle.branch.id,
    at: now,
    card: card.facts,
    basketPence,
    ...(offer.terms.limits && {
      usage: usageFor(offer, card.credentialId, now, bundle.serverTime, tallies),
    }),
    listAgeDays: Math.max(0, now - listAsOf) / DAY,
  });
}

function judge(
  check: CredentialCheck,
  text: string,
  material: Material,
  now: number,
  options: CheckOptions,
): OfflineAnswer {
  if (!('claims' in check)) return refusal(check.reason, null);
  const { claims } = check;
  const shown = cardOf(claims, text);
  const reason = refusalOf(check, shown.validUntil, material, now, options);
  if (reason) return refusal(reason, shown);
  const card = { credentialId: claims.credentialId, facts: { kind: claims.kind } };
  return {
    outcome: 'valid',
    reason: null,
    card: shown,
    offers: linesFor(material.bundle.offers, (offer) => judgeOffer(offer, card, material, now)),
    ...card,
  };
}

/** In the server's order, so that both give the same reason. */
function refusalOf(
  check: Extract<CredentialCheck, { claims: CredentialClaims }>,
  lastDay: string,
  material: Material,
  now: number,
  { training }: CheckOptions,
): string | null {
  const { claims } = check;
  if (claims.kind === 'test') return training ? null : 'test_card';
  if (!check.ok) return check.reason;
  switch (material.statuses.statusOf(claims.statusIndex)) {
    case 0:
      // The last day ends by London's clock, which in summer is an hour before the credential's own end.
      return dayOf(now) > lastDay ? 'expired' : null;
    case 2:
      return 'suspended';
    case null:
      return 'unknown_card';
    default:
      return 'revoked';
  }
}

function refusal(reason: string, card: CheckAnswer['card']): OfflineAnswer {
  return { outcome: 'not_valid', reason, card, offers: [], credentialId: null, facts: null };
}

/**
 * Only a phone's card has a code that moves; it is here for the server to check, never for us. A text without one may be
 * a printed card's, or a phone's from which it was cut off: that is for people to see.
 */
function cardOf(claims: CredentialClaims, text: string): NonNullable<CheckAnswer['card']> {
  return {
    firstName: claims.firstName,
    validUntil: lastDay(claims),
    ...(movingCode.test(text) ? { medium: 'phone' as const } : {}),
  };
}

/** Last days by the instants at which credentials end, which are few: writing a date takes a tenth of a check. */
const lastDays = new Map<number, string>();
const mostLastDays = 2_000;

/** A credential ends at the first midnight UTC after its card's last day. */
function lastDay({ expiresAt }: CredentialClaims): string {
  const end = expiresAt.getTime();
  const known = lastDays.get(end);
  if (known) return known;
  if (lastDays.size >= mostLastDays) lastDays.clear();
  const day = new Date(end - 1).toISOString().slice(0, 10);
  lastDays.set(end, day);
  return day;
}

/** Each offer as the server would say it. */
export function linesFor(offers: readonly BundleOffer[], answerOf: (offer: BundleOffer) => OfferAnswer): OfferLine[] {
  return offers.map((offer) => {
    const answer = answerOf(offer);
    return {
      id: offer.id,
      title: offer.title,
      terms: offer.sentence,
      kind: offer.terms.kind,
      minimumSpendPence: offer.terms.minimumSpendPence ?? null,
      usable: answer.usable,
      reason: answer.usable ? null : answer.reason,
      remaining: answer.remaining,
      nextUsableAt: answer.usable ? null : (answer.nextUsableAt?.toISOString() ?? null),
    };
  });
}
