import type { OfferTerms } from '../../../../offer-rules/src/browser.js';

/** An offer of the till's branch. The uses are of all cards together; null where the offer has no such limit. */
export interface BundleOffer {
  id: string;
  title: string;
  /** The whole of its terms as a sentence, which begins with the title. */
  sentence: string;
  terms: OfferTerms;
  /** Number of the terms: a use says by which it was judged. */
  revision: number;
  usedToday: number | null;
  usedEver: number | null;
}

/** How the staff's PIN is told from others: PBKDF2 with SHA-256 (RFC 8018); salt and hash in base64url. */
export interface TillPin {
  salt: string;
  hash: string;
  iterations: number;
}

/** What the server gives a till for working alone (`GET /api/v1/till/bundle`). Nothing in it is about a cardholder. */
export interface TillBundle {
  till: { id: string; name: string };
  branch: { id: string; name: string };
  business: { id: string; name: string };
  /** Whether the business takes part at present. */
  working: boolean;
  /** ISO instant at which the server answered. */
  serverTime: string;
  offers: BundleOffer[];
  policy: { undoMinutes: number; syncMinutes: number };
  pin: TillPin | null;
}
