import { InvalidInput, isUuid, type LocalDate } from '@carers/kernel';
import type { AskedTime } from './asked-time.js';

/** What somebody looks for, with every name already turned into what the tables hold. */
export interface DirectoryQuery {
  regionId?: string | undefined;
  categoryId?: string | undefined;
  townSlug?: string | undefined;
  /** Lower case, without accents, at most `mostWords`. */
  words?: readonly string[] | undefined;
  near?: { lat: number; lng: number; withinMiles?: number | undefined } | undefined;
  /** Only offers that may be used then. */
  usableAt?: AskedTime | undefined;
  limit: number;
  /** As given with the page before. */
  cursor?: string | undefined;
}

/** Offers that have ended, or that nobody confirmed for too long, are passed over. */
export interface Freshness {
  today: LocalDate;
  confirmedSince: LocalDate;
}

/**
 * Where a page of a list begins. Lists by rank and by distance go on after a row; a search by words ranks one window of
 * candidates at a time, so it goes on at a row of a window.
 */
export type Position =
  | { by: 'rank'; rank: number; id: string }
  | { by: 'distance'; apart: number; id: string }
  | { by: 'words'; after: { rank: number; id: string } | null; offset: number };

export const mostWords = 8;
/** How many matches of a word search are ranked at a time. */
export const windowSize = 200;

/** Letters and digits of what was typed, as the dictionary of the directory has them. */
export function wordsOf(typed: string): string[] {
  const plain = typed.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/['’]/g, '');
  return [...new Set(plain.match(/[a-z0-9]{2,30}/g) ?? [])].slice(0, mostWords);
}

/** Opaque to readers: they hand it back as it is. */
export function encodePosition(position: Position): string {
  const parts =
    position.by === 'rank'
      ? ['r', position.rank, position.id]
      : position.by === 'distance'
        ? ['d', position.apart, position.id]
        : ['w', position.after?.rank ?? null, position.after?.id ?? null, position.offset];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws InvalidInput for anything that `encodePosition` did not make for this kind of list */
export function decodePosition(cursor: string, by: Position['by']): Position {
  const position = read(cursor);
  if (position?.by !== by) throw new InvalidInput([{ field: 'cursor', message: 'offers:errors.cursor' }]);
  return position;
}

function read(cursor: string): Position | null {
  if (!/^[A-Za-z0-9_-]{8,200}$/.test(cursor)) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(parts)) return null;
  const [kind, first, second, third] = parts as unknown[];
  const id = typeof second === 'string' && isUuid(second) ? second : null;
  if (kind === 'r' && id && isWhole(first)) return { by: 'rank', rank: first, id };
  if (kind === 'd' && id && typeof first === 'number' && first >= 0) return { by: 'distance', apart: first, id };
  if (kind === 'w' && isWhole(third) && third >= 0 && third <= windowSize) {
    if (first === null && second === null) return { by: 'words', after: null, offset: third };
    if (id && isWhole(first)) return { by: 'words', after: { rank: first, id }, offset: third };
  }
  return null;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
