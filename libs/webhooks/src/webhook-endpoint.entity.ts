import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whose events an endpoint gets: a carers service, so far. */
export interface WebhookOwner {
  kind: string;
  id: string;
}

/** Why an endpoint is off: somebody turned it off, or it answered 410 Gone. */
export type OffReason = 'turned_off' | 'gone';

/** Where an owner wants to hear of its events, and how each message is signed. */
@Entity('webhook_endpoint')
export class WebhookEndpoint {
  @PrimaryColumn('uuid') id: string;
  @Column('text', { name: 'owner_kind' }) ownerKind: string;
  @Column('uuid', { name: 'owner_id' }) ownerId: string;
  @Column('text') url: string;
  /** The types it gets, as `subscriber.registered`. */
  @Column({ type: 'text', name: 'event_types', array: true }) eventTypes: string[];
  /** `whsec_` and 32 random bytes in base64 (Standard Webhooks). Shown once, when it is made. */
  @SealedColumn({ name: 'secret' }) secret: string;
  /** The one before, which signs too until `previousSecretUntil`. */
  @SealedColumn({ name: 'previous_secret', nullable: true }) previousSecret: string | null;
  @Column('timestamptz', { name: 'previous_secret_until', nullable: true }) previousSecretUntil: Date | null;
  /** Why nothing is sent; null while it is on. */
  @Column('text', { name: 'off_reason', nullable: true }) offReason: OffReason | null;
  /** Attempts that failed since the last that did not. */
  @Column('integer', { name: 'failures_in_row' }) failuresInRow: number;
  /** Until when nothing more is tried, so that one that is down does not take others' turns. */
  @Column('timestamptz', { name: 'resting_until', nullable: true }) restingUntil: Date | null;
  @Column('uuid', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  /** When its owner was last told that events were given up. */
  @Column('timestamptz', { name: 'given_up_told_at', nullable: true }) givenUpToldAt: Date | null;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt: Date | null;

  /** The secrets to sign with now, the new one first. */
  secretsAt(now: Date): string[] {
    const both = this.previousSecret !== null && this.previousSecretUntil !== null && this.previousSecretUntil > now;
    return both ? [this.secret, this.previousSecret!] : [this.secret];
  }
}
