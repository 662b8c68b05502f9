import { columnOf, type PreparedStatement } from '@carers/database';
import type { OfferTerms } from '@carers/offer-rules';
import { rowOf, type CheckAnswer } from './check-answer.js';
import type { Counter } from './counters.js';
import type { CardReason } from './reasons.js';

/** One check on its way to the database. Instants and days come from our clock, never the database's. */
export interface ValidationToWrite {
  id: string;
  keyHash: string;
  scanId: string;
  at: Date;
  today: string;
  /** The credential that was verified, or null where a number was typed or nothing could be read. */
  credentialId: string | null;
  cardNumber: string | null;
  /** Why the text was refused before any look-up. */
  refusal: CardReason | null;
  /** Whether the code that changes every half minute was there and right. */
  fresh: boolean;
  /** Whether to note that the till is in use. */
  noted: boolean;
  /** The branch's offers and what was used of their limits, where they are not known; else `counters` says what to read. */
  wantsOffers: boolean;
  /** What some offers ask of the person: date of birth and hours of caring. */
  wantsPerson: boolean;
  counters: readonly Counter[];
}

/** An offer of the branch. */
export interface BranchOffer {
  id: string;
  title: string;
  sentence: string;
  terms: OfferTerms;
  revision: number;
}

/** Uses of one offer so far: offer, what was counted (`total`, `day:…` or `card:…`), how often. */
export type CountedUse = [offerId: string, scope: string, used: number];

/** What the database answers for one check. */
export interface ValidationRow {
  till_id: string | null;
  may_validate: boolean | null;
  /** Null where the till's business takes no part at present. */
  branch_id: string | null;
  /** Null when the same scan is being written by somebody else in this moment: ask again. */
  outcome: 'valid' | 'not_valid' | null;
  reason: CardReason | null;
  card_id: string | null;
  /** The card of the first check with this scan, where there was one before. */
  earlier_card_id: string | null;
  is_repeat: boolean;
  printed_name: string | null;
  valid_until: string | null;
  kind: 'adult' | 'young' | 'test' | null;
  /** Null where a number was typed. */
  medium: 'phone' | 'printed' | 'plastic' | null;
  /** Sealed; only where it was wanted. */
  birth_date?: string | null;
  /** A week; only where it was wanted. */
  hours_of_caring?: number | null;
  /** Left out or null where they were not wanted. */
  offers?: BranchOffer[] | null;
  uses?: CountedUse[] | null;
}

type Wanted = Required<Pick<ValidationRow, 'birth_date' | 'hours_of_caring' | 'offers' | 'uses'>>;

/** The answer to a batch. What was wanted besides has the place of its check, counted from 1. */
export interface ValidationAnswers {
  answers: CheckAnswer[];
  more: (Wanted & { place: number })[] | null;
  uses: [place: number, ...use: CountedUse][] | null;
}

/** The values of the statement for a batch: one array for each column. */
export function validationValues(items: readonly ValidationToWrite[]): string[] {
  const counters = items.flatMap((item, index) => item.counters.map((each) => ({ ...each, place: index + 1 })));
  return [
    columnOf(items.map(({ id }) => id)),
    columnOf(items.map(({ keyHash }) => keyHash)),
    columnOf(items.map(({ scanId }) => scanId)),
    columnOf(items.map(({ at }) => at.toISOString())),
    columnOf(items.map(({ today }) => today)),
    columnOf(items.map(({ credentialId }) => credentialId)),
    columnOf(items.map(({ cardNumber }) => cardNumber)),
    columnOf(items.map(({ refusal }) => refusal)),
    columnOf(items.map(({ fresh }) => fresh)),
    columnOf(items.map(({ wantsOffers, wantsPerson }) => 3 * +wantsOffers + 4 * +wantsPerson)),
    columnOf(items.filter(({ noted }) => noted).map(({ keyHash }) => keyHash)),
    columnOf(counters.map(({ place }) => place)),
    columnOf(counters.map(({ offerId }) => offerId)),
    columnOf(counters.map(({ scope }) => scope)),
  ];
}

/** The answers in the order of the items, each with what was wanted besides. */
export function validationRows({ answers, more, uses }: ValidationAnswers): ValidationRow[] {
  const rows = answers.map(rowOf);
  for (const [place, ...use] of uses ?? []) (rows[place - 1]!.uses ??= []).push(use);
  for (const { place, ...rest } of more ?? []) {
    const row = rows[place - 1]!;
    Object.assign(row, rest, { uses: rest.uses ?? row.uses });
  }
  return rows;
}

/**
 * Authenticates the till, finds the card, decides, keeps the validation and reads what else is wanted: one round trip for
 * any number of checks. The unique constraint on branch and scan settles repeats. The SQL is the function's (migrations).
 */
export const validateStatement: PreparedStatement = {
  name: 'till-checks',
  text: "SELECT json_build_object('checks', till_checks($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14))",
};
