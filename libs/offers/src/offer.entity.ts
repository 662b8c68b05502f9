import type { LocalDate } from '@carers/kernel';
import type { OfferTerms } from '@carers/offer-rules';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { NothingToDecide, OfferStatusForbids } from './offers.problems.js';

export const offerStatuses = [
  'draft',
  'submitted',
  'published',
  'withheld',
  'declined',
  'paused',
  'withdrawn',
] as const;
export type OfferStatus = (typeof offerStatuses)[number];

/** What the owner decides about an offer: its terms, and what they are for ("your meal", "a cut"). */
export interface OfferContent {
  /** Follows the generated title, as in "10% off your meal". Never holds an amount: those come from the terms alone. */
  subject: string | null;
  terms: OfferTerms;
  /** Whether it is for work in people's homes. Asked of trades only; one that says nothing is. */
  atHome?: boolean | undefined;
}

/** The same in words, made from the content by the catalogue: see `OfferWording`. */
export interface OfferText {
  title: string;
  conditions: string[];
  sentence: string;
}

/**
 * What a business gives cardholders:
 * `draft → submitted → published ⇄ paused`, `submitted → declined → submitted`; any but the last may be `withdrawn`.
 * One for work in people's homes is `withheld` instead of published for as long as its business may not be listed.
 *
 * A change to a published offer waits in `proposed` until staff agree; until then the old terms are what tills and the
 * directory go by, so that nobody can turn an agreed offer into another one.
 */
@Entity('offer')
export class Offer {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  /** Unique among all offers and kept for good: links must not break. */
  @Column('text') slug: string;
  @Column('text', { nullable: true }) subject: string | null;
  @Column('jsonb') terms: OfferTerms;
  /** For work in people's homes: then it is shown only while its business may visit them. */
  @Column('boolean', { name: 'at_home' }) atHome: boolean;
  @Column('text') title: string;
  @Column('jsonb') conditions: string[];
  /** Everything about the offer as one text, in British English. */
  @Column('text') sentence: string;
  /** Goes up with every change of the terms in force. */
  @Column('integer') revision: number;
  @Column('jsonb', { nullable: true }) proposed: OfferContent | null;
  @Column('timestamptz', { name: 'proposed_at', nullable: true }) proposedAt: Date | null;
  @Column('text') status: OfferStatus;
  /** Why the staff said no to the offer, or to the latest change of it. */
  @Column('text', { name: 'decline_reason', nullable: true }) declineReason: string | null;
  /** The day on which its owner last said that it is right. */
  @Column('date', { name: 'last_confirmed_on', nullable: true }) lastConfirmedOn: LocalDate | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'submitted_at', nullable: true }) submittedAt: Date | null;
  /** When it was first published; the newest come first in lists. */
  @Column('timestamptz', { name: 'published_at', nullable: true }) publishedAt: Date | null;
  @Column('timestamptz', { name: 'withdrawn_at', nullable: true }) withdrawnAt: Date | null;
  /** When it was last withheld. */
  @Column('timestamptz', { name: 'withheld_at', nullable: true }) withheldAt: Date | null;

  /** Whether its terms are agreed: then a change of them must be agreed too. */
  get agreed(): boolean {
    return ['published', 'withheld', 'paused'].includes(this.status);
  }

  /** Waits for the staff. */
  get waiting(): boolean {
    return this.status === 'submitted' || this.proposed !== null;
  }

  /**
   * Changes the content, at once where nobody has agreed to it yet, else as a proposal.
   * @throws OfferStatusForbids once it is withdrawn
   */
  edit(content: OfferContent, text: OfferText, at: Date): void {
    this.mustBe('draft', 'submitted', 'declined', 'published', 'withheld', 'paused');
    if (this.agreed) {
      this.proposed = content;
      this.proposedAt = at;
      this.declineReason = null;
    } else this.put(content, text);
  }

  /** @throws OfferStatusForbids */
  submit(at: Date): void {
    this.mustBe('draft', 'declined');
    this.status = 'submitted';
    this.submittedAt = at;
    this.declineReason = null;
  }

  /**
   * Agrees to a submitted offer, or to the proposed change of a published one.
   * @param proposedText the words of the proposal, where there is one
   * @param mayVisitHomes whether its business may be listed with work in people's homes
   * @throws NothingToDecide
   */
  publish(at: Date, today: LocalDate, proposedText: OfferText | null, mayVisitHomes: boolean): void {
    if (!this.waiting) throw new NothingToDecide();
    if (this.proposed && proposedText) this.put(this.proposed, proposedText);
    this.dropProposal();
    if (this.status !== 'paused') this.show(at, mayVisitHomes);
    this.publishedAt ??= at;
    this.lastConfirmedOn = today;
    this.declineReason = null;
  }

  /** Says no to what was submitted or proposed; a published offer stays as it was. @throws NothingToDecide */
  decline(reason: string): void {
    if (!this.waiting) throw new NothingToDecide();
    if (this.status === 'submitted') this.status = 'declined';
    this.dropProposal();
    this.declineReason = reason;
  }

  /** @throws OfferStatusForbids */
  pause(): void {
    this.mustBe('published', 'withheld');
    this.status = 'paused';
  }

  /** @throws OfferStatusForbids */
  resume(at: Date, today: LocalDate, mayVisitHomes: boolean): void {
    this.mustBe('paused');
    this.show(at, mayVisitHomes);
    this.lastConfirmedOn = today;
  }

  /** Its business may no longer be listed with work in people's homes. @throws OfferStatusForbids */
  withhold(at: Date): void {
    this.mustBe('published');
    this.show(at, false);
  }

  /** Its business may be listed again. @throws OfferStatusForbids */
  release(): void {
    this.mustBe('withheld');
    this.status = 'published';
  }

  /** For good; a new offer can be made instead. @throws OfferStatusForbids */
  withdraw(at: Date): void {
    this.mustBe('draft', 'submitted', 'declined', 'published', 'withheld', 'paused');
    this.status = 'withdrawn';
    this.withdrawnAt = at;
    this.dropProposal();
  }

  /** Its owner says that it is right as it stands. @throws OfferStatusForbids */
  confirm(today: LocalDate): void {
    this.mustBe('published', 'withheld', 'paused');
    this.lastConfirmedOn = today;
  }

  private show(at: Date, mayVisitHomes: boolean): void {
    if (this.atHome && !mayVisitHomes) {
      if (this.status !== 'withheld') this.withheldAt = at;
      this.status = 'withheld';
    } else this.status = 'published';
  }

  private put({ subject, terms, atHome = this.atHome }: OfferContent, text: OfferText): void {
    Object.assign(this, { subject, terms, atHome, title: text.title });
    Object.assign(this, { conditions: text.conditions, sentence: text.sentence });
    this.revision += 1;
  }

  private dropProposal(): void {
    this.proposed = null;
    this.proposedAt = null;
  }

  private mustBe(...allowed: OfferStatus[]): void {
    if (!allowed.includes(this.status)) throw new OfferStatusForbids(this.status);
  }
}
