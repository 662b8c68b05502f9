import { Limits } from '@carers/access';
import { CardKeys } from '@carers/cards';
import { parseCardNumber, verifyCredentialSync } from '@carers/credentials';
import { Database, sealing } from '@carers/database';
import { Clock, dateInLondon, Ids } from '@carers/kernel';
import { type CardFacts, evaluateOffer, type OfferKind, type OfferReason } from '@carers/offer-rules';
import { Injectable } from '@nestjs/common';
import type { CardReason } from './reasons.js';
import { SharedStatement } from './shared-statement.js';
import type { ValidationRequest } from './till-forms.js';
import { ScanUsedForAnotherCard, TillKeyRefused } from './till.problems.js';
import {
  type OfferRow,
  validateStatement,
  type ValidationRow,
  type ValidationToWrite,
  validationValues,
} from './validate.statement.js';

/** One offer in the answer to a scan. `remaining` counts this use; null where there is no limit. */
export interface OfferLine {
  id: string;
  title: string;
  /** The whole of its terms as a sentence. */
  terms: string;
  kind: OfferKind;
  /** What the basket must come to, in pence; null where any will do. */
  minimumSpendPence: number | null;
  usable: boolean;
  reason: OfferReason | null;
  remaining: number | null;
  /** ISO instant, where waiting helps. */
  nextUsableAt: string | null;
}

/** The answer to a scan. It tells the shop nothing about the person beyond what is printed on the card. */
export interface ValidationAnswer {
  outcome: 'valid' | 'not_valid';
  reason: CardReason | null;
  card: { firstName: string; validUntil: string } | null;
  offers: OfferLine[];
}

/** The same with what redeeming goes by, for this process. */
export interface AcceptedScan {
  branchId: string;
  /** Last day of the card. */
  validUntil: string;
  facts: CardFacts;
  offers: readonly OfferRow[];
}

/** A number has 40 random bits, a few of which are cards: not to be found by trying them out. */
const guesses = 'till-unknown-number';

/** What is remembered of a scan for the redemption that usually follows, in milliseconds and scans. */
const rememberFor = 10 * 60_000;
const rememberMost = 5_000;

/** Checks cards: the signature here, everything else in one shared statement. */
@Injectable()
export class Validations {
  private readonly statement: SharedStatement<ValidationToWrite, ValidationRow>;
  private readonly remembered = new Map<string, { scan: AcceptedScan; until: number }>();

  constructor(
    private readonly database: Database,
    private readonly keys: CardKeys,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly limits: Limits,
  ) {
    this.statement = new SharedStatement((items) =>
      this.database.prepared<ValidationRow>(validateStatement, validationValues(items)),
    );
  }

  /**
   * Checks one card and keeps the check, whatever its answer. The same scan again gets the same answer.
   * @param keyHash hash of the till's key
   * @throws TillKeyRefused, ScanUsedForAnotherCard, AskedTooOften when the till tries numbers out
   */
  async validate(keyHash: string, request: ValidationRequest): Promise<ValidationAnswer> {
    const typed = request.cardNumber !== undefined;
    if (typed && (await this.limits.isUsedUp(guesses, keyHash))) await this.limits.count(guesses, keyHash);
    const at = this.clock.now();
    const item: ValidationToWrite = {
      id: this.ids.next(),
      keyHash,
      scanId: request.scanId.toLowerCase(),
      at,
      today: dateInLondon(at),
      ...(await this.recognise(request, at)),
    };
    const row = await this.write(item);
    if (typed && row.reason === 'unknown_card') await this.limits.note(guesses, keyHash);
    if (row.is_repeat && row.earlier_card_id !== row.card_id) throw new ScanUsedForAnotherCard();
    const answer: ValidationAnswer = {
      outcome: row.outcome!,
      reason: row.reason,
      card: row.printed_name && row.valid_until ? { firstName: row.printed_name, validUntil: row.valid_until } : null,
      offers: [],
    };
    if (row.outcome !== 'valid' || !row.kind || !row.valid_until) return answer;
    const scan = {
      branchId: row.branch_id,
      validUntil: row.valid_until,
      facts: factsOf(row),
      offers: row.offers ?? [],
    };
    this.remember(keyHash, item.scanId, scan);
    return { ...answer, offers: scan.offers.map((offer) => lineOf(offer, scan, at)) };
  }

  /** What this process still knows of an accepted scan; null where another process answered it, or too long ago. */
  recall(keyHash: string, scanId: string): AcceptedScan | null {
    const found = this.remembered.get(`${keyHash} ${scanId}`);
    return found && found.until > performance.now() ? found.scan : null;
  }

  /** Forgets a scan whose terms have changed since. */
  forget(keyHash: string, scanId: string): void {
    this.remembered.delete(`${keyHash} ${scanId}`);
  }

  /** Which card is meant, and whether the text proves it. Never throws for any text. */
  private async recognise({ credential, cardNumber }: ValidationRequest, now: Date) {
    const none = { credentialId: null, cardNumber: null, refusal: null };
    if (credential === undefined) {
      const number = parseCardNumber(cardNumber ?? '');
      return number ? { ...none, cardNumber: number } : { ...none, refusal: 'malformed' as const };
    }
    const check = verifyCredentialSync(credential, await this.keys.verifying(), { now });
    if (check.ok) return { ...none, credentialId: check.claims.credentialId };
    // Genuine but not now: the registry knows which card it is and may know a better reason.
    if ('claims' in check) return { ...none, credentialId: check.claims.credentialId, refusal: check.reason };
    return { ...none, refusal: check.reason };
  }

  private async write(item: ValidationToWrite): Promise<ValidationRow> {
    for (let attempt = 1; attempt <= 5; attempt++) {
      const row = await this.statement.ask(item);
      if (!row.till_id || !row.branch_id) throw new TillKeyRefused();
      // Null: the same scan was being written by another statement, whose row this one could not see yet.
      if (row.outcome) return row;
    }
    throw new Error('A validation that another request was writing did not appear.');
  }

  private remember(keyHash: string, scanId: string, scan: AcceptedScan): void {
    const key = `${keyHash} ${scanId}`;
    this.remembered.delete(key);
    this.remembered.set(key, { scan, until: performance.now() + rememberFor });
    if (this.remembered.size <= rememberMost) return;
    const oldest = this.remembered.keys().next();
    if (!oldest.done) this.remembered.delete(oldest.value);
  }
}

/** What the rules may know of the person. The date of birth is opened only for an offer that asks for an age. */
export function factsOf(row: Pick<ValidationRow, 'kind' | 'birth_date' | 'offers'>): CardFacts {
  const asksAge = row.offers?.some(({ terms }) => terms.minimumAge) ?? false;
  return {
    kind: row.kind ?? 'adult',
    bornOn: asksAge && row.birth_date ? sealing().open(row.birth_date, 'birth_date') : null,
  };
}

function lineOf(offer: OfferRow, scan: AcceptedScan, at: Date): OfferLine {
  const answer = evaluateOffer({
    terms: offer.terms,
    branchId: scan.branchId,
    at,
    card: scan.facts,
    usage: usageOf(offer),
  });
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
}

/** Uses so far, as the rules want them. */
export function usageOf({ usedByCard, usedToday, usedEver }: OfferRow) {
  return { card: usedByCard ?? 0, today: usedToday ?? 0, total: usedEver ?? 0 };
}
