import { Limits } from '@carers/access';
import { Clock, dateInLondon, Ids } from '@carers/kernel';
import type { CardFacts } from '@carers/offer-rules';
import { Injectable } from '@nestjs/common';
import { KnownTills } from './known-tills.js';
import { factsOf, lineOf, type OfferLine } from './offer-lines.js';
import type { CardReason } from './reasons.js';
import { type CardAtTill, forged, Recognition, type Recognised } from './recognition.js';
import type { ValidationRequest } from './till-forms.js';
import { TillStatement } from './till-statement.js';
import { ScanUsedForAnotherCard, ScopeMissing, TillKeyRefused } from './till.problems.js';
import type { BranchOffer, ValidationToWrite } from './validate.statement.js';

/** The answer to a scan. It tells the shop nothing about the person beyond what is printed on the card. */
export interface ValidationAnswer {
  outcome: 'valid' | 'not_valid';
  reason: CardReason | null;
  card: CardAtTill | null;
  offers: OfferLine[];
}

/** The same with what redeeming goes by, for this process. */
export interface AcceptedScan {
  branchId: string;
  /** Last day of the card. */
  validUntil: string;
  facts: CardFacts;
  offers: readonly BranchOffer[];
}

type Asked = Pick<ValidationToWrite, 'id' | 'keyHash' | 'scanId' | 'at' | 'today' | 'noted'>;

/** A number has 40 random bits, a few of which are cards: not to be found by trying them out. */
const guesses = 'till-unknown-number';

/** What is remembered of a scan for the redemption that usually follows, in milliseconds and scans. */
const rememberFor = 10 * 60_000;
const rememberMost = 5_000;

/** Checks cards: the signature here, everything else in one shared statement. */
@Injectable()
export class Validations {
  /** By scan, which tills make up: so the till's key stands in it. */
  private readonly remembered = new Map<string, { keyHash: string; scan: AcceptedScan; until: number }>();

  constructor(
    private readonly statement: TillStatement,
    private readonly recognition: Recognition,
    private readonly tills: KnownTills,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly limits: Limits,
  ) {}

  /**
   * Checks one card and keeps the check, whatever its answer. The same scan again gets the same answer.
   * @param keyHash hash of the till's key
   * @throws TillKeyRefused, ScopeMissing, ScanUsedForAnotherCard, AskedTooOften when the till tries numbers out
   */
  async validate(keyHash: string, request: ValidationRequest): Promise<ValidationAnswer> {
    const typed = request.cardNumber !== undefined;
    if (typed && (await this.limits.isUsedUp(guesses, keyHash))) await this.limits.count(guesses, keyHash);
    const at = this.clock.now();
    const scanId = request.scanId.toLowerCase();
    const asked = {
      id: this.ids.next(),
      keyHash,
      scanId,
      at,
      today: dateInLondon(at),
      noted: this.tills.isToBeNoted(keyHash),
    };
    const recognised = await this.recognition.recognise(request, at);
    const written = (await this.write(asked, recognised)) ?? (await this.write(asked, forged))!;
    const { row, branch, practice } = written;
    if (typed && row.reason === 'unknown_card') await this.limits.note(guesses, keyHash);
    if (row.is_repeat && row.earlier_card_id !== row.card_id) throw new ScanUsedForAnotherCard();
    const answer: ValidationAnswer = {
      outcome: row.outcome!,
      reason: row.reason,
      card:
        row.printed_name && row.valid_until
          ? { firstName: row.printed_name, validUntil: row.valid_until, medium: row.medium }
          : practice,
      offers: [],
    };
    if (row.outcome !== 'valid' || !row.kind || !row.valid_until) return answer;
    const { branchId, offers } = branch;
    const facts = factsOf(row);
    this.remember(keyHash, scanId, { branchId, validUntil: row.valid_until, facts, offers });
    const circumstances = { branchId, at, facts, uses: row.uses ?? [] };
    return { ...answer, offers: offers.map((offer) => lineOf(offer, circumstances)) };
  }

  /** What this process still knows of an accepted scan; null where another process answered it, or too long ago. */
  recall(keyHash: string, scanId: string): AcceptedScan | null {
    const found = this.remembered.get(scanId);
    return found?.keyHash === keyHash && found.until > performance.now() ? found.scan : null;
  }

  /** Forgets a scan whose terms have changed since. */
  forget(scanId: string): void {
    this.remembered.delete(scanId);
  }

  /** Keeps the check; null where the credential is not genuine, and nothing was kept. */
  private async write(asked: Asked, { practice, isGenuine, ...meant }: Recognised) {
    const { keyHash, today } = asked;
    for (let attempt = 1; attempt <= 5; attempt++) {
      const known = this.tills.branchOf(keyHash, today);
      const row = await this.statement.check(
        {
          ...asked,
          ...meant,
          wantsOffers: !known,
          wantsPerson: known?.asksOfPerson ?? true,
          counters: known?.counters ?? [],
        },
        isGenuine,
      );
      if (!row) return null;
      if (!row.till_id || !row.branch_id) throw new TillKeyRefused();
      if (!row.may_validate) throw new ScopeMissing();
      const branch = row.offers ? this.tills.keep(keyHash, row.branch_id, row.offers, asked) : known;
      if (row.outcome && branch?.branchId === row.branch_id) return { row, branch, practice };
      // The same scan was being written by another statement, whose row this one could not see yet; or the till moved.
      if (branch?.branchId !== row.branch_id) this.tills.forget(keyHash);
    }
    throw new Error('A validation that another request was writing did not appear.');
  }

  private remember(keyHash: string, scanId: string, scan: AcceptedScan): void {
    this.remembered.delete(scanId);
    this.remembered.set(scanId, { keyHash, scan, until: performance.now() + rememberFor });
    if (this.remembered.size <= rememberMost) return;
    const oldest = this.remembered.keys().next();
    if (!oldest.done) this.remembered.delete(oldest.value);
  }
}
