import type { Evidence } from '@carers/reviews';
import type { OfflineFlag } from './offline-flags.js';
import type { OfflineFacts } from './offline-read.statement.js';
import type { ReadUse } from './offline-reading.js';

/** A limit that a use went beyond. */
export interface LimitPassed {
  limit: 'total' | 'day' | 'card';
  most: number;
  used: number;
}

export interface SeenUse {
  use: ReadUse;
  facts: OfflineFacts;
  flags: readonly OfflineFlag[];
  redemptionId: string | null;
  limits: readonly LimitPassed[];
  /** When the till was ended, where it told afterwards. */
  tillEndedAt?: Date | undefined;
  /** What all times of the till were put right by, in milliseconds. */
  offset: number;
}

/**
 * What staff are shown of a use, and nothing that would say who it was but the card's id. Only `occurredAt` is named as
 * an instant: it is what the time for keeping the review runs from.
 */
export function offlineEvidence(
  { use, facts, flags, redemptionId, limits, tillEndedAt, offset }: SeenUse,
  tillId: string,
): Evidence {
  const endedAt = facts.ended_at ?? facts.credential_revoked_at ?? facts.suspended_at;
  const evidence: Record<string, Evidence[string] | undefined> = {
    flag: flags,
    occurredAt: use.at.toISOString(),
    tillId,
    offerId: facts.offer_id ?? use.offerId,
    scanId: use.scanId,
    entered: use.entered,
    cardId: facts.card_id ?? undefined,
    credentialId: use.credentialId ?? undefined,
    redemptionId: redemptionId ?? undefined,
    endedBeforeMinutes: endedAt && endedAt <= use.at ? minutes(use.at.getTime() - endedAt.getTime()) : undefined,
    listAgeMinutes: use.listAgeDays === null ? undefined : Math.round(use.listAgeDays * 1440),
    // `flag` says whether it is the time before the end or after it.
    tillEndedMinutes: tillEndedAt ? minutes(Math.abs(tillEndedAt.getTime() - use.at.getTime())) : undefined,
    clockOffMinutes: offset === 0 ? undefined : minutes(offset),
    revision: facts.revision ?? undefined,
    basketPence: use.basketPence ?? undefined,
    limits: limits.length > 0 ? limits.map((each) => ({ ...each })) : undefined,
  };
  return Object.fromEntries(Object.entries(evidence).filter(([, value]) => value !== undefined)) as Evidence;
}

function minutes(ms: number): number {
  return Math.round(ms / 60_000);
}
