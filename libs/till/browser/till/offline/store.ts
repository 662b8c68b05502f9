import type { StoredTill, UndoReason } from '../service.js';
import type { TillBundle } from './bundle.js';
import type { Shift } from './pin.js';

/** What a till keeps besides its queue, each under its name. Times in milliseconds since 1970. */
export interface Kept {
  till: StoredTill;
  /** Public keys of the scheme. */
  keys: { keys: unknown[] };
  list: StoredList;
  bundle: { body: TillBundle; etag: string | null };
  /** What the server's clock is ahead of the device's, and whether people were told. */
  clock: { aheadMs: number; told: boolean };
  /** When everything was last fetched, by the server's clock. */
  synced: number;
  /** Uses that were taken back here, too late for the server, until people were told. Nothing of a cardholder. */
  tooLate: { offerId: string; occurredAt: string }[];
  shift: Shift;
  /** The key of a till that has ended, for as long as uses from before its end wait here: the server hears of those. */
  leaving: { key: string; branchId: string };
  settings: { training: boolean; installHidden: boolean; camera: boolean };
}

/** The status list as it was signed, compressed, and the one delta since. */
export interface StoredList {
  whole: string;
  etag: string | null;
  /** When the whole list was signed, in seconds since 1970: deltas are asked for since then. */
  issuedAt: number;
  changes: string | null;
  /** When the server last said that it is so, by its clock. */
  asOf: number;
}

/** What goes when a till has ended: its secrets, and what they opened. */
export const endsWithTill = [
  'till',
  'keys',
  'list',
  'bundle',
  'synced',
  'tooLate',
  'shift',
] as const satisfies (keyof Kept)[];

/** A use of an offer that the server has yet to hear of. */
export interface NewUse {
  scanId: string;
  offerId: string;
  /** What was scanned, whole; the only thing of a cardholder that is kept, and it goes when it was delivered. */
  credential?: string;
  cardNumber?: string;
  /** By the device's own clock, as the server wants it. */
  occurredAt: string;
  basketPence?: number;
  offerRevision?: number;
  listAsOf?: string;
  /** A till that is paired anew elsewhere must not send it. */
  branchId: string;
  /** The server was asked first and may have recorded it, although no answer came. */
  tried?: boolean;
  /** Counts to which it was added. */
  tallies: string[];
}

export interface QueuedUse extends NewUse {
  /** Its place in the queue. */
  place: number;
  /** Sent at least once or asked for there, so the server may have it although no answer came. */
  tried: boolean;
  /** The server will not read it. */
  stuck: boolean;
  /** When it said so, by the device's own clock: it is asked again a day later. */
  stuckAt?: number;
  /** It was taken back after it may have been sent: then it must be taken back there too. */
  undo: UndoReason | null;
  /** When, by the device's own clock. Left out by pages of before. */
  undoneAt?: string;
  /** Known once it was delivered, where it still waits for being taken back. */
  redemptionId: string | null;
}

/** A use that the server has, and that was taken back here while it could not be reached. */
export type OwedUndo = Pick<NewUse, 'scanId' | 'offerId' | 'occurredAt' | 'branchId' | 'tallies'> & {
  redemptionId: string;
  undo: UndoReason;
  undoneAt: string;
};

/** A delivered use, for as long as it can be taken back. */
export interface Delivered {
  scanId: string;
  offerId: string;
  /** Null where staff of the scheme look at it first: there is nothing to take back. */
  redemptionId: string | null;
  at: number;
}

/** Where a till keeps things. Each call is one transaction: all of it happens, or nothing. */
export interface TillStore {
  get<Name extends keyof Kept>(name: Name): Promise<Kept[Name] | undefined>;
  put(values: Partial<Kept>): Promise<void>;
  remove(names: readonly (keyof Kept)[]): Promise<void>;

  /** Counts of uses. */
  tallies(): Promise<Map<string, number>>;
  /** Replaces all counts. */
  setTallies(tallies: ReadonlyMap<string, number>): Promise<void>;
  /** Adds to counts, of a use that the server knows already. */
  count(tallies: readonly string[], by: 1 | -1): Promise<void>;

  /** The uses that wait, in the order in which they happened. */
  queue(): Promise<QueuedUse[]>;
  /** Adds a use and counts it. */
  add(use: NewUse): Promise<void>;
  /** Takes a use out of the queue and out of the counts, or marks it where the server may have it. */
  takeBack(
    scanId: string,
    offerId: string,
    reason: UndoReason,
    undoneAt: string,
  ): Promise<'gone' | 'marked' | 'absent'>;
  /** Adds to the queue what has to be taken back at the server, and takes it out of the counts. */
  owe(undo: OwedUndo): Promise<void>;
  /** Changes what is known of uses that wait. */
  mark(places: readonly number[], change: Partial<Pick<QueuedUse, 'tried' | 'stuck' | 'stuckAt'>>): Promise<void>;
  /**
   * Removes uses that were delivered, and keeps what undoing needs. One that was taken back in the meantime stays,
   * with the id by which to take it back at the server.
   */
  deliver(uses: readonly (Delivered & { place: number })[], forgetBefore: number): Promise<void>;
  /** Removes a use that is settled, and leaves nothing of it. */
  drop(place: number): Promise<void>;
  delivered(scanId: string, offerId: string): Promise<Delivered | undefined>;
  /** Throws the whole queue away. */
  clearQueue(): Promise<void>;
}
