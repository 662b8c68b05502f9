import { sealing } from '@carers/database';
import { dateInLondon } from '@carers/kernel';
import { evaluateOffer } from '@carers/offer-rules';
import type { OfflineFlag } from './offline-flags.js';
import type { OfflineFacts } from './offline-read.statement.js';
import type { ReadUse } from './offline-reading.js';

/** What is to become of a use: it counts, people must see what it was, or it was practice. */
export interface Judgement {
  fate: 'record' | 'keep' | 'ignore';
  /** Why staff look at it; none: nobody needs to. */
  flags: OfflineFlag[];
  /** Estimate in pence; null where the basket was not told or the rules said no. */
  savingPence: number | null;
  codeCheck: 'not_checked' | null;
}

/** Where and under which circumstances the till worked. */
export interface OfflinePlace {
  branchId: string;
  /** Since when its business does not take part; null while it does. */
  stoppedAt: Date | null;
  /** When the till was ended, where it tells afterwards. */
  endedAt?: Date;
}

/**
 * Judges a use by what was so when it happened, not by what is so now: a card that was lost afterwards was good then.
 * Nothing is refused. What cannot become a redemption (no such card, no offer of this business) is for people to see.
 */
export function judgeOffline(use: ReadUse, facts: OfflineFacts, place: OfflinePlace): Judgement {
  const ignored = { fate: 'ignore', flags: [], savingPence: null, codeCheck: null } as const;
  if (use.isTest || facts.kind === 'test') return { ...ignored, flags: [] };
  const flags: OfflineFlag[] = [...use.flags, ...cardFlags(use, facts), ...scanFlags(facts)];
  if (place.stoppedAt && place.stoppedAt <= use.at) flags.push('business_not_working');
  if (!facts.offer_id) flags.push('unknown_offer');
  // It was no till by then, whoever had it in their hands: people look at it, and nothing is counted.
  const wasTill = !place.endedAt || use.at < place.endedAt;
  if (place.endedAt) flags.push(wasTill ? 'till_ended' : 'after_till_ended');
  if (!facts.card_id || !facts.terms || !facts.offer_id || !wasTill) {
    return { fate: 'keep', flags: unique(flags), savingPence: null, codeCheck: null };
  }
  const answer = evaluateOffer({
    terms: facts.terms,
    branchId: place.branchId,
    at: use.at,
    card: { kind: facts.kind ?? 'adult', bornOn: bornOn(facts), hoursOfCaring: facts.hours_of_caring },
    basketPence: use.basketPence,
    listAgeDays: use.listAgeDays,
    findNext: false,
  });
  if (!facts.was_published) flags.push('offer_not_here');
  if (!answer.usable) flags.push(answer.reason);
  const wasChecked = facts.checked === 'valid' && facts.checked_card_id === facts.card_id;
  return {
    fate: 'record',
    flags: unique(flags),
    savingPence: answer.usable ? answer.savingPence : null,
    codeCheck: facts.medium === 'phone' && !wasChecked ? 'not_checked' : null,
  };
}

function cardFlags({ at, refusal }: ReadUse, card: OfflineFacts): OfflineFlag[] {
  if (!card.card_id) return [refusal ?? 'unknown_card'];
  const flags: OfflineFlag[] = refusal ? [refusal] : [];
  const day = dateInLondon(at);
  if (card.ended_at && card.ended_at <= at) flags.push(card.end_reason === 'superseded' ? 'superseded' : 'revoked');
  else if (card.credential_revoked_at && card.credential_revoked_at <= at) flags.push('revoked');
  else if (card.suspended_at) flags.push('suspended');
  if (card.valid_from! > day) flags.push('not_yet_valid');
  if (card.valid_until! < day) flags.push('expired');
  return flags;
}

function scanFlags({ checked, checked_card_id, card_id }: OfflineFacts): OfflineFlag[] {
  if (checked === null) return [];
  if (checked_card_id !== null && checked_card_id !== card_id) return ['scan_used_for_another_card'];
  return checked === 'not_valid' ? ['refused_before'] : [];
}

/** The date of birth is opened only for an offer that asks for an age. */
function bornOn({ terms, birth_date }: OfflineFacts): string | null {
  return terms?.minimumAge && birth_date ? sealing().open(birth_date, 'birth_date') : null;
}

function unique(flags: OfflineFlag[]): OfflineFlag[] {
  return [...new Set(flags)];
}
