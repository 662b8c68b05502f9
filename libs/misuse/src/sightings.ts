import type { Tx } from '@carers/database';
import type { Spot } from './travel.js';

/** One time that a card was shown somewhere, as the till told it. Nothing of the person behind it. */
export interface Sighting {
  cardId: string;
  at: Date;
  branchId: string;
  /** Null for an online branch. */
  spot: Spot | null;
  /** A check that was accepted or a use without a connection; else a picture of the card that was too old. */
  accepted: boolean;
  medium: 'phone' | 'printed' | 'plastic' | null;
}

/** Cards and tills of rows that nobody has looked at yet, and where to go on next time. */
export interface Unseen {
  cardIds: string[];
  tillIds: string[];
  earliest: Date | null;
  latest: Date | null;
  /** Id of the last row of each source; the old one where there was nothing new. */
  seen: Record<Source, string>;
  /** Whether a source has more rows than were taken. */
  more: boolean;
}

export type Source = 'validation' | 'redemption';

/** Rows of one step, and sightings of the cards in it: both bounded, so that a step is short whatever happens. */
const step = 2_000;
const mostOfOne = 500;

/** How long before and after a row its card's other sightings matter, in hours: longer than any journey in the country. */
const reachHours = 12;

/**
 * Rows from where the last step ended up to an instant, by the time their ids carry: each is taken once, and a use that
 * is told of days later is new when it arrives.
 */
export async function unseenRows(tx: Tx, seen: Record<Source, string>, until: Date): Promise<Unseen> {
  const end = idOf(until);
  const checks = (await tx.query(
    `SELECT id, card_id AS "cardId", till_id AS "tillId", at, outcome, reason FROM validation
      WHERE id > $1 AND id < $2 ORDER BY id LIMIT ${step}`,
    [seen.validation, end],
  )) as { id: string; cardId: string | null; tillId: string; at: Date; outcome: string; reason: string | null }[];
  const uses = (await tx.query(
    `SELECT id, card_id AS "cardId", occurred_at AS at, source FROM redemption
      WHERE id > $1 AND id < $2 ORDER BY id LIMIT ${step}`,
    [seen.redemption, end],
  )) as { id: string; cardId: string | null; at: Date; source: string }[];
  const told = uses.filter(({ source }) => source === 'offline');
  const shown = [...checks.filter(({ outcome, reason }) => outcome === 'valid' || reason === 'stale_code'), ...told];
  const instants = [...checks, ...told].map(({ at }) => at.getTime());
  return {
    cardIds: [...new Set(shown.map(({ cardId }) => cardId).filter((id) => id !== null))],
    tillIds: [...new Set(checks.filter(({ outcome }) => outcome === 'not_valid').map(({ tillId }) => tillId))],
    earliest: instants.length > 0 ? new Date(instants.reduce((a, b) => Math.min(a, b))) : null,
    latest: instants.length > 0 ? new Date(instants.reduce((a, b) => Math.max(a, b))) : null,
    seen: {
      validation: checks.at(-1)?.id ?? seen.validation,
      redemption: uses.at(-1)?.id ?? seen.redemption,
    },
    more: checks.length === step || uses.length === step,
  };
}

/** Sightings of some cards around a time, by card and time, the newest where there are very many. A scan that was checked and then used is one. */
export async function sightingsOf(tx: Tx, cardIds: string[], earliest: Date, latest: Date): Promise<Sighting[]> {
  const reach = reachHours * 3_600_000;
  const rows = (await tx.query(
    `SELECT seen.card_id AS "cardId", seen.at, seen.branch_id AS "branchId", branch.lat, branch.lng, seen.accepted,
            credential.medium
       FROM unnest($1::uuid[]) AS asked (card_id)
       CROSS JOIN LATERAL (
         (SELECT card_id, at, branch_id, outcome = 'valid' AS accepted, credential_id
            FROM validation
           WHERE card_id = asked.card_id AND at BETWEEN $2 AND $3 AND (outcome = 'valid' OR reason = 'stale_code')
           ORDER BY at DESC LIMIT ${mostOfOne})
         UNION ALL
         (SELECT DISTINCT ON (occurred_at, branch_id, scan_id) card_id, occurred_at, branch_id, true, NULL
            FROM redemption
           WHERE card_id = asked.card_id AND occurred_at BETWEEN $2 AND $3 AND source = 'offline'
             AND undone_at IS NULL
             AND NOT EXISTS (SELECT FROM validation checked WHERE checked.branch_id = redemption.branch_id
                                AND checked.scan_id = redemption.scan_id AND checked.outcome = 'valid')
           ORDER BY occurred_at DESC LIMIT ${mostOfOne})) seen
       JOIN branch ON branch.id = seen.branch_id
       LEFT JOIN credential ON credential.id = seen.credential_id
      ORDER BY seen.card_id, seen.at`,
    [cardIds, new Date(earliest.getTime() - reach), new Date(latest.getTime() + reach)],
  )) as (Omit<Sighting, 'spot'> & { lat: number | null; lng: number | null })[];
  return rows.map(({ lat, lng, ...row }) => ({ ...row, spot: lat === null || lng === null ? null : { lat, lng } }));
}

/** One refused check at a till. */
export interface Refusal {
  tillId: string;
  branchId: string;
  at: Date;
  reason: string;
  /** A number was typed that is nobody's. */
  guessed: boolean;
}

/** Refused checks of some tills around a time; test cards, which staff practise with, are left out. */
export async function refusalsAt(tx: Tx, tillIds: string[], earliest: Date, latest: Date): Promise<Refusal[]> {
  return (await tx.query(
    `SELECT refused.till_id AS "tillId", refused.branch_id AS "branchId", refused.at, refused.reason,
            refused.reason = 'unknown_card' AND refused.credential_id IS NULL AS guessed
       FROM unnest($1::uuid[]) AS asked (till_id)
       CROSS JOIN LATERAL (
         SELECT till_id, branch_id, at, reason, credential_id FROM validation
          WHERE till_id = asked.till_id AND at BETWEEN $2 AND $3 AND outcome = 'not_valid' AND reason <> 'test_card'
          ORDER BY at DESC LIMIT ${mostOfOne}) refused
      ORDER BY refused.till_id, refused.at`,
    [tillIds, earliest, latest],
  )) as Refusal[];
}

/** The lowest UUID version 7 (RFC 9562) of an instant: ids made before it are lower, later ones are not. */
export function idOf(instant: Date): string {
  const hex = instant.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
