import type { LocalDate } from '@carers/kernel';
import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BusinessNotReady, BusinessStatusForbids } from './businesses.problems.js';

export const businessKinds = ['independent', 'chain', 'public_body', 'charity', 'online'] as const;
export type BusinessKind = (typeof businessKinds)[number];

export const businessStatuses = ['draft', 'submitted', 'published', 'declined', 'suspended', 'left'] as const;
export type BusinessStatus = (typeof businessStatuses)[number];

/**
 * A participating organisation. Only a `published` one is in the directory and answered for at tills:
 * `draft → submitted → published ⇄ suspended`, `submitted → declined → submitted`, and any of them may leave.
 */
@Entity('business')
export class Business {
  @PrimaryColumn('uuid') id: string;
  /** Name in addresses. Given once and kept, whatever the business is called later: links must not break. */
  @Column('text') slug: string;
  @Column('text') name: string;
  @Column('text') kind: BusinessKind;
  @Column('uuid', { name: 'category_id' }) categoryId: string;
  /** One or two sentences for the directory. */
  @Column('text', { nullable: true }) summary: string | null;
  @Column('text', { nullable: true }) website: string | null;
  @SealedColumn({ name: 'contact_name' }) contactName: string;
  @SealedColumn({ name: 'contact_email' }) contactEmail: string;
  /** `keyedHash(e-mail in lower case, 'email')`. */
  @Column('text', { name: 'contact_email_hash' }) contactEmailHash: string;
  @SealedColumn({ name: 'contact_phone', nullable: true }) contactPhone: string | null;
  @Column('text') status: BusinessStatus;
  /** A trade: what it offers in people's homes is listed only with a valid accreditation. */
  @Column('boolean', { name: 'works_in_homes' }) worksInHomes: boolean;
  /** The last day on which those offers may be shown; null: not at all. Kept by `HomeVisits` of lib offers. */
  @Column('date', { name: 'home_visits_until', nullable: true }) homeVisitsUntil: LocalDate | null;
  /** The leaflet code of the cardholder who brought it. */
  @Column('text', { name: 'recruited_by_code', nullable: true }) recruitedByCode: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'submitted_at', nullable: true }) submittedAt: Date | null;
  /** When staff last published, declined or suspended it. */
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt: Date | null;
  /** Why it was declined or suspended, as the owner was told. */
  @Column('text', { name: 'decision_reason', nullable: true }) decisionReason: string | null;
  @Column('timestamptz', { name: 'left_at', nullable: true }) leftAt: Date | null;
  /** The day on which its owner last said that everything here is right. */
  @Column('date', { name: 'last_confirmed_on', nullable: true }) lastConfirmedOn: LocalDate | null;

  /** @throws BusinessStatusForbids, BusinessNotReady without a branch */
  submit(branches: number, at: Date): void {
    this.mustBe('draft', 'declined');
    if (branches === 0) throw new BusinessNotReady();
    this.status = 'submitted';
    this.submittedAt = at;
    this.decisionReason = null;
  }

  /** @throws BusinessStatusForbids */
  publish(at: Date, today: LocalDate): void {
    this.mustBe('submitted', 'suspended', 'declined');
    this.status = 'published';
    this.decidedAt = at;
    this.decisionReason = null;
    this.lastConfirmedOn ??= today;
  }

  /** @throws BusinessStatusForbids */
  decline(reason: string, at: Date): void {
    this.mustBe('submitted');
    this.status = 'declined';
    this.decidedAt = at;
    this.decisionReason = reason;
  }

  /** @throws BusinessStatusForbids */
  suspend(reason: string, at: Date): void {
    this.mustBe('published');
    this.status = 'suspended';
    this.decidedAt = at;
    this.decisionReason = reason;
  }

  /** @throws BusinessStatusForbids */
  leave(at: Date): void {
    this.mustBe('draft', 'submitted', 'published', 'declined', 'suspended');
    this.status = 'left';
    this.leftAt = at;
  }

  /** @throws BusinessStatusForbids */
  confirm(today: LocalDate): void {
    this.mustBe('submitted', 'published');
    this.lastConfirmedOn = today;
  }

  /** Its facts may still be changed: not after it has left. @throws BusinessStatusForbids */
  mustBeEditable(): void {
    this.mustBe('draft', 'submitted', 'published', 'declined', 'suspended');
  }

  /** Whether an offer of it for work in people's homes may be shown today. Without anybody's word, it may not. */
  mayVisitHomes(today: LocalDate): boolean {
    return this.homeVisitsUntil !== null && this.homeVisitsUntil >= today;
  }

  private mustBe(...allowed: BusinessStatus[]): void {
    if (!allowed.includes(this.status)) throw new BusinessStatusForbids(this.status);
  }
}
