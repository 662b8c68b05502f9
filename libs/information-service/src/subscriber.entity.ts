import type { CaringRole } from '@carers/cards';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AgeBand } from './list/filter-fields.js';
import type { Format, SourceKind } from './purposes.js';

const bySql = { insert: false, update: false, select: false } as const;

/**
 * Somebody's registration with the carers service of their region. It goes with the card and is no permission to mail:
 * that is the consent, per purpose and channel. Names and addresses stay with the cardholder.
 */
@Entity('subscriber')
export class Subscriber {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'cardholder_id' }) cardholderId: string;
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  @Column('uuid', { name: 'region_id' }) regionId: string;
  @Column('text', { name: 'source_kind' }) sourceKind: SourceKind;
  /** Which referrer or system, where one is known. */
  @Column('text', { name: 'source_code', nullable: true }) sourceCode: string | null;
  @Column('timestamptz', { name: 'registered_at' }) registeredAt: Date;
  /** Since when they are off the list; null while they are on it. The card knows nothing of it. */
  @Column('timestamptz', { name: 'left_at', nullable: true }) leftAt: Date | null;
  /** The first day on which they are mailed again; null without a pause. */
  @Column('date', { name: 'paused_until', nullable: true }) pausedUntil: LocalDate | null;
  @Column('text') format: Format;
  @Column('text') locale: string;
  /** What they want to read about; empty for everything. */
  @Column('jsonb') topics: string[];
  /** Each yes in force, as `carers_information email`. The database keeps it in step with `subscription`; read only. */
  @Column({ type: 'text', array: true, insert: false, update: false, default: () => "'{}'" }) reach: string[];
  /** The same as bits, for filters and counts (`reachMask`). Kept by the database; read by SQL only. */
  @Column('smallint', { name: 'reach_bits', ...bySql }) reachBits: number;
  /** The last day of the card they have, unless all were ended. Kept in step with `card` by the database; read by SQL only. */
  @Column('date', { name: 'card_until', nullable: true, ...bySql }) cardUntil: LocalDate | null;
  /** What they are to the people they look after, today: kept by `SubscriberFacets` so that a list can ask for it. */
  @Column({ type: 'text', name: 'caring_roles', array: true, default: () => "'{}'" }) caringRoles: CaringRole[];
  /** The band of their age, never the date: kept likewise; null where the date of birth is not known. */
  @Column('text', { name: 'age_band', nullable: true }) ageBand: AgeBand | null;
  /** Part of the secret in links to the preferences: raising it ends the old ones. */
  @Column('integer', { name: 'link_version' }) linkVersion: number;
}
